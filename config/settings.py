"""Every setting of the site, read from the environment; without any, the embedded site that ./run serves.

There is one switch. Without it the site is *embedded*: SQLite, a file-system broker and a mailbox page, all below one
data folder, on plain HTTP for the machine itself. With YINLING_PRODUCTION=1 it is a *production* site: PostgreSQL,
Redis, SMTP and HTTPS, and it refuses to start while one of these is not set. deploy/environment.example lists the
variables.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

BASE_DIR = Path(__file__).resolve().parent.parent


# --- Reading the environment


def text(name: str, default: str | None = "") -> str:
    """The variable, or the contents of the file that NAME_FILE points to; with default=None it must be set."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set: see deploy/environment.example.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """The variable as yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0.")


def number(name: str, default: int) -> int:
    """The variable as a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


# --- Which kind of site this is

PRODUCTION = flag("YINLING_PRODUCTION")
YINLING_EMBEDDED = not PRODUCTION

DEBUG = flag("DEBUG")
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG shows the site's insides to everybody; it cannot be on in production.")

# The data folder. Embedded, everything that must be kept lies in it; in production only files that people uploaded.
VAR = Path(text("YINLING_VAR", str(BASE_DIR / "var"))).resolve()

# The address people reach the site at, without a slash at the end. Links in mails begin with it.
YINLING_SITE_URL = text("YINLING_SITE_URL", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(YINLING_SITE_URL)
if PRODUCTION and _site.scheme != "https":
    raise ImproperlyConfigured("YINLING_SITE_URL must begin with https:// in production.")

# Mails show 沈** instead of a candidate's name.
YINLING_MASK_NAMES_IN_MAIL = flag("YINLING_MASK_NAMES_IN_MAIL", True)

# From this hour of the day (0-23, Asia/Shanghai) the daily digests go out.
YINLING_DIGEST_HOUR = number("YINLING_DIGEST_HOUR", 8)
if not 0 <= YINLING_DIGEST_HOUR <= 23:
    raise ImproperlyConfigured("YINLING_DIGEST_HOUR must be an hour from 0 to 23.")

# A designated contact without a talk for this many days is reminded and marked.
YINLING_CONTACT_DAYS = number("YINLING_CONTACT_DAYS", 60)

# What was written about somebody who said no is erased after so many days; the keyed fingerprint goes after so many months.
YINLING_ERASE_AFTER_DAYS = number("YINLING_ERASE_AFTER_DAYS", 30)
YINLING_FORGET_DECLINES_MONTHS = number("YINLING_FORGET_DECLINES_MONTHS", 24)

# The key under which a person's no is remembered; without it, one derived from SECRET_KEY.
YINLING_DECLINE_KEY = text("YINLING_DECLINE_KEY")


def _embedded_secret_key() -> str:
    """The key in the data folder; made on the first start, readable for its owner only."""
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = text("SECRET_KEY", None) if PRODUCTION else text("SECRET_KEY") or _embedded_secret_key()

ALLOWED_HOSTS = [host for host in text("ALLOWED_HOSTS").split(",") if host] or [
    *([_site.hostname] if _site.hostname else []),
    *(["127.0.0.1", "localhost", "[::1]"] if YINLING_EMBEDDED else []),
]
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the site's hosts in production.")


# --- Applications

INSTALLED_APPS = [
    "branches",
    "recruitment",
    "committee",
    "guardian",
    "simple_history",
    "django_htmx",
    "csp",
    "config.admin.OrganisationAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, so that templates/ may replace them
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "branches.middleware.Doorkeeper",
    "branches.middleware.LoginRequired",
    "branches.middleware.OwnPasswordFirst",
    "branches.middleware.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recruitment.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Messages may name people; the session keeps them on the server, the default would put them in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


# --- Database

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ATOMIC_REQUESTS stays off: with SQLite's IMMEDIATE transactions every page view would take the write lock.
DATABASE_URL = text("DATABASE_URL", None if PRODUCTION else "")
if DATABASE_URL:
    if urlsplit(DATABASE_URL).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; without it the site uses SQLite.")
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
else:
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "db.sqlite3",
            "OPTIONS": {
                "timeout": 20,
                # A transaction that begins as a reader cannot become a writer while another one writes: it fails at
                # once, whatever the timeout. IMMEDIATE ones wait.
                "transaction_mode": "IMMEDIATE",
                # FULL: what was answered as saved survives a power cut.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    " PRAGMA mmap_size=134217728; PRAGMA cache_size=2000;"
                ),
            },
            # A file like the real one; several threads use it in tests too.
            "TEST": {"NAME": VAR / "test.sqlite3"},
        }
    }


# --- Background work and cache

REDIS_URL = text("REDIS_URL", None if PRODUCTION else "")

CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# Tasks may run twice and may get lost; each one looks up in the database what is to be done.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 10 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

if REDIS_URL:
    _redis_timeouts = {"socket_timeout": 10, "socket_connect_timeout": 5}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # Longer than the longest task, else a task still at work is handed out again.
        "visibility_timeout": 15 * 60,
        "unacked_restore_interval": 30,
        "unacked_restore_throttle": 1,
        **_redis_timeouts,
    }
    # A task at work goes on when Redis is gone: it does not need it, and killing it could leave a mail in doubt.
    CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
    CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
    # Several beats may run; one of them holds the lock. The default lock outlives a dead holder by 25 minutes.
    CELERY_BEAT_SCHEDULER = "redbeat.RedBeatScheduler"
    CELERY_BEAT_MAX_LOOP_INTERVAL = 15
    REDBEAT = {
        "redbeat_redis_url": REDIS_URL,
        "redbeat_redis_options": _redis_timeouts,
        "redbeat_lock_timeout": 60,
    }
    CACHES = {
        "default": {
            "BACKEND": "config.cache.CourtesyRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "yinling",
            # redis-py would try a dead server again and again while a person waits for a page.
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)},
        }
    }
else:
    _broker = VAR / "broker"
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_URL = "files://localhost"  # config.broker; the host means nothing, but kombu warns without one
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
    REDBEAT = {}
    CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"},
    }


# --- People: who they are and what they may do

AUTH_USER_MODEL = "branches.User"
# guardian's own backend is left out: it does not know that a grant ends. PostingBackend reads its rows with their
# dates.
AUTHENTICATION_BACKENDS = ["recruitment.access.PostingBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"

PASSWORD_HASHERS = [
    "branches.hashing.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# "asvs" (OWASP, NIST): length and a list of what is too easy. "dengbao" adds what assessors of 等保 ask for: several kinds
# of characters, a new password every 90 days, none of the last five.
YINLING_DENGBAO_PASSWORDS = {"asvs": False, "dengbao": True}.get(text("YINLING_PASSWORD_PROFILE", "asvs"))
if YINLING_DENGBAO_PASSWORDS is None:
    raise ImproperlyConfigured("YINLING_PASSWORD_PROFILE must be asvs or dengbao.")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "branches.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "branches.passwords.NotGuessable"},
]
if YINLING_DENGBAO_PASSWORDS:
    AUTH_PASSWORD_VALIDATORS += [
        {"NAME": "branches.passwords.ThreeKinds"},
        {"NAME": "branches.passwords.NotUsedBefore"},
    ]

# The party office and the three administrators set up a second factor before anything else; everybody else may.
YINLING_REQUIRE_SECOND_FACTOR = flag("YINLING_REQUIRE_SECOND_FACTOR", PRODUCTION)

# Single sign-on by OpenID Connect; off without an issuer. Accounts are matched by staff number, never made, never by e-mail.
YINLING_SSO_ISSUER = text("YINLING_SSO_ISSUER").rstrip("/")
YINLING_SSO_CLIENT_ID = text("YINLING_SSO_CLIENT_ID", None if YINLING_SSO_ISSUER else "")
YINLING_SSO_CLIENT_SECRET = text("YINLING_SSO_CLIENT_SECRET", None if YINLING_SSO_ISSUER else "")
YINLING_SSO_SCOPES = text("YINLING_SSO_SCOPES", "openid profile")
# The provider's word for the staff number.
YINLING_SSO_CLAIM = text("YINLING_SSO_CLAIM", "employee_number")
YINLING_SSO_NAME = text("YINLING_SSO_NAME", "单位统一认证") if YINLING_SSO_ISSUER else ""
if PRODUCTION and YINLING_SSO_ISSUER and not YINLING_SSO_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("YINLING_SSO_ISSUER must begin with https:// in production.")

# Nobody acts without logging in, so there is no row for the anonymous user, and no permission of his.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
GUARDIAN_RAISE_403 = False

SIMPLE_HISTORY_REVERT_DISABLED = True


# --- Sessions, cookies and what browsers are told

SESSION_ENGINE = "branches.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60  # of a session without a user; those with one end as branches/visits.py says
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # custom properties that carry a chart's numbers
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# guardian.W001 asks for guardian's backend; see AUTHENTICATION_BACKENDS.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

if PRODUCTION:
    # The __Host- names are refused by browsers unless the cookie is secure, for this host only and for all its paths.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{_site.netloc}"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # asked from inside, without the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # W021 asks for a place on the browsers' public preload list, where an intranet's host has no business.
    SILENCED_SYSTEM_CHECKS += ["security.W021"]


# --- Language and time

LANGUAGE_CODE = "zh-hans"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]  # what Django's administration pages say in English, or otherwise than a clerk
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True


# --- Files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
if PRODUCTION:
    STATIC_ROOT = Path(text("STATIC_ROOT", str(VAR / "static")))
else:
    WHITENOISE_USE_FINDERS = True  # no collectstatic before the first start
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# Uploaded files have no address of their own; a view checks who asks and sends them.
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# A virus scanner that reads a file from standard input and exits with 0 for clean, 1 for infected ("clamdscan --no-summary -").
# Anything else it does, not starting included, keeps the file out.
YINLING_VIRUS_SCAN = text("YINLING_VIRUS_SCAN")


# --- Mail

EMAIL_TIMEOUT = number("EMAIL_TIMEOUT", 30)
EMAIL_HOST = text("EMAIL_HOST", None if PRODUCTION else "")
EMAIL_SECURITY = text("EMAIL_SECURITY", "none")
if EMAIL_SECURITY not in {"none", "starttls", "ssl"}:
    raise ImproperlyConfigured("EMAIL_SECURITY must be none, starttls or ssl.")
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "ssl"
EMAIL_PORT = number("EMAIL_PORT", {"none": 25, "starttls": 587, "ssl": 465}[EMAIL_SECURITY])
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
# Without a mail server, mails are kept and shown on a page of the site.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "committee.mailbox.MailboxBackend"
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", None if PRODUCTION else "引领 <yinling@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


# From this hour on a day whose digests were not created (the machine stood still) is left to the next workday's.
YINLING_DIGEST_LAST_HOUR = number("YINLING_DIGEST_LAST_HOUR", 20 if PRODUCTION else 24)
# What cannot be delivered comes back to this address (manage.py record_bounce reads it); else to the sender's.
YINLING_BOUNCE_ADDRESS = text("YINLING_BOUNCE_ADDRESS")
# How long a worker's word holds: that it is working on a digest, and that it has begun to transmit it. RFC 5321 gives a server
# ten minutes after the final dot; a digest whose fate is unknown goes out again, the same bytes, after a pause (0: never).
YINLING_CLAIM_LEASE_SECONDS = number("YINLING_CLAIM_LEASE_SECONDS", 3 * 60)
YINLING_TRANSMIT_LEASE_SECONDS = number("YINLING_TRANSMIT_LEASE_SECONDS", 15 * 60)
YINLING_RESEND_UNCERTAIN_SECONDS = number("YINLING_RESEND_UNCERTAIN_SECONDS", 30 * 60)
# Hosts that group robots may be at, beside those of the three platforms: the institute's own relay.
YINLING_ROBOT_HOSTS = [
    "qyapi.weixin.qq.com",
    "oapi.dingtalk.com",
    "open.feishu.cn",
    *(host for host in text("YINLING_ROBOT_HOSTS").split(",") if host),
]
# Who is told, by mail, when at ten o'clock digests of the day are missing; beside the system administrators.
YINLING_ALARM_ADDRESSES = [address for address in text("YINLING_ALARM_ADDRESSES").split(",") if address]


# --- Ledger (docs/ledger.md)

# The signer's private key. In production only the signer's own user can read it, and this variable is set for that user alone.
YINLING_LEDGER_KEY_FILE = text("YINLING_LEDGER_KEY_FILE") or (str(VAR / "ledger-key.pem") if YINLING_EMBEDDED else "")
# Public keys that checkpoints may be signed with: 64 hexadecimal digits each, separated by commas.
YINLING_LEDGER_PUBLIC_KEYS = text("YINLING_LEDGER_PUBLIC_KEYS")
# Where signed checkpoints are copied to: a folder of another host, and a mailbox that the database's administrator cannot reach.
YINLING_CHECKPOINT_DIR = text("YINLING_CHECKPOINT_DIR") or (str(VAR / "checkpoints") if YINLING_EMBEDDED else "")
YINLING_AUDITOR_MAIL = text("YINLING_AUDITOR_MAIL")


# --- Log: to the standard error stream, for the terminal or the journal

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # A page that does not exist for somebody (404, 403) is an answer, not an event.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
