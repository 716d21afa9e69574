"""Agreements."""

from django.urls import path

from payung.agreement import edit_views, template_views, views

app_name = "agreement"
urlpatterns = [
    path("", views.agreements, name="list"),
    path("baru/", views.new, name="new"),
    path("naskah/", template_views.templates, name="templates"),
    path("naskah/<slug:part>/", template_views.template, name="template"),
    path("berkas/<int:pk>/", views.file, name="file"),
    path("<int:pk>/", views.agreement, name="page"),
    path("<int:pk>/pks/", views.below, name="below"),
    path("<int:pk>/adendum/", views.addendum, name="addendum"),
    path("<int:pk>/ubah/<slug:part>/", edit_views.edit, name="edit"),
    path("<int:pk>/lampiran/tambah/", edit_views.add_annex, name="add_annex"),
    path("<int:pk>/lampiran/<int:place>/lepas/", edit_views.remove_annex, name="remove_annex"),
    path("<int:pk>/rancangan.pdf", views.preview, name="preview"),
    path("<int:pk>/ajukan/", views.send, name="send"),
    path("<int:pk>/tanda-tangan/", views.sign, name="sign"),
    path("<int:pk>/akhiri/", views.end, name="end"),
    path("<int:pk>/batalkan/", views.cancel, name="cancel"),
]
