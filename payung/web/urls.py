"""The front page and what the header does."""

from django.urls import path

from payung.web import care_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("penjagaan/", care_views.care, name="care"),
    path("jabatan/", views.choose_post, name="choose_post"),
    path("bahasa/", views.set_language, name="set_language"),
]
