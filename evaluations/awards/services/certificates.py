"""Issuing certificates, revoking them, and the lists that a stranger checks against."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.awards.models import Award, AwardState, Certificate, ListStatus
from evaluations.awards.services.refusals import NoKey, NotAwarded
from evaluations.awards.signing import public_of, signed
from outlets.exchange.acting import acting
from staffing.people.models import User


def public_keys() -> dict[str, bytes]:
    """Return every key that ever signed, by id: retired ones still prove."""
    own = {one: public_of(raw) for one, raw in settings.CERTIFICATE_KEYS.items()}
    return {**settings.CERTIFICATE_RETIRED_KEYS, **own}


def _signing_key() -> tuple[str, bytes]:
    """Return the newest key: the last one of CERTIFICATE_KEYS."""
    keys = settings.CERTIFICATE_KEYS
    if not keys:
        raise NoKey
    key_id = list(keys)[-1]
    return key_id, keys[key_id]


@transaction.atomic
def issue(*, award_id: int) -> Certificate:
    """Return the certificate of a public award, made the first time it is asked for.

    Raises:
        NotAwarded: the award does not stand on a published list.
        NoKey: nothing to sign with.
    """
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("award_list__run", "employee")
        .get(pk=award_id)
    )
    held = Certificate.objects.filter(award=award).first()
    if held is not None:
        return held
    award_list = award.award_list
    if award_list.status != ListStatus.PUBLISHED:
        raise NotAwarded(state=award_list.get_status_display())
    if award.state != AwardState.AWARDED:
        raise NotAwarded(state=award.get_state_display())
    key_id, private = _signing_key()
    uuid, now = uuid4(), timezone.now()
    data = {
        "certificate": str(uuid),
        "format": 1,
        "holder": award.employee.name,
        "issued_on": timezone.localdate(now).isoformat(),
        "issuer": settings.CERTIFICATE_ISSUER,
        "level": award_list.level,
        "period": award_list.period,
        "place": award.place_name,
        "ranking": award_list.run.hash,
        "title": award_list.title,
    }
    return Certificate.objects.create(
        uuid=uuid,
        award=award,
        key_id=key_id,
        issued_at=now,
        text=signed(data, key_id=key_id, private=private),
    )


def revoke(*, award: Award, reason: str, by: User | None) -> None:
    """Revoke an award's certificate, if it has one, in the caller's transaction."""
    held = Certificate.objects.filter(award=award, revoked_at=None)
    for one in held.select_for_update(of=("self",)):
        one.revoked_at, one.revoked_by = timezone.now(), by
        one.revoked_because = reason[:300]
        with acting(by=by):
            one.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])


def pass_on(*, heirs: Mapping[int, Award | None], by: User | None) -> None:
    """Let certificates follow their awards to a later list, in its transaction.

    `heirs` has what became of each award, by its pk. A certificate goes with it, and
    holds no more where nothing is awarded there.
    """
    held = Certificate.objects.filter(award__in=list(heirs), revoked_at=None)
    for one in held.select_for_update(of=("self",)).order_by("pk"):
        heir = heirs[one.award_id]
        one.award = heir or one.award
        if heir is None or heir.state != AwardState.AWARDED:
            one.revoked_at, one.revoked_by = timezone.now(), by
            one.revoked_because = _("The ranking behind it was corrected.")
        with acting(by=by):
            one.save()


def restore(*, award: Award, by: User | None) -> None:
    """Let a certificate hold again: the award was given back, on the newest list."""
    newest = Certificate.objects.filter(
        award=award, award__award_list__status=ListStatus.PUBLISHED
    )
    for one in newest.exclude(revoked_at=None):
        one.revoked_at, one.revoked_by, one.revoked_because = None, None, ""
        with acting(by=by):
            one.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])


def revocations(now: datetime | None = None) -> str:
    """Return the signed list of what is revoked: ids and instants, no reasons or names.

    Raises:
        NoKey: nothing to sign with.
    """
    key_id, private = _signing_key()
    now = now or timezone.now()
    rows = Certificate.objects.exclude(revoked_at=None).order_by("uuid")
    data = {
        "format": 1,
        "issuer": settings.CERTIFICATE_ISSUER,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "revoked": {
            str(one.uuid): one.revoked_at.astimezone(UTC).isoformat(timespec="seconds")
            for one in rows
            if one.revoked_at is not None
        },
    }
    return signed(data, key_id=key_id, private=private)
