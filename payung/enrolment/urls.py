"""Decrees, their files and their wording; below /keputusan/."""

from django.urls import path

from payung.enrolment import file_views, template_views, views

app_name = "enrolment"
urlpatterns = [
    path("", views.decrees, name="decrees"),
    path("baru/<int:pk>/", views.draft, name="draft"),
    path("baru/<int:pk>/tanpa/", views.waive, name="waive"),
    path("naskah/", template_views.templates, name="templates"),
    path("naskah/<slug:part>/", template_views.template, name="template"),
    path("naskah/<slug:part>/<int:number>/", template_views.version, name="template_version"),
    path("berkas/<int:pk>/", file_views.file, name="file"),
    path("<int:pk>/", views.decree, name="decree"),
    path("<int:pk>/keadaan/", views.state, name="state"),
    path("<int:pk>/naskah.pdf", file_views.paper, name="paper"),
    path("<int:pk>/ubah/", views.change, name="change"),
    path("<int:pk>/susun/", views.typeset, name="typeset"),
    path("<int:pk>/keluarkan/", views.leave_out, name="leave_out"),
    path("<int:pk>/ajukan/", views.send, name="send"),
    path("<int:pk>/batalkan/", views.cancel, name="cancel"),
]
