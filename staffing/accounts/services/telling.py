"""Have the owner of an account told what happens to it.

Whoever took an account over cannot keep its owner from hearing of it. The request
only queues the mail: a mail server that does not answer must stop nobody.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from staffing.accounts import tasks
from staffing.accounts.addresses import address_in
from staffing.accounts.services.access import agent_of
from staffing.accounts.services.password_reset import mail_is_on
from staffing.accounts.services.security_mail import Notice
from staffing.people.models import User

logger = logging.getLogger(__name__)


def tell_owner(user: User, notice: Notice, *, request: HttpRequest | None) -> None:
    """Queue a mail to `user` about her account, once the transaction is committed.

    Says nothing to who has no address, whose account is closed, or where no e-mail is
    sent. `request` None: a command, or done by somebody else, whose address is not
    hers to know.
    """
    if not settings.ACCOUNT_EMAIL_NOTIFICATIONS or not mail_is_on():
        return
    if not user.email or not user.is_active:
        return
    address = address_in(request.META) if request is not None else None
    facts: dict[str, Any] = {
        "user_id": user.pk,
        "notice": notice.value,
        "at": timezone.now().isoformat(),
        "address": str(address or ""),
        "agent": agent_of(request),
        "language": user.language or translation.get_language() or "",
    }
    transaction.on_commit(lambda: _queue(facts))


def _queue(facts: dict[str, Any]) -> None:
    try:
        tasks.send_security_mail.delay(**facts)
    except (OperationalError, OSError):  # what was done is done; a mail may be missing
        logger.exception("No mail about %s could be queued", facts["notice"])
