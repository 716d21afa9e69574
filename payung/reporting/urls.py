"""Figures without people."""

from django.urls import path

from payung.reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("unduh/", views.download, name="download"),
]
