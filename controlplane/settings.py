"""Django's settings, all derived from `controlplane.configuration`."""

from pathlib import Path

import dj_database_url

from controlplane.configuration import read_configuration
from controlplane.database_limits import limited

CONFIGURATION = read_configuration()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = CONFIGURATION.secret_key
SECRET_KEY_FALLBACKS = list(CONFIGURATION.former_secret_keys)
# What meshes may use of files, programs and private addresses (see routing.allowed).
MESH_CLUSTERS = CONFIGURATION.clusters
ENVOY_FOLDERS = CONFIGURATION.envoy_folders
ALLOWED_NETWORKS = CONFIGURATION.allowed_networks
DEBUG = CONFIGURATION.debug
DEMO = CONFIGURATION.demo
ALLOWED_HOSTS = list(CONFIGURATION.allowed_hosts)
REDIS_URL = CONFIGURATION.redis_url
RETENTION = CONFIGURATION.retention
AUDIT_ANCHOR = CONFIGURATION.audit_anchor
AUDIT_ARCHIVE = CONFIGURATION.audit_archive

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "governance",
    "events",
    "accounts",
    "toggles",
    "routing",
    "rollouts",
    "controlplane",
    "controlplane.declarations",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "controlplane.edge.StrictInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.pages.gate.MembersOnlyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "controlplane.security.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.api.conditional.ConditionalMiddleware",
    "accounts.api.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "controlplane.urls"
WSGI_APPLICATION = "controlplane.wsgi.application"

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
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        CONFIGURATION.database_url, conn_max_age=60, conn_health_checks=True
    )
}
DATABASES["default"]["OPTIONS"] = limited(DATABASES["default"].get("OPTIONS", {}))

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from the finders, so that a fresh clone needs no collect step.
WHITENOISE_USE_FINDERS = True

# Secure by default; only the cookie's `Secure` mark follows the scheme people use.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIGURATION.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "togglemesh_session"
CSRF_COOKIE_NAME = "togglemesh_csrf"
CSRF_TRUSTED_ORIGINS = [CONFIGURATION.public_url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CONFIGURATION.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIGURATION.https else None
X_FRAME_OPTIONS = "DENY"
# Bytes of a body and number of fields; more is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.bearer.BearerAuthentication",
        "accounts.api.session.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.rights.MembersOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.reading.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "accounts.api.reading.AlwaysTheFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ToggleMesh management API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.described.describe_problems",
    ],
}

CELERY_BROKER_URL = CONFIGURATION.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be sent is dropped at once: the sweeper finds what is due.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60, "socket_timeout": 5}
CELERY_BEAT_SCHEDULE = {
    "rollouts.sweep": {"task": "rollouts.sweep", "schedule": 1.0, "options": {"expires": 2}},
    "audit.verify": {"task": "audit.verify", "schedule": 60.0, "options": {"expires": 55}},
    "retention.sweep": {"task": "retention.sweep", "schedule": 60.0, "options": {"expires": 55}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "controlplane.logs.BoundedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
