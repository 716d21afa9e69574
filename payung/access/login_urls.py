"""Signing in and out, the second factor, one's password: allauth's pages, and only those that are wanted here."""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payung.access.views import accept_invitation


def _page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """A page of allauth: no browser keeps it, and it knows GET and POST alone."""
    return path(route, require_http_methods(["GET", "HEAD", "POST"])(never_cache(view)), name=name)


urlpatterns = [
    _page("", account.login, "account_login"),
    _page("keluar/", account.logout, "account_logout"),
    _page("sandi/", account.password_change, "account_change_password"),
    _page("ulang/", account.reauthenticate, "account_reauthenticate"),
    _page("kode/", mfa.authenticate, "mfa_authenticate"),
    _page("kode/ulang/", mfa.reauthenticate, "mfa_reauthenticate"),
    _page("faktor/", mfa.index, "mfa_index"),
    _page("faktor/pasang/", totp.activate_totp, "mfa_activate_totp"),
    _page("faktor/lepas/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("pemulihan/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("pemulihan/baru/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("pemulihan/unduh/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    path("undangan/<str:regency>/<str:token>/", accept_invitation, name="accept_invitation"),
]
