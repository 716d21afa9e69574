"""Background jobs."""

from django.urls import path

from payung.work import views

app_name = "work"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("keadaan/", views.state, name="state"),
    path("<int:pk>/", views.progress, name="progress"),
    path("<int:pk>/ulang/", views.retry, name="retry"),
]
