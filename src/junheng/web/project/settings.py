"""Settings of the web application, all from the environment; safe without any.

JUNHENG_DATA       folder of the database, files and secret   [default: junheng-data]
DATABASE_URL       postgres://user:password@host/name         [default: SQLite in JUNHENG_DATA]
JUNHENG_SECRET     the secret, then former ones, with spaces  [default: the file "secret" in JUNHENG_DATA]
JUNHENG_HOSTS      host names it is reached by, with commas   [default: 127.0.0.1, localhost]
JUNHENG_TLS        1: behind a proxy that speaks TLS          [default: 0]
JUNHENG_DEMO       1: synthetic data, sample accounts         [default: 0]
JUNHENG_PASSWORDS  dengbao | asvs: the password profile       [default: dengbao]
JUNHENG_TWO_FACTOR required | optional                        [default: optional]
JUNHENG_MAIL       smtp://user:password@host:port, or none    [default: none, shown on the page only]
JUNHENG_LICENCE    licence of the published results           [default: CC-BY-4.0]
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from junheng.web.project.assets import BUILT

DATA = Path(os.environ.get("JUNHENG_DATA", "junheng-data")).resolve()
DEMO = os.environ.get("JUNHENG_DEMO") == "1"
TLS = os.environ.get("JUNHENG_TLS") == "1"


def _secret() -> str:
    """Read the secret of this installation; make it at the first start, for the owner's eyes only."""
    path = DATA / "secret"
    DATA.mkdir(0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text("ascii")


SECRET_KEY, *SECRET_KEY_FALLBACKS = (os.environ.get("JUNHENG_SECRET") or _secret()).split()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("JUNHENG_HOSTS", "127.0.0.1,localhost").split(",")
ROOT_URLCONF = "junheng.web.project.urls"
WSGI_APPLICATION = "junheng.web.project.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "junheng.web.project",
    "junheng.web.audit",
    "junheng.web.blobs",
    "junheng.web.accounts",
    "junheng.web.jobs",
    "junheng.web.collection",
    "junheng.web.verdicts",
    "junheng.web.evidence",
    "junheng.web.api",
    "junheng.web.reviews",
    "junheng.web.public",
    "junheng.web.packages",
    "junheng.web.planning",
    "junheng.web.boards",
    "junheng.web.oversight",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "junheng.web.project.middleware.session_rules",
    "junheng.web.project.middleware.post_limit",
    "junheng.web.project.middleware.legible",
    "junheng.web.project.middleware.SignInRequired",
    "junheng.web.project.middleware.FirstThings",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "junheng.web.project.context.page",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    address = os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'junheng.sqlite3'}"
    found: dict[str, object] = dict(dj_database_url.parse(address, conn_max_age=None))
    found["CONN_HEALTH_CHECKS"] = True
    if str(found["ENGINE"]).endswith("sqlite3"):
        # The write-ahead log of SQLite before 3.51.3 can corrupt the database; the journal cannot.
        journal = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": journal}
        found["OPTIONS"] = options
    return found


DATABASES = {"default": _database()}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "junheng.web.accounts.backend.Accounts",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_PROFILE = os.environ.get("JUNHENG_PASSWORDS", "dengbao")
PASSWORD_ROTATES = PASSWORD_PROFILE != "asvs"  # noqa: S105  # the profile's name
_DJANGO, _OURS = "django.contrib.auth.password_validation", "junheng.web.accounts.passwords"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_DJANGO}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8 if PASSWORD_ROTATES else 12},
    },
    {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
    {"NAME": f"{_OURS}.NotTheUserName"},
]
if PASSWORD_ROTATES:
    AUTH_PASSWORD_VALIDATORS += [
        {"NAME": f"{_OURS}.SeveralClasses"},
        {"NAME": f"{_OURS}.NotOneOfTheLast"},
    ]
TWO_FACTOR = os.environ.get("JUNHENG_TWO_FACTOR", "optional")
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"

# Five failures of one person from one address: fifteen minutes. Nobody can lock another out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the log of ours tells who signed in
AXES_LOCKOUT_CALLABLE = "junheng.web.accounts.views.sign_in.locked"
AXES_CLIENT_IP_CALLABLE = "junheng.web.accounts.addresses.address_of"
OTP_TOTP_ISSUER = "junheng"
CSRF_FAILURE_VIEW = "junheng.web.accounts.views.sign_in.stale"

# So many within so many seconds, by one account or one address that has not signed in.
RATE_LIMITS = {
    "post": (240, 60),
    "post_unknown": (60, 60),
    "export": (30, 60),
    "api": (600, 60),
    "public_objection": (5, 86400),
}

SESSION_ENGINE = "junheng.web.accounts.backend"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TLS
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
FORMAT_MODULE_PATH = "junheng.web.project.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BUILT / "static"] if BUILT.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
BLOBS = DATA / "blobs"
DATA_LICENCE = os.environ.get("JUNHENG_LICENCE", "CC-BY-4.0")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024

_mail = urlsplit(os.environ.get("JUNHENG_MAIL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtps"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["err"], "level": "WARNING"},
}
