"""The only settings file: the environment (or a `.env` beside manage.py) is all that differs between installations."""

import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# Everything that an installation writes: database, uploads, published reports, the embedded queue.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
# One that stood there before is closed to other accounts too, but never a shared one such as /tmp (the sticky bit).
if VAR_DIR.stat().st_uid == os.geteuid() and not (mode := VAR_DIR.stat().st_mode) & stat.S_ISVTX:
    VAR_DIR.chmod(stat.S_IMODE(mode) & ~stat.S_IRWXO)


def secret_key() -> str:
    """SECRET_KEY of the environment, else the one that tools/setup.sh wrote for this machine."""
    if key := env("SECRET_KEY", default=""):
        return key
    written = VAR_DIR / "secret-key"
    if written.exists():
        return written.read_text().strip()
    raise ImproperlyConfigured(
        "Falta SECRET_KEY. Póngala en el entorno o en .env (una cadena larga y aleatoria), o arranque con «make run»."
    )


SECRET_KEY = secret_key()
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "display",
    "records",
    "accounts",
    "plans",
    "activities",
    "commitments",
    "sheets",
    "reports",
    "dashboard",
    "portal",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "import_export",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.permissions_policy",
    "config.middleware.no_body_for_head",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.refuse_oversized",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.never_cache_signed_in",
    "accounts.typed.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.acting",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "reports"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.permissions.context",
            ],
        },
    }
]

# Database: SQLite out of the box, PostgreSQL by DATABASE_URL. Writers on SQLite queue instead of failing.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "config.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, so that a real worker process of the tests sees the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def beside(broker: str) -> str:
    """Another of the numbered databases of the broker's Redis: emptying the cache must not empty the queue."""
    parts = urlsplit(broker)
    number = parts.path.strip("/") or "0"
    if not parts.scheme.startswith("redis") or not parts.hostname or not number.isdecimal():
        raise ImproperlyConfigured("Falta CACHE_URL. Póngala en el entorno o en .env: redis://servidor:6379/1")
    return parts._replace(path=f"/{(int(number) + 1) % 16}").geturl()  # a Redis has 16 unless told otherwise


# Tasks: Redis by CELERY_BROKER_URL, else a queue of files that needs no server and runs the same code.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_TASK_IGNORE_RESULT = True  # progress and errors live in the job's own row
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB; a process that has grown past it ends after its task
WORKER_NICE = env.int("WORKER_NICE", default=10)  # 0: as important as the pages; 19: when nobody else runs
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "America/Bogota"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Sweeps expire, so that they do not pile up while the worker is busy.
CELERY_BEAT_SCHEDULE = {
    "resume-jobs": {"task": "records.tasks.resume", "schedule": 30.0, "options": {"expires": 30}},
    "send-mail": {"task": "records.mail.deliver", "schedule": 60.0, "options": {"expires": 60}},
    "clean": {"task": "records.tasks.clean", "schedule": 3600.0, "options": {"expires": 3600}},
    "end-stints": {"task": "reports.tasks.end_stints", "schedule": 300.0, "options": {"expires": 300}},
    "start-monthly-drafts": {"task": "reports.tasks.start_drafts", "schedule": 3600.0, "options": {"expires": 3600}},
    "open-monthly-returns": {
        "task": "activities.tasks.open_returns",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "ask-sizes": {"task": "activities.evidence.ask_sizes", "schedule": 300.0, "options": {"expires": 300}},
    "check-links": {"task": "activities.tasks.check_links", "schedule": 3600.0, "options": {"expires": 3600}},
    "clean-sheets": {"task": "sheets.tasks.clean", "schedule": 3600.0, "options": {"expires": 3600}},
    "send-reminders": {"task": "dashboard.tasks.send_reminders", "schedule": 3600.0, "options": {"expires": 3600}},
}
# How long a job waits for its worker to renew the lease before another worker takes it.
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", default=45)
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT = "config.queue:Transport"
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.05,  # one second by default, which feels stuck
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 3000},  # of 300, the default, counters would be thrown away under attack
        }
    }
else:
    # A click does not wait for a Redis that is away: what could not be sent, a sweep sends later.
    CELERY_BROKER_CONNECTION_TIMEOUT = 2
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 3}
    CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    CACHES = {
        "default": {
            "BACKEND": "config.cache.SharedCache",
            "LOCATION": env("CACHE_URL", default="") or beside(CELERY_BROKER_URL),
            "KEY_PREFIX": "convite",
        }
    }

# Files: uploads and reports are private; only views that check rights serve them.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGEST_REQUEST = 5 * 1024 * 1024
# The addresses that take files. Far above what any of them takes, so that each can explain its own limit.
UPLOADS = {
    *("sheets:import_new", "sheets:import_upload", "accounts:entity_update"),
    *("activities:session_update", "activities:session_extra"),
    *("activities:session_evidence", "commitments:commitment_follow"),
}
# Whose file is hashed as it arrives, or kept in memory until the answer, and never written.
PUBLIC_UPLOADS = {"portal:verify", "portal:recalculate"}
LARGEST_UPLOAD = 100 * 1024 * 1024
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=not DEBUG)
STORAGES = {
    # A folder, or any storage of Django's: of a bucket, the backend of django-storages and its options as JSON.
    "default": {
        "BACKEND": env("MEDIA_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("MEDIA_STORAGE_OPTIONS", default={}),
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:panel"
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # who just chose a password is not asked for it
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator creates accounts for known addresses
ACCOUNT_SESSION_REMEMBER = None  # asked on the page of sign-in; unasked, the session ends with the browser
ACCOUNT_SESSION_COOKIE_AGE = 30 * 24 * 3600  # of who asked; SESSION_COOKIE_AGE below is of all others
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.Login",
    "reset_password": "accounts.sign_in.ResetPassword",
    "reset_password_from_key": "accounts.sign_in.NewPassword",
    "change_password": "accounts.sign_in.ChangePassword",
    "set_password": "accounts.sign_in.SetPassword",
    "reauthenticate": "accounts.sign_in.Reauthenticate",
}
# Behind the one network address of an office many people sign in at once. Failed tries are counted by network address,
# by account there, by account anywhere, and by a browser where its owner signed in before (accounts/adapter.py).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "login_failed_anywhere": "100/d/key",
    "login_failed_known": "5/5m/key",
}
# Answers of people without an account. A hall of 150 may answer from one network address in a minute, a machine
# that writes nonsense would go on; of one space there are not more people than the last (portal/survey_views.py).
SURVEY_RATE_LIMITS = {"network": "150/m/key,900/h/key", "space": "3000/d/key"}
# What they say of a promise: those who answer do it at home, and a neighbourhood may share a network address.
PROMISE_RATE_LIMITS = {"network": "60/m/key,300/h/key", "promise": "500/d/key"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody has the entity write to any address of the world
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Convite: "

# The audit trail
AUDITLOG_LOGENTRY_MODEL = "accounts.AuditEntry"
MIGRATION_MODULES = {"auditlog": None}  # else it creates its own unused table, which blocks flushing on PostgreSQL
AUDITLOG_STORE_JSON_CHANGES = True  # null and true, not "None" and "True"
AUDITLOG_USE_FK_STRING_REPRESENTATION = True

# Language: Spanish of Colombia is the source, English the complete translation under /en/.
LANGUAGE_CODE = "es-co"
LANGUAGES = [("es-co", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Bogota"
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Mail
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds; without it a mail server that says nothing keeps a thread for ever
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Convite <convite@localhost>")

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Sign-in is rate-limited by address: by the proxy's, one attacker would lock everybody out.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
if HTTPS := SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False  # a layout that names a field which its form does not have is a mistake

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"refusals": {"()": "config.logs.Refusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"filters": ["refusals"]},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "auditlog": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
    },
}
