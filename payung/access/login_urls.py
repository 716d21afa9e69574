"""Signing in and out, the second factor, one's password: allauth's pages, and only those that are wanted here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

urlpatterns = [
    path("", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("sandi/", account.password_change, name="account_change_password"),
    path("ulang/", account.reauthenticate, name="account_reauthenticate"),
    path("kode/", mfa.authenticate, name="mfa_authenticate"),
    path("kode/ulang/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("faktor/", mfa.index, name="mfa_index"),
    path("faktor/pasang/", totp.activate_totp, name="mfa_activate_totp"),
    path("faktor/lepas/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("pemulihan/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("pemulihan/baru/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("pemulihan/unduh/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
