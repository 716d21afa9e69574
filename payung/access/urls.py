"""Accounts and permissions."""

from django.urls import path

from payung.access import views

app_name = "access"
urlpatterns = [
    path("", views.people, name="people"),
    path("baru/", views.person_new, name="person_new"),
    path("izin/", views.permissions, name="permissions"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/tautan/", views.invite, name="invite"),
    path("<int:pk>/tutup/", views.person_close, name="person_close"),
    path("<int:pk>/buka/", views.person_reopen, name="person_reopen"),
]
