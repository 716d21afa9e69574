"""People, households, registers, neighbourhoods."""

from django.urls import path

from payung.registry import people_views, register_views, rt_views

app_name = "registry"
urlpatterns = [
    path("", people_views.search, name="search"),
    path("<int:pk>/", people_views.person, name="person"),
    path("<int:pk>/buka/", people_views.unmask, name="unmask"),
    path("kk/<int:pk>/", people_views.household, name="household"),
    path("rt/", rt_views.rts, name="rts"),
    path("rt/unggah/", rt_views.import_list, name="rt_import"),
    path("register/", register_views.registers, name="registers"),
    path("register/kiriman/<int:pk>/", register_views.delivery, name="delivery"),
    path("register/kiriman/<int:pk>/keadaan/", register_views.delivery_progress, name="delivery_progress"),
    path("register/kiriman/<int:pk>/tarik/", register_views.withdraw, name="withdraw"),
    path("register/permintaan/<int:pk>/unduh/", register_views.request_file, name="request_file"),
    path("register/permintaan/<int:pk>/keadaan/", register_views.request_state, name="request_state"),
    path("register/<slug:name>/", register_views.register, name="register"),
    path("register/<slug:name>/terima/", register_views.receive, name="receive"),
    path("register/<slug:name>/tanya/", register_views.ask, name="ask"),
]
