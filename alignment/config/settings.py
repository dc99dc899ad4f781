"""Settings, all read from the environment; `.env.example` lists and explains them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
# Former keys: what they signed is still taken while the key is being replaced.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Plain HTTP is only for use on the machine itself (`make run`); in production HTTPS is true.
HTTPS = env.bool("HTTPS", default=True)
SITE_ADDRESS = env("SITE_ADDRESS", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "alignment.workspace",
    "alignment.imports",
    "alignment.metrics",
    "alignment.metrics.results",
    "campaigns",
    "campaigns.committee",
    "campaigns.insights",
    "campaigns.opportunities",
    "campaigns.calendar",
    "campaigns.policy",
    "campaigns.library",
    "campaigns.plays",
    "campaigns.roi",
    "campaigns.selection",
    "alignment.sla",
    "alignment.scoring",
    "alignment.icp",
    "accounts",
    "accounts.field",
    "accounts.intent",
    "accounts.duplicates",
    "alignment.agreements",
    "alignment.jobs",
    "alignment.notifications",
    "alignment.people",
    "alignment.reference",
    "alignment.core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django.forms",
]

MIDDLEWARE = [
    "alignment.core.rest.lengths.MeasuredBodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alignment.people.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alignment.people.middleware.SessionSeenMiddleware",
    "alignment.people.middleware.SignOutMiddleware",
    "alignment.people.middleware.ProgramMiddleware",
]

# So that forms use our `templates/django/forms`.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "alignment.config.urls"
ASGI_APPLICATION = "alignment.config.asgi.application"

# cotton and template-partials would each overwrite the loaders, so both are set up by hand.
_LOADERS: list[Any] = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "alignment.core.templatetags.figures",
                "alignment.core.templatetags.icons",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alignment.people.context.program",
                "alignment.notifications.context.bell",
                "alignment.workspace.context.navigation",
            ],
        },
    }
]
COTTON_DIR = "components"

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL", default=12),
    "timeout": 10,
}
# A query that uses several cores is fast alone but slow when many people work at once.
DATABASES["default"]["OPTIONS"]["options"] = "-c max_parallel_workers_per_gather=0"
# Replaces a connection that the database dropped instead of handing it out.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env("BROKER_URL")
CACHES = {
    "default": {"BACKEND": "alignment.core.sign_in_cache.SignInCache", "LOCATION": BROKER_URL},
    # Sign-in attempts, which must be counted while Valkey is down too.
    "guards": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_sign_in_guard",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# `accounts/` are companies here, so sign-in is under `/sign-in/`.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "alignment.people.adapters.AccountAdapter"
MFA_ADAPTER = "alignment.people.adapters.MfaAdapter"
USERSESSIONS_ADAPTER = "alignment.people.adapters.UserSessionsAdapter"
SOCIALACCOUNT_ADAPTER = "alignment.people.adapters.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "alignment.people.sign_in_forms.NewAddressForm",
    "change_password": "alignment.people.sign_in_forms.OwnPasswordForm",
    "set_password": "alignment.people.sign_in_forms.FirstPasswordForm",
    "reset_password": "alignment.people.sign_in_forms.ForgottenPasswordForm",
    "reset_password_from_key": "alignment.people.sign_in_forms.NewPasswordForm",
}
MFA_FORMS = {
    "add_webauthn": "alignment.people.sign_in_forms.PasskeyForm",
    "edit_webauthn": "alignment.people.sign_in_forms.PasskeyNameForm",
}
SOCIALACCOUNT_FORMS = {"disconnect": "alignment.people.sign_in_forms.DisconnectAccountForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# A new e-mail address takes effect when its owner opens the link sent to it.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whoever finds an open browser could otherwise move the account to an address of theirs.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{urlsplit(SITE_ADDRESS).netloc}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/3m/key",
}
# How many of the site's own proxies add to X-Forwarded-For; decides which address is throttled.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers allow passkeys without HTTPS on `localhost`.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Addresses are verified by the invitation, or set by the machine's operator.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Entente"
# A clock may be half a minute off; RFC 6238 recommends one step.
MFA_TOTP_TOLERANCE = 1
# Shown in the list of sessions; SessionSeenMiddleware updates it.
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
for _provider in ("google", "microsoft"):
    _client = env(f"{_provider.upper()}_CLIENT_ID", default="")
    if _client:
        # Without a configured client there is neither a button nor a URL to sign in with.
        INSTALLED_APPS.append(f"allauth.socialaccount.providers.{_provider}")
        SOCIALACCOUNT_PROVIDERS[_provider] = {
            "APPS": [
                {
                    "client_id": _client,
                    "secret": env(f"{_provider.upper()}_CLIENT_SECRET"),
                    "settings": {"tenant": env("MICROSOFT_TENANT", default="organizations")},
                }
            ],
        }

EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
# Seconds for each step of the SMTP dialogue; without it, a silent server would stop all mail.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=15)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Entente <entente@localhost>")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "alignment.config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_DIR = Path(env("ENTENTE_DATA", default=str(BASE_DIR / ".entente"))).resolve()
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
# Files uploaded for import; never served.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(DATA_DIR / "uploads")))
# `make run` writes mail here instead of sending it.
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "alignment.core.static_files.RememberedStaticFiles"
        )
    },
}
# Fits one batch of 1,000 engagements with properties; more is refused with 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=200 * 1024 * 1024)
# What the files of one program may take together.
IMPORT_KEPT_BYTES = env.int("IMPORT_KEPT_BYTES", default=5 * 1024**3)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Applies to all subdomains as well, and browsers remember it for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY = {
    "broker_url": BROKER_URL,
    # Rows are the queue and tasks only hints: late ack, one at a time, no results.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    # Long work has its own queue, so that hints never wait behind it.
    "task_default_queue": "events",
    "task_routes": {
        "alignment.jobs.tasks.run": {"queue": "jobs"},
        "alignment.sla.tasks.*": {"queue": "clocks"},
        # Waits for external servers, so it has its own worker, with threads.
        "alignment.notifications.tasks.*": {"queue": "outbox"},
        "alignment.people.tasks.send_sign_in_mail": {"queue": "outbox"},
    },
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {"socket_timeout": 5, "socket_connect_timeout": 2},
    "task_publish_retry": False,
    "worker_hijack_root_logger": False,
    "timezone": "UTC",
}

# For each key and each signed-in person.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=6_000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "alignment.people.api_auth.ApiKeyAuthentication",
        "alignment.people.api_auth.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["alignment.people.api_auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["alignment.core.rest.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["alignment.core.rest.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "alignment.core.rest.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["alignment.people.api_auth.KeyThrottle"],
    "EXCEPTION_HANDLER": "alignment.core.rest.problem_details",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Entente API",
    "DESCRIPTION": "Facts in, judgements out: accounts, people, leads, engagements and scores.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "WEBHOOKS": [
        f"alignment.notifications.api.events.{name}"
        for name in (
            "handed_off",
            "nobody_to_own",
            "warning",
            "breach",
            "escalation",
            "feedback",
            "dispute",
            "agreement",
        )
    ],
    "ENUM_NAME_OVERRIDES": {
        "SignalKind": "alignment.config.api_schema.SIGNAL_KINDS",
        "JobKind": "alignment.config.api_schema.JOB_KINDS",
        "NoticeKind": "alignment.config.api_schema.NOTICE_KINDS",
        "WebhookKind": "alignment.config.api_schema.WEBHOOK_KINDS",
        "DeliveryChannel": "alignment.config.api_schema.DELIVERY_CHANNELS",
        "ConsentChannel": "alignment.config.api_schema.CONSENT_CHANNELS",
        "TouchChannel": "alignment.config.api_schema.TOUCH_CHANNELS",
        "AttemptChannel": "alignment.config.api_schema.ATTEMPT_CHANNELS",
        "AttemptOutcome": "alignment.config.api_schema.ATTEMPT_OUTCOMES",
        "FindingOutcome": "alignment.config.api_schema.FINDING_OUTCOMES",
        "RowOutcome": "alignment.config.api_schema.ROW_OUTCOMES",
        "AssetKind": "alignment.config.api_schema.ASSET_KINDS",
        "NoteKind": "alignment.config.api_schema.NOTE_KINDS",
        "TagKind": "campaigns.insights.models.TagKind",
        "SupportState": "alignment.config.api_schema.SUPPORT_STATES",
        "TagState": "alignment.config.api_schema.TAG_STATES",
        "AssetLanguage": "alignment.config.api_schema.ASSET_LANGUAGES",
        "RoiLanguage": "alignment.config.api_schema.ROI_LANGUAGES",
        "RoiUnit": "alignment.config.api_schema.ROI_UNITS",
        "BuyingStage": "alignment.config.api_schema.BUYING_STAGES",
        "CallOutcome": "alignment.config.api_schema.CALL_OUTCOMES",
        "MetricUnit": "alignment.config.api_schema.METRIC_UNITS",
        "SideEnum": "alignment.people.models.Side",
        "MemberRole": "alignment.people.models.Role",
        "CommitteeRole": "alignment.config.api_schema.COMMITTEE_ROLES",
        "LostReasonEnum": "campaigns.opportunities.models.LostReason",
        "DealStepKind": "alignment.config.api_schema.DEAL_STEP_KINDS",
        "DealOutcome": "campaigns.opportunities.models.Outcome",
        "VoteChoice": "campaigns.selection.models.Choice",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "short": {"()": "alignment.core.logs.ShortRefusals"},
        "discreet": {"()": "alignment.core.logs.HiddenSecrets"},
        "ticks": {"()": "alignment.core.logs.MissedTicks"},
    },
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["discreet"],
        }
    },
    "loggers": {
        "django.request": {"filters": ["short"]},
        # Strangers who ask for other hosts.
        "django.security.DisallowedHost": {"filters": ["short"]},
        "celery.beat": {"filters": ["ticks"]},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
