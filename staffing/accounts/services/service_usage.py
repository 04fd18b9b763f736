"""When, from where and for what a service was used last."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

from django.db.models import Q
from django.utils import timezone

from staffing.accounts.models import ServiceAccount, ServiceSecret

# A busy machine calls many times a second; one write a minute says as much.
NOTED_EVERY = timedelta(minutes=1)

Address = IPv4Address | IPv6Address | None


def note_call(account: ServiceAccount, *, address: Address, family: str) -> None:
    """Note a call, unless one was noted within the last minute."""
    at = timezone.now()
    before = at - NOTED_EVERY
    if account.last_used_at is not None and account.last_used_at > before:
        return
    long_ago = Q(last_used_at=None) | Q(last_used_at__lte=before)
    ServiceAccount.objects.filter(long_ago, pk=account.pk).update(
        last_used_at=at,
        last_used_from=str(address) if address else None,
        last_used_for=family,
    )


def note_secret(secret: ServiceSecret, *, address: Address) -> None:
    """Note that a token was issued for a secret."""
    ServiceSecret.objects.filter(pk=secret.pk).update(
        last_used_at=timezone.now(),
        last_used_from=str(address) if address else None,
    )
