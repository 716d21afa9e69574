"""The home page and the pages that say what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse("Tidak ada.", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse("Tidak boleh.", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Ada kesalahan.", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse("Muat ulang halaman ini.", status=403)
