"""The home page, what the header does, and the pages that say what went wrong."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as choose_language

from payung.access import queries
from payung.access.http import Request, needs, public, see
from payung.access.policy import Action
from payung.core.scope import required
from payung.web.desk import Desk
from payung.web.front import front_page


@require_GET
@needs(Action.HOME)
def home(request: Request) -> HttpResponse:
    """Three figures and what waits for the one who looks."""
    return render(request, "web/home.html", {"front": front_page(Desk(required(), timezone.now()))})


@require_POST
@needs(Action.SELF)
def choose_post(request: Request) -> HttpResponse:
    """Act in another of one's posts from now on."""
    held = {str(one.pk): one for one in queries.tenures_of(request.user, timezone.localdate())}
    tenure = held.get(request.POST.get("tenure", ""))
    if tenure is None:
        raise Http404
    queries.choose(request.session, tenure)
    return see("/")


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, kept in a cookie; leads back to where it was pressed."""
    response = choose_language(request)
    if request.method == "POST" and response.status_code == 302:
        response.status_code = 303
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what lies outside one's territory."""
    return _problem(
        request,
        404,
        gettext("Halaman ini tidak ada"),
        gettext("Alamatnya mungkin salah ketik, sudah dipindahkan, atau berada di luar wilayah tugas Anda."),
        gettext("Kembali ke beranda, atau cari lewat menu di atas."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For somebody who signed in and whose post does not allow it, or who holds none."""
    if getattr(request, "tenure", None) is None:
        return _problem(
            request,
            403,
            gettext("Anda belum memegang jabatan"),
            gettext("Akun Anda sah, tetapi hari ini tidak memegang jabatan di kabupaten mana pun."),
            gettext("Minta administrator kabupaten memberi Anda jabatan, lalu muat ulang halaman ini."),
        )
    return _problem(
        request,
        403,
        gettext("Jabatan Anda tidak dapat membuka halaman ini"),
        gettext("Halaman ini untuk jabatan lain."),
        gettext("Bila Anda memegang beberapa jabatan, pilih yang sesuai di kanan atas, lalu coba lagi."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for longer than the session, or that another site sent."""
    return _problem(
        request,
        403,
        gettext("Halaman ini sudah lama terbuka"),
        gettext(
            "Demi keamanan, isian dari halaman lama tidak diterima. Belum ada yang tersimpan atau berubah."
        ),
        gettext(
            "Tekan tombol kembali di peramban: isian Anda masih ada. Salin yang panjang, muat ulang halaman itu,"
            " lalu kirim lagi."
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that no browser of ours sends: nothing of it is asked again, not even where it came from."""
    heading = gettext("Permintaan ini tidak dapat dibaca")
    sentences = (
        gettext("Belum ada yang tersimpan atau berubah."),
        gettext("Periksa alamat di atas, pendekkan nama berkas yang dikirim, lalu coba lagi."),
    )
    body = render_to_string("web/problem.html", {"heading": heading, "sentences": sentences})
    return HttpResponse(body, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: needs neither database nor session, which may be what is broken."""
    heading = gettext("Ada yang rusak di pihak kami")
    sentences = (
        gettext("Pekerjaan yang sudah tersimpan aman. Yang baru saja dikirim mungkin belum tersimpan."),
        gettext(
            "Coba lagi sebentar lagi. Bila terulang, beri tahu administrator: jam dan apa yang dikerjakan."
        ),
    )
    body = render_to_string("web/problem.html", {"heading": heading, "sentences": sentences})
    return HttpResponse(body, status=500)


def _problem(request: HttpRequest, status: int, heading: str, *sentences: str) -> HttpResponse:
    response = render(
        request, "web/problem.html", {"heading": heading, "sentences": sentences}, status=status
    )
    response.headers["Cache-Control"] = "no-store"
    return response
