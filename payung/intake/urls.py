"""Lists: sending, mending, saving, the board of the RTs, announcements and objections."""

from django.urls import path

from payung.intake import announcement_views, batch_views, board_views, card_views, upload_views

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
    path("papan/", board_views.rts, name="board"),
    path("papan/<str:desa>/", board_views.desa_message, name="desa_message"),
    path("papan/<str:desa>/<str:rt>/", board_views.message, name="message"),
    path("papan/<str:desa>/<str:rt>/wa/", board_views.whatsapp, name="whatsapp"),
    path("desa/<str:code>/", announcement_views.desa, name="desa"),
    path("desa/<str:code>/musyawarah/", announcement_views.meeting, name="meeting"),
    path("desa/<str:code>/keberatan/", announcement_views.objection_new, name="objection_new"),
    path("pengumuman/<int:pk>/", announcement_views.announcement, name="announcement"),
    path("pengumuman/<int:pk>/tempel/", announcement_views.hang_out, name="hang_out"),
    path("pengumuman/<int:pk>/tutup/", announcement_views.take_down, name="take_down"),
    path("pengumuman/<int:pk>/<slug:part>/", announcement_views.paper, name="paper"),
    path("keberatan/", announcement_views.objections, name="objections"),
    path("keberatan/<int:pk>/", announcement_views.objection, name="objection"),
    path("keberatan/<int:pk>/jawab/", announcement_views.answer, name="answer"),
]
