"""Writing the next version of a standard, item by item, until it is published."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Draft, DraftItem, Standard, StandardVersion
from evaluations.standards.services.publishing import (
    publish_version,
    require_may_write,
)
from outlets.exchange.acting import acting
from outlets.exchange.errors import DomainError
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User


class CodeTaken(DomainError):
    code = "code_taken"
    message = _("The code %(code)s is taken. Choose another one.")


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"
    message = _(
        "Somebody else changed %(code)s while you had it open. Nothing was saved: "
        "read what it says now, then change it again."
    )


class NothingAsked(DomainError):
    code = "nothing_asked"
    message = _("A checklist without items asks for nothing. Add an item first.")


class NothingChanged(DomainError):
    code = "nothing_changed"
    message = _("This draft says the same as the version in force.")


class BeginsTooEarly(DomainError):
    code = "begins_too_early"
    message = _(
        "A version holds from %(day)s at the earliest: what was checked before keeps "
        "the version that it was checked under."
    )


class RoundsChangeToday(DomainError):
    code = "rounds_change_today"
    message = _(
        "Other rounds hold at once. Publish them from today, or leave the rounds as "
        "they are."
    )


class UnknownOverride(DomainError):
    code = "unknown_override"
    message = _("%(code)s leaves out %(others)s, which is no item of this checklist.")


class UnknownItemRound(DomainError):
    code = "unknown_item_round"
    message = _(
        "%(code)s is asked in the round “%(slot)s”, which this checklist does not have."
    )


@transaction.atomic
def create_standard(
    *,
    code: str,
    title_en: str,
    title_zh: str,
    slots: str,
    region: Region | None,
    by: User,
) -> Draft:
    """Make a checklist that is asked nowhere yet, and begin its first draft.

    `region` None makes it the whole chain's. `slots` are the rounds, space-separated.

    Raises:
        PermissionDenied: `by` writes no checklists there.
        CodeTaken: another checklist has that code.
    """
    reach = by.sight.reach(Power.WRITE_STANDARDS)
    within = region is not None and any(
        region.path.startswith(path) for path in reach.region_paths
    )
    if not (reach.everywhere or within):
        raise PermissionDenied
    last = Standard.objects.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic(), acting(by=by):
            standard = Standard.objects.create(
                code=code,
                title_en=title_en,
                title_zh=title_zh,
                slots=slots,
                region=region,
                position=last + 1,
            )
    except IntegrityError as error:
        raise CodeTaken(code=code) from error
    return begin_draft(standard=standard, by=by)


@transaction.atomic
def begin_draft(*, standard: Standard, by: User) -> Draft:
    """Return the draft of a standard; a new one begins as its newest version.

    Raises:
        PermissionDenied: `by` does not write this standard.
    """
    require_may_write(standard, by)
    locked = Standard.objects.select_for_update(of=("self",)).get(pk=standard.pk)
    known = Draft.objects.filter(standard=locked).first()
    if known is not None:
        return known
    newest = locked.versions.order_by("-number").first()
    draft = Draft.objects.create(
        standard=locked,
        based_on=newest,
        title_en=locked.title_en,
        title_zh=locked.title_zh,
        slots=locked.slots,
        by=by,
    )
    if newest is not None:
        DraftItem.objects.bulk_create(
            DraftItem(
                draft=draft,
                code=item.code,
                position=item.position,
                **asdict(ItemDraft.of(item)),
            )
            for item in newest.items.order_by("position")
        )
    return draft


@transaction.atomic
def name_draft(
    *, draft: Draft, title_en: str, title_zh: str, slots: str, by: User
) -> None:
    """Change what the checklist will be called, and its rounds."""
    _locked(draft, by)
    Draft.objects.filter(pk=draft.pk).update(
        title_en=title_en, title_zh=title_zh, slots=slots
    )


@transaction.atomic
def add_item(*, draft: Draft, code: str, item: ItemDraft, by: User) -> DraftItem:
    """Add an item: as the last one of its section, or at the end.

    Raises:
        CodeTaken: the draft has an item of that code.
    """
    locked = _locked(draft, by)
    if locked.items.filter(code=code).exists():
        raise CodeTaken(code=code)
    same = locked.items.filter(section=item.section)
    last = same.aggregate(last=Max("position"))["last"]
    if last is None:
        last = locked.items.aggregate(last=Max("position"))["last"] or 0
    locked.items.filter(position__gt=last).update(position=F("position") + 1)
    return DraftItem.objects.create(
        draft=locked, code=code, position=last + 1, **_fields(locked, item)
    )


@transaction.atomic
def change_item(
    *, draft: Draft, uuid: UUID, revision: int, item: ItemDraft, by: User
) -> DraftItem:
    """Change an item; its code stays, since records name the item by it.

    Raises:
        DraftItem.DoesNotExist: no item of this draft.
        ChangedMeanwhile: it is not at `revision` any more.
    """
    locked = _locked(draft, by)
    row = DraftItem.objects.select_for_update(of=("self",)).get(draft=locked, uuid=uuid)
    if row.revision != revision:
        raise ChangedMeanwhile(code=row.code)
    for name, value in _fields(locked, item).items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    return row


@transaction.atomic
def remove_item(*, draft: Draft, uuid: UUID, by: User) -> None:
    """Leave an item out of the next version; earlier ones keep it."""
    locked = _locked(draft, by)
    DraftItem.objects.filter(draft=locked, uuid=uuid).delete()


@transaction.atomic
def move_item(*, draft: Draft, uuid: UUID, up: bool, by: User) -> None:
    """Exchange an item with its neighbour; at the end of the list it stays."""
    locked = _locked(draft, by)
    rows = list(locked.items.order_by("position"))
    at = next(n for n, row in enumerate(rows) if row.uuid == uuid)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    DraftItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def discard_draft(*, draft: Draft, by: User) -> None:
    """Throw a draft away; a checklist that never had a version goes with it."""
    locked = _locked(draft, by)
    standard = locked.standard
    locked.delete()
    if not standard.versions.exists():
        with acting(by=by):
            standard.delete()


@transaction.atomic
def publish_draft(*, draft: Draft, valid_from: date, by: User) -> StandardVersion:
    """Make the draft the next version, valid from a day on; the draft is gone then.

    Raises:
        BeginsTooEarly: `valid_from` lies before today.
        RoundsChangeToday: other rounds, but from a later day.
        NothingAsked: it has no items.
        NothingChanged: it says what the version says that it began as.
        UnknownOverride: an item leaves out one that does not exist.
        UnknownItemRound: an item is asked in a round that does not exist.
    """
    locked = _locked(draft, by)
    today = timezone.localdate()
    if valid_from < today:
        raise BeginsTooEarly(day=f"{today:%F}")
    rows = list(locked.items.order_by("position"))
    items = {row.code: ItemDraft.of(row) for row in rows}
    _require_whole(locked, items)
    standard = locked.standard
    named = (locked.title_en, locked.title_zh, locked.slots)
    newest = standard.versions.order_by("-number").first()
    if newest is not None and named == (
        standard.title_en,
        standard.title_zh,
        standard.slots,
    ):
        before = newest.items.order_by("position")
        if list(items.items()) == [(one.code, ItemDraft.of(one)) for one in before]:
            raise NothingChanged
    if newest is not None and valid_from > today and locked.slots != standard.slots:
        raise RoundsChangeToday
    standard.title_en, standard.title_zh, standard.slots = named
    with acting(by=by):
        standard.save(update_fields=["title_en", "title_zh", "slots"])
    version = publish_version(
        standard=standard, items=items, valid_from=valid_from, by=by
    )
    locked.delete()
    return version


def _require_whole(draft: Draft, items: Mapping[str, ItemDraft]) -> None:
    if not items:
        raise NothingAsked
    rounds = draft.slots.split()
    for code, item in items.items():
        lost = [other for other in item.overrides.split() if other not in items]
        if lost:
            raise UnknownOverride(code=code, others=", ".join(lost))
        for slot in item.slots.split():
            if slot not in rounds:
                raise UnknownItemRound(code=code, slot=slot)


def _fields(draft: Draft, item: ItemDraft) -> dict[str, object]:
    """Return the columns of an item; those of a region's checklist are local."""
    local = item.local or draft.standard.region_id is not None
    return asdict(item) | {"local": local}


def _locked(draft: Draft, by: User) -> Draft:
    """Return the draft, locked, where `by` may write it.

    Raises:
        PermissionDenied: she may not, or it is gone.
    """
    drafts = Draft.objects.visible_to(by).select_for_update(of=("self",))
    found = drafts.select_related("standard").filter(pk=draft.pk).first()
    if found is None:
        raise PermissionDenied
    return found
