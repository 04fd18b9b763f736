"""Passwords that were forgotten: the same answer, and the same work, for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from staffing.people.models import User


def mail_is_on() -> bool:
    """Tell whether this deployment sends e-mail at all."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")


@dataclass(frozen=True, slots=True)
class ResetLink:
    user: User
    url: str


def reset_link(user: User, *, origin: str) -> str:
    """Return the address at which `user` sets a new password, once, within hours.

    `origin` is scheme and host; the host has to be a validated one (`get_host()`).
    """
    key = default_token_generator.make_token(user)
    return origin + reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )


def links_for(email: str, *, origin: str) -> Iterator[ResetLink]:
    """Yield a link per account with that address that signs in with a password here.

    Who signs in through the company's directory has no password here to forget.
    """
    for user in User.objects.filter(email__iexact=email, is_active=True):
        if user.has_usable_password():
            yield ResetLink(user, reset_link(user, origin=origin))


def send_reset_links(*, email: str, origin: str, language: str) -> int:
    """Send what was asked for to `email`; return the messages sent, 0 for strangers."""
    links = list(links_for(email, origin=origin))
    for link in links:
        with translation.override(link.user.language or language):
            body = render_to_string(
                "staffing/accounts/password_mail.txt",
                {
                    "link": link,
                    "origin": origin,
                    "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
                },
            )
            subject = _("A new password for Starhall")
        EmailMessage(subject, body, to=[link.user.email]).send()
    return len(links)
