"""What happens between two checks, hours drawn, photos asked for, and a campaign.

Spreadsheets bring none of it: it is tapped. So the demo taps it, through the same
services, at a few outlets of the city where its people sign in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from evaluations.checks.models import (
    Campaign,
    CampaignTarget,
    CarriedBy,
    Deed,
    DeviceKind,
    DrawSeed,
    FloorTap,
    PhotoRequest,
    RoundDraw,
    TrialDevice,
)
from evaluations.checks.models.live_photos import SEED_LENGTH
from evaluations.checks.rules import Mark
from evaluations.checks.selectors.rounds import draw_now
from evaluations.checks.services import drawing, flagging
from evaluations.checks.services.campaigns import open_campaign, take_campaign_check
from evaluations.checks.services.devices import install_device
from evaluations.checks.services.floor import Event, TapSent, take_event
from evaluations.checks.services.live_photos import draw_live_photos
from evaluations.checks.services.photos import keep_photo
from evaluations.ledger.lots import is_drawn
from evaluations.standards.models import Standard
from outlets.flow.models import FaultKind
from outlets.places.models import Outlet, ZoneKind
from outlets.places.rules import trading_day
from simulation.accounts import account_of
from simulation.chain.plan import Plan
from staffing.people.models import Assignment, User
from staffing.rosters.owners import LEADS

# How far back, and at how many outlets.
DAYS = 14
PHOTO_DAYS = 3
OUTLETS = 5
SPILLS_A_DAY, FAULTS_A_DAY, TRIALS_A_DAY = 0.6, 0.08, 2.5
BREAKS, MENDED = 0.06, 0.6
DEVICES = (DeviceKind.PHONE, DeviceKind.TABLET, DeviceKind.WEARABLE)
CAMPAIGN = "消防安全周 Fire safety week"


@dataclass(frozen=True, slots=True)
class _Stage:
    """An outlet, who leads it, and its own stream of chance."""

    plan: Plan
    outlet: Outlet
    lead: User
    draw: np.random.Generator

    def uuid(self, *what: object) -> UUID:
        told = "|".join(map(str, (self.plan.seed, self.outlet.code, *what)))
        return uuid5(NAMESPACE_URL, f"starhall floor|{told}")

    def at(self, on: date, hour: float) -> datetime:
        begins = datetime.combine(on, time.min, tzinfo=self.outlet.zone)
        return begins + timedelta(hours=hour)


@transaction.atomic
def make_floor(plan: Plan, *, home: Outlet, county: User) -> int:
    """Tap two weeks at the outlets around `home`; return at how many.

    `county` has them inspected. Calling it again changes nothing.
    """
    stages = list(_stages(plan, home))
    if FloorTap.objects.filter(outlet__in=[one.outlet for one in stages]).exists():
        return 0
    for stage in stages:
        for device in _devices(stage):
            _device_days(stage, device)
        for ago in range(DAYS):
            _day(stage, plan.until - timedelta(days=ago))
    _rounds(plan, [one.outlet for one in stages])
    _photos(plan, stages)
    _campaign(stages, county)
    flagging.flag_checked_days(plan.until + timedelta(days=1))
    return len(stages)


def _stages(plan: Plan, home: Outlet) -> Iterator[_Stage]:
    """Yield outlets of one region that somebody leads today; `home` comes first."""
    above = home.region.parent or home.region
    near = Outlet.objects.beneath(above).select_related("region")
    outlets = sorted(near, key=lambda one: (one.pk != home.pk, one.code))[:OUTLETS]
    today = timezone.localdate()
    for number, outlet in enumerate(outlets):
        leads = Assignment.objects.on(today).filter(
            outlet=outlet, employee__post__in=LEADS
        )
        first = leads.select_related("employee").order_by("employee__number").first()
        if first is None:
            continue
        lead = account_of(first.employee)
        yield _Stage(plan, outlet, lead, plan.stream("floor", number))


def _tap(stage: _Stage, event: Event, at: datetime) -> None:
    sent = TapSent(any_day=True)
    take_event(event, outlet=stage.outlet, observed_at=at, by=stage.lead, sent=sent)
    came = at + timedelta(seconds=20)
    FloorTap.objects.filter(uuid=event.uuid).update(received_at=came)


def _day(stage: _Stage, on: date) -> None:
    """Tap the spills and faults of one day, each with its end."""
    draw = stage.draw
    areas = [ZoneKind.WAITING, ZoneKind.RECEPTION, ""]
    for number in range(int(draw.poisson(SPILLS_A_DAY))):
        at = stage.at(on, draw.uniform(9.5, 18))
        minutes = float(np.clip(draw.gamma(3, 1.1), 0.5, 25))
        named = stage.uuid("spill", on, number)
        place = str(areas[int(draw.integers(len(areas)))])
        _tap(stage, Event(named, Deed.SPILL, on, place=place), at)
        end = Event(stage.uuid("cleaned", on, number), Deed.CLEANED, on, names=named)
        _tap(stage, end, at + timedelta(minutes=minutes))
    if draw.random() < FAULTS_A_DAY:
        at = stage.at(on, draw.uniform(9.5, 16))
        kinds = [FaultKind.NETWORK, FaultKind.BOSS]
        kind = str(kinds[int(draw.integers(len(kinds)))])
        named = stage.uuid("fault", on)
        _tap(stage, Event(named, Deed.FAULT, on, place=kind), at)
        end = Event(stage.uuid("ended", on), Deed.ENDED, on, names=named)
        _tap(stage, end, at + timedelta(minutes=float(draw.uniform(10, 140))))


def _devices(stage: _Stage) -> list[TrialDevice]:
    since = stage.plan.until - timedelta(days=DAYS - 1)
    many = 1 + int(stage.draw.integers(len(DEVICES)))
    return [
        install_device(
            outlet=stage.outlet,
            kind=kind,
            code=f"{kind.value.upper()}-1",
            since=since,
            by=stage.lead,
        )
        for kind in DEVICES[:many]
    ]


def _device_days(stage: _Stage, device: TrialDevice) -> None:
    """Look at a device each morning; what broke stays so until it is mended."""
    draw, works = stage.draw, True
    for ago in reversed(range(DAYS)):
        on = stage.plan.until - timedelta(days=ago)
        works = draw.random() >= BREAKS if works else draw.random() < MENDED
        looked = Event(
            stage.uuid(device.code, on),
            Deed.DEVICE,
            on,
            trial_device=device.code,
            working=bool(works),
        )
        _tap(stage, looked, stage.at(on, draw.uniform(8.6, 9.4)))
        trials = int(draw.poisson(TRIALS_A_DAY)) if works else 0
        for number in range(trials):
            key = stage.uuid(device.code, on, number)
            tried = Event(key, Deed.TRIAL, on, trial_device=device.code)
            _tap(stage, tried, stage.at(on, draw.uniform(10, 18)))


def _rounds(plan: Plan, outlets: list[Outlet]) -> None:
    """Keep the drawn hours of the past days and of today."""
    days = [plan.until - timedelta(days=ago) for ago in range(DAYS)]
    drawn = [draw_now(outlet, on) for outlet in outlets for on in days]
    rows = [row for row in drawn if row is not None]
    RoundDraw.objects.bulk_create(rows, ignore_conflicts=True)
    drawing.keep_draws()


def _photos(plan: Plan, stages: list[_Stage]) -> None:
    """Draw who is photographed on the last days and today; most of the past came."""
    home = stages[0].outlet
    for ago in range(PHOTO_DAYS):
        on = plan.until - timedelta(days=ago)
        _seed(plan, on, home)
        draw_live_photos(datetime.combine(on, time(12), tzinfo=home.zone))
    now = timezone.now()
    _seed(plan, trading_day(now, home.zone, home.day_starts_at), home)
    draw_live_photos(now)
    by_outlet = {one.outlet.pk: one for one in stages}
    asked = PhotoRequest.objects.filter(outlet__in=by_outlet, on__lte=plan.until)
    for number, request in enumerate(asked.order_by("on", "pk")):
        stage = by_outlet[request.outlet_id]
        if number % 3 == 2:
            continue
        at = stage.at(request.on, stage.draw.uniform(9, 11))
        picture = _picture(stage.draw)
        photo = keep_photo(belongs_to=request.uuid, content=picture, by=stage.lead)
        photo.taken_at = photo.complete_at = at
        photo.save(update_fields=["taken_at", "complete_at"])


def _seed(plan: Plan, on: date, home: Outlet) -> None:
    """Keep the first of the plan's seeds that draws this outlet for a day."""
    one_in = settings.CHECKS_LIVE_PHOTO_ONE_IN
    if not one_in:
        return
    seeds = (
        sha256(f"{plan.seed}|{on:%F}|{number}".encode()).hexdigest()[:SEED_LENGTH]
        for number in count()
    )
    DrawSeed.objects.get_or_create(
        on=on,
        defaults={
            "seed": next(one for one in seeds if is_drawn(one, home.code, one_in)),
            "one_in": one_in,
            "most_people": settings.CHECKS_LIVE_PHOTO_PEOPLE,
        },
    )


def _picture(draw: np.random.Generator) -> bytes:
    """Return a photo of nobody: a head and shoulders before a coloured wall."""
    wall, cloth, skin = (
        tuple(int(n) for n in draw.integers(60, 230, 3)) for _ in "123"
    )
    picture = Image.new("RGB", (480, 640), wall)
    pen = ImageDraw.Draw(picture)
    left, top = int(draw.integers(120, 200)), int(draw.integers(100, 180))
    pen.ellipse((left - 70, top + 170, left + 240, top + 700), fill=cloth)
    pen.ellipse((left, top, left + 170, top + 210), fill=skin)
    for _band in range(4):
        x, y = int(draw.integers(0, 430)), int(draw.integers(0, 90))
        pen.rectangle((x, y, x + 50, y + 40), fill=cloth)
    content = BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


def _campaign(stages: list[_Stage], county: User) -> None:
    """Have the outlets inspected this week; some are done, one of them not well."""
    today = timezone.localdate()
    if Campaign.objects.filter(title=CAMPAIGN).exists():
        return
    version = Standard.objects.get(code="ENVIRONMENT").versions.latest("number")
    campaign = open_campaign(
        title=CAMPAIGN,
        version=version,
        region=None,
        outlets=[one.outlet for one in stages],
        first_on=today - timedelta(days=2),
        last_on=today + timedelta(days=5),
        opens_at=None,
        closes_at=None,
        carried_by=CarriedBy.OUTLET,
        by=county,
    )
    targets = CampaignTarget.objects.filter(campaign=campaign)
    by_outlet = {one.outlet.pk: one for one in stages}
    rows = list(targets.select_related("campaign", "outlet__region").order_by("pk"))
    for number, target in enumerate(rows[: len(rows) // 2]):
        marks = {"E07": Mark.FAILED} if number == 0 else {}
        lead = by_outlet[target.outlet_id].lead
        take_campaign_check(uuid=uuid4(), target=target, marks=marks, by=lead)
