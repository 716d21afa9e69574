"""Addresses of the ledger, below /riwayat/."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from payung.audit import views


class _Number(IntConverter):
    """A number that every database can hold."""

    regex = "[0-9]{1,18}"


register_converter(_Number, "seq")
app_name = "audit"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("periksa/", views.check, name="check"),
    path("<seq:seq>/", views.entry, name="entry"),
]
