"""Taking what happens on a floor between two checks: each tap once, in any order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import (
    NAMING,
    Deed,
    DeviceDay,
    FloorTap,
    Spill,
    Step,
    Topic,
    TrialDevice,
)
from evaluations.checks.services.cards import lock, on_its_day
from evaluations.checks.services.recording import CLOCK_SKEW
from evaluations.checks.services.refusals import DayIsOver
from evaluations.checks.spells import Began, Ended, Spell, spells
from evaluations.checks.tapped import Tapped
from outlets.exchange.errors import DomainError
from outlets.flow.faults import Outage, put_faults
from outlets.flow.models import FaultKind
from outlets.places.models import Outlet
from staffing.accounts.models import Device
from staffing.people.models import User


class UnknownDevice(DomainError):
    code = "unknown_device"
    message = _("%(code)s: no trial device of this outlet on that day.")


class UnknownEvent(DomainError):
    code = "unknown_event"
    message = _("What you tapped is not here any more. Reload the card.")


class NotAuthor(DomainError):
    code = "not_author"
    message = _("Only who reported it takes it back.")


class TapUuidTaken(DomainError):
    code = "uuid_taken"
    message = _("This tap was already sent for something else. Reload the card.")


@dataclass(frozen=True, slots=True)
class Event:
    """What one tap says; `place` is the area of a spill or the kind of a fault.

    `names` is the record that it ends or takes back. `working` is of a trial device.
    """

    uuid: UUID
    deed: Deed
    on: date | None
    place: str = ""
    trial_device: str = ""
    working: bool | None = None
    names: UUID | None = None
    note: str = ""

    @classmethod
    def of(cls, tapped: Tapped) -> Self:
        """Return what a record of a queue says; one that can be read."""
        return cls(
            uuid=tapped.uuid,
            deed=tapped.deed,
            on=tapped.on,
            place=tapped.kind if tapped.deed == Deed.FAULT else tapped.area,
            trial_device=tapped.trial_device,
            working=tapped.working,
            names=tapped.check,
            note=tapped.note,
        )


@dataclass(frozen=True, slots=True)
class TapSent:
    """What came with a tap: its tablet, and how far the clock of that ran ahead.

    `any_day` waives the rules of the day, where a person has decided so.
    """

    device: Device | None = None
    clock_ahead_seconds: int | None = None
    any_day: bool = False


@transaction.atomic(savepoint=False)
def take_event(
    event: Event,
    *,
    outlet: Outlet,
    observed_at: datetime,
    by: User,
    sent: TapSent | None = None,
) -> bool:
    """Keep a tap of somebody whose right to make it has been judged already.

    Returns whether it says anything new: another report of what runs already does not,
    nor does an end of what is over. The same `uuid` again changes nothing.

    Raises:
        DomainError: its day is over, or what it names is not here.
    """
    sent = sent or TapSent()
    lock(outlet, None)
    known = FloorTap.objects.filter(uuid=event.uuid).first()
    if known is not None:
        if known.outlet_id != outlet.pk:
            raise TapUuidTaken
        return False
    tap = _tap(event, outlet, observed_at, by, sent)
    tap.save()
    if tap.topic == Topic.TRIAL:
        _count_day(tap)
        return True
    changed = _add_up(tap)
    if tap.trial_device_id is not None:
        _count_day(tap)
        # That it works was not said before, whether or not it was broken.
        return True
    return changed


def _tap(
    event: Event, outlet: Outlet, observed_at: datetime, by: User, sent: TapSent
) -> FloorTap:
    tap = FloorTap(
        uuid=event.uuid,
        outlet=outlet,
        note=event.note,
        by=by,
        device=sent.device,
        observed_at=observed_at,
        received_at=timezone.now(),
        clock_ahead_seconds=sent.clock_ahead_seconds,
    )
    if not sent.any_day:
        _require_the_day(outlet, event, observed_at)
    if event.deed in NAMING:
        _name(tap, event, by, any_day=sent.any_day)
        return tap
    on = event.on
    assert on is not None  # noqa: S101 a report without a day is unreadable
    tap.on, tap.place, tap.step = on, event.place, Step.BEGAN
    if event.deed == Deed.SPILL:
        tap.topic = Topic.SPILL
        return tap
    tap.topic = Topic.FAULT
    if event.deed == Deed.FAULT:
        return tap
    installed = TrialDevice.objects.filter(outlet=outlet, code=event.trial_device)
    tap.trial_device = installed.installed_on(on).first()
    if tap.trial_device is None:
        raise UnknownDevice(code=event.trial_device)
    if event.deed == Deed.TRIAL:
        tap.topic, tap.place = Topic.TRIAL, ""
        return tap
    tap.place = FaultKind.TRIAL_DEVICE
    tap.step = Step.ENDED if event.working else Step.BEGAN
    return tap


def _require_the_day(outlet: Outlet, event: Event, observed_at: datetime) -> None:
    now = timezone.now()
    right_day = event.on is None or on_its_day(outlet, event.on, observed_at)
    oldest = now - settings.CHECKS_KEPT_ON_TABLET
    if not (right_day and oldest <= observed_at <= now + CLOCK_SKEW):
        raise DayIsOver


_ENDS = {Deed.CLEANED: Topic.SPILL, Deed.ENDED: Topic.FAULT}


def _name(tap: FloorTap, event: Event, by: User, *, any_day: bool) -> None:
    """Let a tap end, or take back, the report that it names."""
    reports = FloorTap.objects.filter(outlet=tap.outlet, step=Step.BEGAN)
    uuid = event.names
    named = None if uuid is None else reports.filter(uuid=uuid).first()
    topic = _ENDS.get(event.deed)
    if named is None or (topic is not None and named.topic != topic):
        raise UnknownEvent
    tap.names, tap.on, tap.topic = named, named.on, Topic(named.topic)
    tap.place, tap.trial_device_id = named.place, named.trial_device_id
    tap.step = Step.RETRACTED if topic is None else Step.ENDED
    if topic is not None:
        if named.trial_device_id is not None and event.on is not None:
            # How a device was found belongs to the day on which it was.
            tap.on = event.on
        return
    if named.by_id != by.pk:
        raise NotAuthor
    if not any_day and not on_its_day(tap.outlet, named.on, tap.observed_at):
        raise DayIsOver


# Adding up ---------------------------------------------------------------------------


def _spells_at(tap: FloorTap) -> list[Spell]:
    began, ended, retracted = [], [], set()
    rows = FloorTap.objects.at_place(tap).values_list(
        "uuid", "step", "observed_at", "names__uuid"
    )
    for uuid, step, at, names in rows.order_by():
        if step == Step.BEGAN:
            began.append(Began(uuid, at))
        elif step == Step.ENDED:
            ended.append(Ended(uuid, at, names))
        else:
            retracted.add(names)
    return spells(began, ended, retracted)


def _add_up(tap: FloorTap) -> bool:
    """Write down the spells of this place; tell whether the tap made a difference."""
    found = _spells_at(tap)
    if tap.topic == Topic.SPILL:
        _put_spills(tap, found)
    else:
        _put_faults(tap, found)
    if tap.step == Step.RETRACTED:
        return True
    return any(tap.uuid in (one.uuid, one.ended_by) for one in found)


def end_with_device(device: TrialDevice) -> None:
    """Let the faults of a device end with its last day; the outlet is locked."""
    last = FloorTap.objects.filter(trial_device=device, topic=Topic.FAULT).last()
    if last is not None:
        last.trial_device = device
        _put_faults(last, _spells_at(last))


def _put_faults(tap: FloorTap, found: list[Spell]) -> None:
    outlet, device = tap.outlet, tap.trial_device
    gone_at = None
    if device is not None and device.until is not None:
        day_after = device.until + timedelta(days=1)
        starts = outlet.day_starts_at
        gone_at = datetime.combine(day_after, starts, tzinfo=outlet.zone)
    put_faults(
        outlet=outlet,
        kind=FaultKind(tap.place),
        thing=device.code if device else "",
        outages=[
            Outage(
                one.uuid,
                one.began_at,
                one.ended_at or (gone_at and max(gone_at, one.began_at)),
            )
            for one in found
        ],
    )


def _put_spills(tap: FloorTap, found: list[Spell]) -> None:
    rows = Spill.objects.filter(outlet=tap.outlet, on=tap.on, area=tap.place)
    known = {row.uuid: row for row in rows}
    rows.exclude(uuid__in=[one.uuid for one in found]).delete()
    uuids = {one.uuid for one in found}
    uuids |= {one.ended_by for one in found if one.ended_by is not None}
    taps = dict(FloorTap.objects.filter(uuid__in=uuids).values_list("uuid", "pk"))
    # What has ended first: one spill of an area is open at a time.
    for one in sorted(found, key=lambda spell: spell.ended_at is None):
        row = known.get(one.uuid) or Spill(
            uuid=one.uuid, outlet=tap.outlet, on=tap.on, area=tap.place
        )
        confirmation = taps[one.ended_by] if one.ended_by else None
        said = (row.noticed_at, row.cleaned_at, row.confirmation_id)
        if row.pk is None or said != (one.began_at, one.ended_at, confirmation):
            row.report_id = taps[one.uuid]
            row.noticed_at, row.cleaned_at = one.began_at, one.ended_at
            row.confirmation_id = confirmation
            row.save()


def _count_day(tap: FloorTap) -> None:
    """Write down how the day found the device."""
    days = {tap.on} | ({tap.names.on} if tap.names else set())
    for on in days:
        taps = FloorTap.objects.filter(trial_device=tap.trial_device_id, on=on)
        back = FloorTap.objects.filter(step=Step.RETRACTED).values("names")
        counted = taps.exclude(step=Step.RETRACTED).exclude(pk__in=back)
        said = counted.filter(topic=Topic.FAULT).order_by("observed_at", "id").last()
        DeviceDay.objects.update_or_create(
            device_id=tap.trial_device_id,
            on=on,
            defaults={
                "working": None if said is None else said.step == Step.ENDED,
                "trials": counted.filter(topic=Topic.TRIAL).count(),
            },
        )
