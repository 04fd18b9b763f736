"""When an outlet's round at a random hour is due: kept, or drawn as it would be kept.

Reading never writes: the same secret draws the same hour until a row is kept.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from evaluations.checks.drawing import (
    STEP_MINUTES,
    drawn_minute,
    moment,
    seal,
    seed_of,
    steps,
)
from evaluations.checks.models import RoundDraw
from evaluations.standards.rounds import RANDOM
from outlets.places.models import Outlet


def draw_for(outlet: Outlet, on: date) -> RoundDraw | None:
    """Return the draw of an outlet and day, kept or not; None: nothing can be drawn."""
    return draws_for([outlet], on).get(outlet.pk)


def draws_for(outlets: Collection[Outlet], on: date) -> dict[int, RoundDraw]:
    """Return the draws of a day by the outlet's id, with one query."""
    kept = RoundDraw.objects.filter(on=on, outlet__in=[one.pk for one in outlets])
    found = {draw.outlet_id: draw for draw in kept}
    for outlet in outlets:
        if (draw := found.get(outlet.pk)) is not None:
            draw.outlet = outlet
        elif (draw := draw_now(outlet, on)) is not None:
            found[outlet.pk] = draw
    return found


def draw_now(outlet: Outlet, on: date) -> RoundDraw | None:
    """Draw from the hours of today; the row is not kept."""
    among = steps(outlet.opening_spans, on, outlet.day_starts_at)
    if not among:
        return None
    seed = seed_of(settings.CHECKS_DRAW_SECRET, outlet.code, on)
    minute = drawn_minute(seed, outlet.code, on, among)
    closes = max(s.closes for s in outlet.opening_spans if s.weekday == on.isoweekday())
    return RoundDraw(
        outlet=outlet,
        outlet_code=outlet.code,
        on=on,
        hours=outlet.hours,
        day_starts_at=outlet.day_starts_at,
        seed=seed,
        minute=minute,
        due_at=moment(on, minute, outlet.zone),
        closes_at=moment(on, closes, outlet.zone),
    )


def opens_at(outlet: Outlet, on: date) -> datetime | None:
    """Return when the outlet first opens that day; None: not known, or not at all."""
    spans = [s for s in outlet.opening_spans if s.weekday == on.isoweekday()]
    return moment(on, min(s.opens for s in spans), outlet.zone) if spans else None


@dataclass(frozen=True, slots=True)
class Seal:
    """What the page kept on a tablet holds of an hour to come: nothing to be read.

    Steps of `step_seconds` count from `first_at`; the tablet tries each step that has
    come, until one fits `digest`.
    """

    salt: str
    digest: str
    first_at: str
    step_seconds: int

    @classmethod
    def of(cls, draw: RoundDraw) -> "Seal":
        first = moment(draw.on, draw.among[0], draw.outlet.zone)
        step = STEP_MINUTES * 60
        salt = secrets.token_hex(16)
        come = int((draw.due_at - first).total_seconds()) // step
        return cls(salt, seal(salt, come), first.isoformat(), step)


@dataclass(frozen=True, slots=True)
class Hour:
    """The random round of one card; `draw` None: it may be taken at any time."""

    draw: RoundDraw | None
    at: datetime

    @classmethod
    def of(cls, outlet: Outlet, on: date, at: datetime) -> "Hour":
        return cls(draw_for(outlet, on), at)

    @property
    def to_come(self) -> bool:
        return self.draw is not None and self.at < self.draw.due_at

    @property
    def due_at(self) -> datetime | None:
        """Since when it is due; None before, and where it may be taken any time."""
        return self.draw.due_at if self.draw and not self.to_come else None

    @property
    def waited(self) -> tuple[int, int]:
        """For how long it has been due, in hours and minutes."""
        long = self.at - self.due_at if self.due_at else timedelta()
        return divmod(int(long.total_seconds()) // 60, 60)

    def hides(self, slot: str, known: bool) -> bool:
        """Tell whether a line is not shown: its hour is to come, nothing is `known`."""
        return self.to_come and slot == RANDOM and not known

    def seal(self) -> Seal | None:
        """Return what a tablet may keep of an hour to come."""
        return Seal.of(self.draw) if self.draw and self.to_come else None
