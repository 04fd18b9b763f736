"""Numbers of people who were erased: known again by a keyed hash, kept nowhere."""

import hashlib
import hmac
from collections.abc import Collection

from django.conf import settings
from django.utils import timezone

from outlets.exchange.erased import ErasedPerson
from staffing.people.personal.models import ErasedNumber


def digest_of(number: str) -> str:
    """Return the keyed hash of an employee number: the key is a setting, kept apart.

    Numbers are few and easily tried out, so that a hash without a key would hide none.
    """
    key = settings.ERASURE_KEY.encode()
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def lookup(numbers: Collection[str]) -> dict[str, ErasedPerson]:
    """Return those of the numbers whose person was erased; one query."""
    by_digest = {digest_of(number): number for number in numbers}
    rows = ErasedNumber.objects.filter(digest__in=by_digest, lifted_at=None)
    return {
        by_digest[digest]: ErasedPerson(timezone.localdate(erased_at), pseudonym)
        for digest, erased_at, pseudonym in rows.values_list(
            "digest", "erased_at", "employee__number"
        )
    }
