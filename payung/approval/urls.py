"""What waits for a second person."""

from django.urls import path

from payung.approval import post_views, views

app_name = "approval"
urlpatterns = [
    path("", views.proposals, name="list"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/tarik/", views.withdraw, name="withdraw"),
    path("kode/<int:pk>/", post_views.factor_reset, name="factor_reset"),
]
