"""Screening: what the runs found, and the people who decide about pairs."""

from django.urls import path

from payung.screening import exchange_views, pattern_views, question_views, removal_views, review_views, views

app_name = "screening"
urlpatterns = [
    path("", views.index, name="index"),
    path("periksa/", review_views.review, name="review"),
    path("periksa/<int:pk>/putus/", review_views.decide, name="decide"),
    path("periksa/<int:pk>/batal/", review_views.undo, name="undo"),
    path("periksa/<int:pk>/buka/", review_views.unmask, name="unmask"),
    path("periksa/<int:pk>/tanya/", question_views.ask, name="ask"),
    path("pola/", pattern_views.patterns, name="patterns"),
    path("pola/putus/", pattern_views.decide, name="decide_pattern"),
    path("pola/batal/", pattern_views.undo, name="undo_batch"),
    path("pola/buka/", pattern_views.unmask, name="unmask_pattern"),
    path("keluar/", removal_views.removals, name="removals"),
    path("keluar/usul/", removal_views.propose, name="propose_removals"),
    path("berkas/", exchange_views.exchange, name="exchange"),
    path("berkas/unduh/", exchange_views.download, name="export"),
    path("berkas/usul/", exchange_views.propose, name="propose_export"),
    path("berkas/periksa/", exchange_views.check, name="check_file"),
    path("berkas/simpan/", exchange_views.save, name="save_file"),
]
