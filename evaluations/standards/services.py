"""Publishing a new version of a standard."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.standards.models import Item, Standard, StandardVersion
from outlets.exchange import tracking
from outlets.exchange.acting import acting
from outlets.places.sight import Power
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item as somebody wants it; fields as in `Item`."""

    title_en: str
    title_zh: str = ""
    guide_en: str = ""
    guide_zh: str = ""
    section: str = ""
    weight: int = 100
    critical: bool = False
    applies_to: str = ""
    who: str = ""
    dimension: str = ""
    local: bool = False
    overrides: str = ""

    @classmethod
    def of(cls, item: Item) -> "ItemDraft":
        return cls(**{name: getattr(item, name) for name in cls.__slots__})


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


def put_on_card(*, standard: Standard, on_card: bool, by: User) -> None:
    """Ask for this standard on every outlet's daily card, or no longer.

    Raises:
        PermissionDenied: `by` does not configure the product.
    """
    if not by.sight.may(Power.CONFIGURE):
        raise PermissionDenied
    standard.on_card = on_card
    with acting(by=by):
        standard.save(update_fields=["on_card"])
