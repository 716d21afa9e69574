"""Figures without people."""

from django.urls import path

from payung.reporting import achievement_views, views

app_name = "reporting"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("unduh/", views.download, name="download"),
    path("capaian/", achievement_views.capaian, name="achievement"),
    path("capaian/<str:form>/", achievement_views.capaian_file, name="achievement_file"),
    path("putaran/<int:pk>/", achievement_views.round_figures, name="round"),
    path("putaran/<int:pk>/unduh/", achievement_views.round_file, name="round_file"),
    path("putaran/<int:pk>/surat/", achievement_views.letters, name="letters"),
    path("putaran/<int:pk>/surat/<str:code>/", achievement_views.letter_file, name="letter_file"),
]
