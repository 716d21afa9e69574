"""What waits for a second person."""

from django.urls import path

from payung.approval import post_views, route_views, views

app_name = "approval"
urlpatterns = [
    path("", views.proposals, name="list"),
    path("rantai/", route_views.routes, name="routes"),
    path("rantai/<int:pk>/", route_views.route, name="route"),
    path("rantai/<int:pk>/putus/", route_views.decide, name="route_decide"),
    path("rantai/<int:pk>/tarik/", route_views.withdraw, name="route_withdraw"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/tarik/", views.withdraw, name="withdraw"),
    path("kode/<int:pk>/", post_views.factor_reset, name="factor_reset"),
]
