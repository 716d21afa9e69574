"""The pre-check, the freeze, and the people of a frozen round; included in the addresses of rounds."""

from django.urls import path

from payung.allocation import award_views, freeze_views, precheck_views

urlpatterns = [
    path("<int:pk>/uji-padan/", precheck_views.page, name="precheck"),
    path("<int:pk>/uji-padan/tanya/", precheck_views.ask, name="precheck_ask"),
    path("<int:pk>/uji-padan/tanpa/", precheck_views.waive, name="precheck_waive"),
    path("uji-padan/<int:pk>/keadaan/", precheck_views.state, name="precheck_state"),
    path("uji-padan/<int:pk>/unduh/", precheck_views.take, name="precheck_take"),
    path("uji-padan/<int:pk>/jawaban/", precheck_views.answer, name="precheck_answer"),
    path("<int:pk>/beku/", freeze_views.freeze, name="freeze"),
    path("<int:pk>/beku/keadaan/", freeze_views.state, name="freeze_state"),
    path("<int:pk>/beku/minta/", freeze_views.ask, name="freeze_ask"),
    path("<int:pk>/beku/batal/", freeze_views.thaw, name="thaw"),
    path("<int:pk>/beku/kirim/", freeze_views.send, name="route_send"),
    path("penetapan/", award_views.rounds, name="award_rounds"),
    path("<int:pk>/penetapan/", award_views.awards, name="awards"),
    path("<int:pk>/tunggu/", award_views.waiting, name="waiting"),
    path("<int:pk>/ditahan/", award_views.aside, name="aside"),
]
