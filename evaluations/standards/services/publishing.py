"""Publishing a new version of a standard, and asking for it on the card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Item, Standard, StandardVersion
from outlets.exchange import tracking
from outlets.exchange.acting import acting
from staffing.people.models import User


@transaction.atomic
def publish_version(
    *,
    standard: Standard,
    items: Mapping[str, ItemDraft],
    valid_from: date,
    by: User | None = None,
) -> StandardVersion:
    """Make the next version of a standard from all its items, in their order.

    The first version holds for all earlier dates as well, whatever `valid_from` says.
    """
    locked = Standard.objects.select_for_update(of=("self",)).get(pk=standard.pk)
    newest = locked.versions.order_by("-number").first()
    version = StandardVersion.objects.create(
        standard=locked,
        number=newest.number + 1 if newest else 1,
        valid_from=valid_from if newest else None,
        by=by,
    )
    made = Item.objects.bulk_create(
        Item(version=version, code=code, position=position, **asdict(draft))
        for position, (code, draft) in enumerate(items.items(), start=1)
    )
    with acting(by=by):
        _tell_history(made, newest)
    return version


def _tell_history(made: Sequence[Item], before: StandardVersion | None) -> None:
    """Say what the new version changes; an item carried over is no change."""
    old = {item.code: item for item in before.items.all()} if before else {}
    fields = ItemDraft.__slots__
    changed = []
    for item in made:
        was = old.get(item.code)
        if was is not None and ItemDraft.of(was) != ItemDraft.of(item):
            changed.append((item, {name: getattr(was, name) for name in fields}))
    kept = {item.code for item in made}
    tracking.tell(
        Item,
        created=[item for item in made if item.code not in old],
        updated=changed,
        deleted=[item for code, item in old.items() if code not in kept],
    )


def require_may_write(standard: Standard, by: User) -> None:
    """Raise PermissionDenied where `by` does not write this standard."""
    if not Standard.objects.written_by(by).filter(pk=standard.pk).exists():
        raise PermissionDenied


def put_on_card(*, standard: Standard, on_card: bool, by: User) -> None:
    """Ask for this standard on the daily cards of its outlets, or no longer.

    Raises:
        PermissionDenied: `by` does not write this standard.
    """
    require_may_write(standard, by)
    standard.on_card = on_card
    with acting(by=by):
        standard.save(update_fields=["on_card"])
