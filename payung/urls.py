"""Every address of the site. A step's own addresses stand in its `urls.py`."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("payung.web.urls")),
    path("masuk/", include("payung.access.login_urls")),
    path("petugas/jabatan/", include("payung.approval.post_urls")),
    path("petugas/", include("payung.access.urls")),
    path("persetujuan/", include("payung.approval.urls")),
    path("warga/", include("payung.registry.urls")),
    path("daftar/", include("payung.intake.urls")),
    path("penyaringan/", include("payung.screening.urls")),
    path("t/", include("payung.screening.public_urls")),
    path("kelayakan/", include("payung.eligibility.urls")),
    path("putaran/", include("payung.allocation.urls")),
    path("perjanjian/", include("payung.agreement.urls")),
    path("keputusan/", include("payung.enrolment.urls")),
    path("angka/", include("payung.reporting.urls")),
    path("pekerjaan/", include("payung.work.urls")),
    path("riwayat/", include("payung.audit.urls")),
]
handler400 = "payung.web.views.bad_request"
handler404 = "payung.web.views.not_found"
handler403 = "payung.web.views.forbidden"
handler500 = "payung.web.views.broken"
