"""Weekly knowledge tests and mystery visits."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.chain.duty import LEAVE
from simulation.chain.outlets import Outlet, Row
from simulation.chain.world import Shopper, World

THURSDAY = 3
_ABSENT = 0.012
_VISITS = {"A": 5, "B": 3, "C": 3, "D": 2}
_UNREADABLE_BADGE = 0.06
SEVERITY_POINTS, QUALITY_POINTS, NOISE_POINTS = 4.0, 5.0, 5.0
_PRAISE = (
    "主动问候,讲解清楚,推荐的套餐符合需求。",
    "排队有序,工作人员耐心解答,办理快捷。",
    "Greeted at the door, documents checked, everything confirmed before activation.",
)
_MIXED = (
    "业务办理正确,但未主动问候。",
    "解释资费时较快,需要追问才说明合约期。",
    "Correct answer, but no smile and no farewell.",
)
_BLAME = (
    "等候时间长,柜员低头操作,未与客户目光交流。",
    "对合约条款解释不清,未提醒携带证件。",
    "Sent from counter to counter; the question stayed open.",
)


def test_rows(world: World) -> Iterator[Row]:
    """Yield the rows of kind `tests`: Thursdays, or the next day worked that week.

    Who is on leave all the rest of the week has no row; who stays away scores 0.
    """
    weeks = _weeks(world)
    draw = world.plan.stream("tests", "weeks")
    difficulty = draw.normal(0, 2.5, len(weeks))
    for person in world.people:
        draw = world.plan.stream("tests", person.index)
        for (code, days), hard in zip(weeks, difficulty, strict=True):
            noise, absent = draw.normal(0, 6), draw.random() < _ABSENT
            worked = [d for d in days if world.duty.shift[person.index, d] > LEAVE]
            if not worked:
                continue
            quality = world.quality(
                np.array([person.index]),
                world.duty.where[[person.index], worked[0]],
                np.array(worked[:1]),
                "knowledge",
            )[0]
            score = float(np.clip(round(84 + 5 * quality - hard + noise), 30, 100))
            yield {
                "employee_number": person.number,
                "taken_on": world.plan.day(worked[0]),
                "test": code,
                "score": 0 if absent else int(score),
            }


def _weeks(world: World) -> list[tuple[str, list[int]]]:
    weeks = []
    for day in range(world.plan.days):
        if world.duty.weekday[day] == THURSDAY:
            year, week, _weekday = world.plan.day(day).isocalendar()
            rest = range(day, min(day + 4, world.plan.days))
            weeks.append((f"{year}-W{week:02d}", list(rest)))
    return weeks


@dataclass(frozen=True, slots=True)
class Visit:
    """A mystery visit with the shopper whose name the outlet never learns."""

    number: str
    day: int
    outlet: int
    person: int | None
    shopper: Shopper
    points: float


def visits(world: World) -> list[Visit]:
    """Return all visits by date: monthly waves in A and B, quarterly in C and D."""
    planned: list[tuple[int, int, int | None, Shopper, float]] = []
    for month, days in _months(world):
        draw = world.plan.stream("visits", month.year, month.month)
        for outlet in world.outlets:
            # One shopper does an outlet's wave, so that her severity weighs on it.
            shopper = world.shoppers[int(draw.integers(len(world.shoppers)))]
            count = _VISITS[outlet.outlet_class]
            if outlet.outlet_class in "CD" and (month.month + outlet.index) % 3:
                continue
            for day in sorted(draw.choice(days, count).tolist()):
                planned.append(_visit(world, draw, outlet, shopper, day))
    planned.sort(key=lambda visit: (visit[0], visit[1]))
    numbered: list[Visit] = []
    seen: dict[str, int] = defaultdict(int)
    for day, outlet_index, person, shopper, points in planned:
        month_code = f"{world.plan.day(day):%Y%m}"
        seen[month_code] += 1
        number = f"MV-{month_code}-{seen[month_code]:04d}"
        numbered.append(Visit(number, day, outlet_index, person, shopper, points))
    return numbered


def _months(world: World) -> Iterator[tuple[date, np.ndarray]]:
    months: dict[date, list[int]] = {}
    for day in range(world.plan.days):
        months.setdefault(world.plan.day(day).replace(day=1), []).append(day)
    for month, days in months.items():
        yield month, np.array(days)


def _visit(
    world: World,
    draw: np.random.Generator,
    outlet: Outlet,
    shopper: Shopper,
    day: int,
) -> tuple[int, int, int | None, Shopper, float]:
    present = [
        person.index
        for person in world.duty.present(outlet.index, day)
        if person.post != "store_manager"
    ]
    chosen, unreadable = draw.random(), draw.random() < _UNREADABLE_BADGE
    noise = draw.normal(0, NOISE_POINTS)
    met = None if unreadable or not present else present[int(chosen * len(present))]
    quality = world.place_effect[outlet.index, day]
    if met is not None:
        person, place, on = (np.array([value]) for value in (met, outlet.index, day))
        quality = world.quality(person, place, on, "visits")[0]
    points = 85 + QUALITY_POINTS * quality - SEVERITY_POINTS * shopper.severity + noise
    rounded = float(np.clip(round(points * 2) / 2, 25, 100))
    return day, outlet.index, met, shopper, rounded


def visit_rows(world: World) -> Iterator[Row]:
    """Yield the rows of kind `visits`."""
    draw = world.plan.stream("visits", "comments")
    for visit in visits(world):
        texts = (
            _PRAISE if visit.points >= 88 else _MIXED if visit.points >= 76 else _BLAME
        )
        met = None if visit.person is None else world.people[visit.person].number
        yield {
            "visit_no": visit.number,
            "outlet_code": world.outlets[visit.outlet].code,
            "employee_number": met,
            "date": world.plan.day(visit.day),
            "agency": visit.shopper.agency,
            "points": f"{visit.points:g}",
            "out_of": 100,
            "comment": texts[int(draw.integers(len(texts)))],
        }
