"""Rounds, their scenarios, and what becomes of them until they are approved; below /putaran/."""

from django.urls import path

from payung.allocation import freeze_urls, scenario_views, views

app_name = "allocation"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("buka/", views.open_round, name="open"),
    path("<int:pk>/", views.round_page, name="round"),
    path("<int:pk>/keadaan/", views.state, name="state"),
    path("<int:pk>/batal/", views.cancel, name="cancel"),
    path("<int:pk>/skenario/", scenario_views.add, name="scenario_add"),
    path("<int:pk>/skenario/akibat/", scenario_views.effect, name="effect"),
    path("skenario/<int:pk>/", scenario_views.scenario, name="scenario"),
    path("skenario/<int:pk>/ubah/", scenario_views.change, name="scenario_change"),
    path("skenario/<int:pk>/akibat/", scenario_views.effect_change, name="effect_change"),
    path("skenario/<int:pk>/hitung/", scenario_views.refigure, name="refigure"),
    path("skenario/<int:pk>/hapus/", scenario_views.remove, name="scenario_remove"),
    path("skenario/<int:pk>/orang/", scenario_views.people, name="scenario_people"),
    *freeze_urls.urlpatterns,
]
