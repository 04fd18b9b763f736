"""What the card shows of the floor between two checks, and the lists of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from evaluations.checks.models import (
    Check,
    DeviceDay,
    FloorTap,
    Spill,
    SpillQuerySet,
    Step,
    Topic,
    TrialDevice,
)
from evaluations.checks.models.checks import CheckState
from outlets.flow.models import SLOWING, Fault, FaultKind
from outlets.flow.selectors.tickets import DaySoFar, day_so_far
from outlets.places.models import Outlet, ZoneKind
from outlets.places.sight import Power, Viewer

# Stain or spill: cleaned within the limit. Only where the checklist asks it.
SPILL_ITEM = "E07"


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A trial device today. `working` None: nobody has looked yet.

    `broken` tells that an earlier day found it broken and nobody has said otherwise.
    `last_trial` is the viewer's last trial of today, which she may take back.
    """

    device: TrialDevice
    working: bool | None
    broken: bool
    trials: int
    last_trial: UUID | None

    @property
    def state(self) -> str:
        """Return yes, no or "" for not yet said."""
        return "" if self.working is None else "yes" if self.working else "no"


@dataclass(frozen=True, slots=True)
class OpenSpill:
    spill: Spill
    over: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class OpenFault:
    fault: Fault
    mine: bool

    @property
    def kind(self) -> FaultKind:
        return FaultKind(self.fault.kind)


@dataclass(frozen=True, slots=True)
class FloorPanel:
    """The floor of one outlet on one day; what is open may be of an earlier day.

    `over` are the day's spills that took longer than allowed. `sees_flow` is False
    where the viewer may not see customer flow there; `flow` None: none has come in.
    """

    spills: tuple[OpenSpill, ...]
    day_spills: int
    over: tuple[Spill, ...]
    faults: tuple[OpenFault, ...]
    devices: tuple[DeviceLine, ...]
    flow: DaySoFar | None
    sees_flow: bool

    areas: Sequence[tuple[str, str]] = field(
        default_factory=lambda: [(one.value, str(one.label)) for one in ZoneKind]
    )
    kinds: Sequence[tuple[str, str]] = field(
        default_factory=lambda: [
            (one.value, str(one.label)) for one in FaultKind if one in SLOWING
        ]
    )

    @property
    def limit_seconds(self) -> int:
        return round(settings.CHECKS_SPILL_LIMIT.total_seconds())

    @property
    def limit_minutes(self) -> int:
        return self.limit_seconds // 60

    @property
    def fresh(self) -> UUID:
        """The identity of the tap that one form will make; another at each reading."""
        return uuid4()

    @property
    def looked_at(self) -> int:
        return sum(one.working is not None for one in self.devices)

    @property
    def fails_item(self) -> str:
        """The item that the day's spills fail by the clock; "" none."""
        return SPILL_ITEM if self.over else ""


def read_panel(viewer: Viewer, outlet: Outlet, on: date, at: datetime) -> FloorPanel:
    """Return the floor of a day; the same few queries whatever there is."""
    mine = getattr(viewer, "pk", None)
    seen = Spill.objects.visible_to(viewer).filter(outlet=outlet)
    rows = list(
        seen.filter(Q(on=on) | Q(cleaned_at=None, on__lt=on))
        .select_related("report")
        .order_by("noticed_at", "id")
    )
    faults = (
        Fault.objects.visible_to(viewer)
        .filter(outlet=outlet, started_at__lte=at)
        .open()
        .annotate(reporter=_reporter())
        .order_by("started_at", "id")
    )
    open_faults = [OpenFault(fault, fault.reporter == mine) for fault in faults]
    reach = viewer.sight.reach(Power.SEE_FLOW)
    sees_flow = reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)
    broken = {one.fault.thing for one in open_faults if one.fault.thing}
    return FloorPanel(
        spills=tuple(
            OpenSpill(row, row.is_over(at), row.report.by_id == mine)
            for row in rows
            if row.cleaned_at is None
        ),
        day_spills=sum(row.on == on for row in rows),
        over=tuple(row for row in rows if row.on == on and row.is_over(at)),
        faults=tuple(one for one in open_faults if not one.fault.thing),
        devices=tuple(device_lines(viewer, outlet, on, broken)),
        flow=day_so_far(outlet, on) if sees_flow else None,
        sees_flow=sees_flow,
    )


def _reporter() -> Subquery:
    return Subquery(FloorTap.objects.filter(uuid=OuterRef("uuid")).values("by")[:1])


def device_lines(
    viewer: Viewer, outlet: Outlet, on: date, broken: set[str]
) -> list[DeviceLine]:
    """Return the devices installed on a day, in the order of their codes."""
    day = DeviceDay.objects.filter(device=OuterRef("pk"), on=on)
    tried = FloorTap.objects.filter(
        trial_device=OuterRef("pk"),
        topic=Topic.TRIAL,
        step=Step.BEGAN,
        on=on,
        by=getattr(viewer, "pk", None),
    ).exclude(pk__in=FloorTap.objects.filter(step=Step.RETRACTED).values("names"))
    rows = (
        TrialDevice.objects.visible_to(viewer)
        .filter(outlet=outlet)
        .installed_on(on)
        .annotate(
            works=Subquery(day.values("working")[:1]),
            tried=Subquery(day.values("trials")[:1]),
            last=Subquery(tried.order_by("-observed_at", "-id").values("uuid")[:1]),
        )
        .order_by("code")
    )
    return [
        DeviceLine(
            device=row,
            working=row.works,
            broken=row.code in broken,
            trials=row.tried or 0,
            last_trial=row.last,
        )
        for row in rows
    ]


def spills_over(outlet: Outlet, on: date, at: datetime) -> SpillQuerySet:
    """Return the spills of a day that took longer than is allowed, in order."""
    day = Spill.objects.filter(outlet=outlet, on=on)
    return day.over(at).order_by("noticed_at", "id")


def failed_by_clock(check: Check, at: datetime) -> list[Spill]:
    """Return the spills against which a check of an outlet passed the item of spills.

    Empty where the check failed it, where its checklist does not ask it, or where no
    spill of that day took too long.
    """
    if check.employee_id is not None or check.state != CheckState.STANDING:
        return []
    if not check.version.items.filter(code=SPILL_ITEM).exists():
        return []
    if any(mark.item.code == SPILL_ITEM for mark in check.marks.all()):
        return []
    return list(spills_over(check.outlet, check.on, at))


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault as a list shows it; `report` None: its first report is not kept."""

    fault: Fault
    report: FloorTap | None

    @property
    def kind(self) -> FaultKind:
        return FaultKind(self.fault.kind)


def fault_lines(viewer: Viewer, faults: Sequence[Fault]) -> list[FaultLine]:
    """Return faults with who reported them and in which words; one query."""
    taps: Mapping[UUID, FloorTap] = {
        tap.uuid: tap
        for tap in FloorTap.objects.visible_to(viewer)
        .filter(uuid__in=[fault.uuid for fault in faults])
        .select_related("by__employee", "outlet")
    }
    return [FaultLine(fault, taps.get(fault.uuid)) for fault in faults]
