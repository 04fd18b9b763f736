"""Mails about one's own account: what changed in how she signs in, and from where.

`tell_owner` queues them; here they are written and sent.
"""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffing.people.models import User


class Notice(StrEnum):
    """What somebody is told of; the value goes through the queue."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    FIRST_PASSWORD = "first_password"  # noqa: S105 - a name
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_MADE = "codes_made"
    FACTORS_FORGOTTEN = "factors_forgotten"
    NEW_BROWSER = "new_browser"
    DIRECTORY_CONNECTED = "directory_connected"
    DIRECTORY_DISCONNECTED = "directory_disconnected"

    @property
    def said(self) -> str:
        """What happened, in the language of now: subject and first line."""
        return str(_SAID[self])


_SAID: dict[Notice, Promise] = {
    Notice.PASSWORD_CHANGED: gettext_lazy("Your password was changed"),
    Notice.PASSWORD_RESET: gettext_lazy(
        "Your password was set anew with a link that was mailed to you"
    ),
    Notice.FIRST_PASSWORD: gettext_lazy(
        "An administrator made a new first password for you; yours no longer works"
    ),
    Notice.APP_ADDED: gettext_lazy("An authenticator app was set up"),
    Notice.APP_REMOVED: gettext_lazy("The authenticator app was removed"),
    Notice.PASSKEY_ADDED: gettext_lazy("A passkey was added"),
    Notice.PASSKEY_REMOVED: gettext_lazy("A passkey was removed"),
    Notice.CODES_MADE: gettext_lazy("New recovery codes were made"),
    Notice.FACTORS_FORGOTTEN: gettext_lazy(
        "An administrator removed all your second factors"
    ),
    Notice.DIRECTORY_CONNECTED: gettext_lazy(
        "Your account can now be opened through the company's directory"
    ),
    Notice.DIRECTORY_DISCONNECTED: gettext_lazy(
        "Your account can no longer be opened through the company's directory"
    ),
    Notice.NEW_BROWSER: gettext_lazy("A browser new to your account signed in"),
}


def send_security_mail(
    *,
    user_id: int,
    notice: str,
    at: str,
    address: str,
    agent: str,
    language: str,
) -> int:
    """Send one mail; return how many were sent: 0 when she has no address any more.

    `at` is an ISO instant; `address` and `agent` are empty where unknown.
    """
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None:
        return 0
    with translation.override(language or settings.LANGUAGE_CODE):
        what = Notice(notice).said
        body = render_to_string(
            "staffing/accounts/security_mail.txt",
            {
                "what": what,
                "username": user.get_username(),
                "at": datetime.fromisoformat(at),
                "zone": settings.TIME_ZONE,
                "whence": ", ".join(filter(None, (address, agent))),
                "has_password": user.has_usable_password(),
            },
        )
        subject = _("Starhall: %(what)s") % {"what": what}
    return EmailMessage(subject, body, to=[user.email]).send()
