"""Django's settings, derived from `payung.config`: nothing here is to be edited for an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from payung.config import load
from payung.vault.keys import read_secret

CONFIG = load()
HERE = Path(__file__).parent

SECRET_KEY = read_secret(CONFIG.folder("keys"))  # Django refuses to sign with an empty one
DEBUG = False
ALLOWED_HOSTS = list(CONFIG.site.hosts)
ROOT_URLCONF = "payung.urls"
WSGI_APPLICATION = "payung.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "payung.access",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "payung.database",
    "payung.audit",
    "payung.work",
    "payung.approval",
    "payung.registry",
    "payung.intake",
    "payung.screening",
    "payung.eligibility",
    "payung.budget",
    "payung.allocation",
    "payung.agreement",
    "payung.enrolment",
    "payung.reporting",
    "payung.web",
]
MIDDLEWARE = [
    "payung.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "payung.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "payung.access.middleware.ActingPost",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "payung.web.context.page",
            ],
            "builtins": ["payung.web.templatetags.payung"],
        },
    }
]
FORM_RENDERER = "payung.web.forms.Renderer"


def _database() -> dict[str, Any]:
    if CONFIG.database.url:
        found = dict(dj_database_url.parse(CONFIG.database.url, conn_max_age=600, conn_health_checks=True))
        return found | {"ENGINE": "payung.database.postgresql", "DISABLE_SERVER_SIDE_CURSORS": True}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": CONFIG.home / "payung.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            # A longer log before it is moved into the file: an import commits a megabyte at a time.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000;",
        },
    }


DATABASES = {"default": _database()}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "payung_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["payung.access.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "payung.access.adapter.Adapter"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "300/m/ip"}  # guesses: payung.access.throttle
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {
    "login": "payung.access.login_forms.Login",
    "reauthenticate": "payung.access.login_forms.Reauthenticate",
    "change_password": "payung.access.login_forms.ChangePassword",
}
MFA_FORMS = {
    "authenticate": "payung.access.login_forms.Authenticate",
    "reauthenticate": "payung.access.login_forms.ReauthenticateCode",
    "activate_totp": "payung.access.login_forms.ActivateFactor",
}
MFA_ADAPTER = "payung.access.factors.FactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Payung"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.site.https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.site.https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 86400 if CONFIG.site.https else 0
CSRF_FAILURE_VIEW = "payung.web.views.csrf_failed"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
TIME_ZONE = CONFIG.site.timezone
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["payung.web.formats"]

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = CONFIG.limits.files_in_zip
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = CONFIG.folder("workspace") if CONFIG.folder("workspace").is_dir() else None
FILE_UPLOAD_PERMISSIONS = 0o600
SILENCED_SYSTEM_CHECKS: list[str] = []
