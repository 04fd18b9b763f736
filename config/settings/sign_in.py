"""How people sign in, on their own and on shared tablets."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, DEMO, env

# --- Sign-in ------------------------------------------------------------------------
# docs/sign-in.md says what each of these means to an administrator.

LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses who is locked out, knows nobody
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATOR = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATOR + "UserAttributeSimilarityValidator"},
    {
        "NAME": _VALIDATOR + "MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("PASSWORD_MIN_LENGTH", default=10)},
    },
    {"NAME": _VALIDATOR + "CommonPasswordValidator"},
    {"NAME": _VALIDATOR + "NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 4 * 3600
# Days after which a first password that nobody has replaced opens nothing any more.
FIRST_PASSWORD_DAYS = env.int("FIRST_PASSWORD_DAYS", default=7)
if FIRST_PASSWORD_DAYS < 1:
    raise ImproperlyConfigured("FIRST_PASSWORD_DAYS is a number of days, at least 1.")

# A session ends after so much silence, and after so long in any case.
SESSION_IDLE_SECONDS = 60 * env.int("SESSION_IDLE_MINUTES", default=600)
SESSION_LIFETIME_SECONDS = 3600 * env.int("SESSION_LIFETIME_HOURS", default=168)
SESSION_COOKIE_AGE = SESSION_LIFETIME_SECONDS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# How many proxies of ours write X-Forwarded-For; 0 believes nobody but the socket.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# Roles that must hold a second factor until an administrator decides otherwise. The
# demo asks nobody, so that the sign-ins it prints work.
SECOND_FACTOR_ROLES = () if DEMO else ("administrator", "hr", "operations", "auditor")

ACCOUNT_ADAPTER = "staffing.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from an administrator
ACCOUNT_SESSION_REMEMBER = True
# Mails to the owner of an account when its password, its factors or its browsers
# change; sent where EMAIL_URL is set.
ACCOUNT_EMAIL_NOTIFICATIONS = env.bool("SECURITY_MAILS", default=True)
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a class)
)
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # a whole office may stand behind one address
    "login_failed": None,  # django-axes counts these, in the database
}
ACCOUNT_FORMS = {
    "login": "staffing.accounts.forms.sign_in.SignInForm",
    "reauthenticate": "staffing.accounts.forms.sign_in.ConfirmPasswordForm",
    "change_password": "staffing.accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "staffing.accounts.forms.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "staffing.accounts.forms.sign_in.NewPasswordForm",
}
MFA_ADAPTER = "staffing.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
MFA_TOTP_ISSUER = "Starhall"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute off
MFA_FORMS = {
    "authenticate": "staffing.accounts.forms.sign_in.CodeForm",
    "reauthenticate": "staffing.accounts.forms.sign_in.ConfirmCodeForm",
    "activate_totp": "staffing.accounts.forms.sign_in.ActivateAppForm",
    "add_webauthn": "staffing.accounts.forms.sign_in.AddPasskeyForm",
    "edit_webauthn": "staffing.accounts.forms.sign_in.RenamePasskeyForm",
}

AXES_HANDLER = "staffing.accounts.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES_PER_PERSON", default=5)
ADDRESS_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES_PER_ADDRESS", default=50)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are part of the audit trail
AXES_LOCKOUT_CALLABLE = "staffing.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "staffing.accounts.addresses.counted_address"
AXES_USERNAME_CALLABLE = "staffing.accounts.lockout.counted_username"
AXES_SENSITIVE_PARAMETERS = [
    *("username", "password", "oldpassword", "password1", "password2", "pin"),
    *("code", "credential", "state", "next", "csrfmiddlewaretoken"),
]
AXES_VERBOSE = False

# A company's own directory (OpenID Connect); the button shows when an issuer is set.
SOCIALACCOUNT_ADAPTER = "staffing.accounts.adapters.DirectoryAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "staffing.accounts.forms.directory.DisconnectForm"}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
if OIDC_ISSUER and not OIDC_ISSUER.startswith("https://") and not (DEBUG or DEMO):
    raise ImproperlyConfigured("OIDC_ISSUER has to begin with https://")
OIDC_SECOND_FACTOR = env.bool("OIDC_SECOND_FACTOR", default=False)
SOCIALACCOUNT_PROVIDERS = (
    {
        "directory": {
            "OAUTH_PKCE_ENABLED": True,
            "APP": {
                "provider_id": "directory",
                "name": env.str("OIDC_NAME", default="Single sign-on"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": OIDC_ISSUER,
                    "username_claim": env.str(
                        "OIDC_USERNAME_CLAIM", default="preferred_username"
                    ),
                },
            },
        }
    }
    if OIDC_ISSUER
    else {}
)

# --- Shared tablets -------------------------------------------------------------------

# Fewest digits of a PIN, 4 to 8.
PIN_LENGTH = env.int("STARHALL_PIN_LENGTH", default=6)
if not 4 <= PIN_LENGTH <= 8:
    raise ImproperlyConfigured("STARHALL_PIN_LENGTH is the fewest digits, 4 to 8.")
# Minutes without a tap after which a session on a shared tablet ends.
TABLET_IDLE_MINUTES = env.int("STARHALL_TABLET_IDLE_MINUTES", default=10)
# Hours after which a tablet is handed a new credential.
DEVICE_ROTATION_HOURS = env.int("STARHALL_DEVICE_ROTATION_HOURS", default=24)
DEVICE_COOKIE_SECURE = not DEBUG and not DEMO
# The prefix has browsers refuse the cookie from another host or without TLS.
DEVICE_COOKIE_NAME = "__Host-device" if DEVICE_COOKIE_SECURE else "device"
# Where a browser remembers who signed in with it.
BROWSER_COOKIE_SECURE = DEVICE_COOKIE_SECURE
BROWSER_COOKIE_NAME = "__Host-browser" if BROWSER_COOKIE_SECURE else "browser"
