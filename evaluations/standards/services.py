"""Publishing a new version of a standard."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.standards.models import Item, Standard, StandardVersion
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
    Item.objects.bulk_create(
        Item(version=version, code=code, position=position, **asdict(draft))
        for position, (code, draft) in enumerate(items.items(), start=1)
    )
    return version


def put_on_card(*, standard: Standard, on_card: bool, by: User) -> None:
    """Ask for this standard on every outlet's daily card, or no longer.

    Raises:
        PermissionDenied: `by` does not configure the product.
    """
    if not by.sight.may(Power.CONFIGURE):
        raise PermissionDenied
    Standard.objects.filter(pk=standard.pk).update(on_card=on_card)
