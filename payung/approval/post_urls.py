"""Chairs and handing them over."""

from django.urls import path

from payung.approval import post_views as views

app_name = "posts"
urlpatterns = [
    path("", views.posts, name="list"),
    path("baru/", views.new_chair, name="new"),
    path("<int:pk>/", views.post, name="page"),
    path("<int:pk>/serah/", views.hand_over, name="hand_over"),
    path("masa/<int:pk>/akhiri/", views.end_tenure, name="end_tenure"),
]
