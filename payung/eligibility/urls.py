"""Screenings, the screened list, and what is taken out of it; below /kelayakan/."""

from django.urls import path

from payung.eligibility import export_views, list_views, run_views

app_name = "eligibility"
urlpatterns = [
    path("", run_views.runs, name="runs"),
    path("mulai/", run_views.start, name="start"),
    path("<int:pk>/", run_views.run, name="run"),
    path("<int:pk>/keadaan/", run_views.state, name="state"),
    path("hasil/", list_views.screened, name="screened"),
    path("hasil/unduh/", export_views.ask, name="export"),
    path("hasil/<int:pk>/", list_views.row, name="row"),
    path("unduhan/", export_views.exports, name="exports"),
    path("unduhan/<int:pk>/", export_views.take, name="take"),
]
