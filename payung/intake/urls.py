"""Lists: sending, mending, saving, the board of the RTs, announcements and objections."""

from django.urls import path

from payung.intake import batch_views, card_views, upload_views

app_name = "intake"
urlpatterns = [
    path("", batch_views.uploads, name="uploads"),
    path("unggah/", batch_views.send, name="send"),
    path("unggah/<int:pk>/", batch_views.batch, name="batch"),
    path("unggah/<int:pk>/kemajuan/", batch_views.batch_progress, name="batch_progress"),
    path("unggah/<int:pk>/lanjutkan/", batch_views.batch_again, name="batch_again"),
    path("unggah/<int:pk>/simpan/", batch_views.batch_save, name="batch_save"),
    path("unggah/<int:pk>/kemas/", batch_views.batch_pack, name="batch_pack"),
    path("unggah/<int:pk>/unduh/", batch_views.batch_zip, name="batch_zip"),
    path("<int:pk>/", upload_views.upload, name="upload"),
    path("<int:pk>/baris/", upload_views.rows, name="rows"),
    path("<int:pk>/terima/", upload_views.accept, name="accept"),
    path("<int:pk>/tempat/", upload_views.place, name="place"),
    path("<int:pk>/simpan/", upload_views.save, name="save"),
    path("<int:pk>/verifikasi/", upload_views.verify, name="verify"),
    path("<int:pk>/batalkan/", upload_views.undo, name="undo"),
    path("<int:pk>/unduh/", upload_views.returned, name="returned"),
    path("<int:pk>/kolom/", upload_views.columns, name="columns"),
    path("<int:pk>/versi/", upload_views.versions, name="versions"),
    path("<int:pk>/kartu/<slug:code>/", card_views.card, name="card"),
    path("<int:pk>/perbaikan/<int:repair>/batalkan/", card_views.undo, name="repair_undo"),
]
