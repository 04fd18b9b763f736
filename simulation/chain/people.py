"""The staff: who is hired, moves, leaves; and what each is truly like."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from simulation.chain.names import full_name
from simulation.chain.outlets import Outlet, Row
from simulation.chain.plan import Plan

LEAVES_PER_MONTH = 0.014
MOVES_PER_MONTH = 0.011
# Posts of an outlet in order of hiring; clerks fill up to the size.
_LEADS = {
    "A": (
        "store_manager",
        "supervisor",
        "flow_consultant",
        "flow_consultant",
        "account_manager",
    ),
    "B": ("store_manager", "supervisor", "flow_consultant"),
    "C": ("store_manager",),
    "D": ("store_manager",),
}
_SIZES = {"A": (11, 14), "B": (7, 9), "C": (5, 6), "D": (4, 4)}
_CONTRACTS = ("regular", "short_term", "labour_service")


@dataclass(slots=True)
class Spell:
    """Days of work at one outlet: indexes into the plan's days, `last` None = still."""

    outlet: int
    first: int
    last: int | None = None


@dataclass(slots=True)
class Person:
    """A member of the staff with the truth that no record shows.

    `quality` is N(0, 1) over people, without the outlet's effect. `leniency` is N(0, 1)
    over those who check others: how far this checker closes an eye. `pace` multiplies
    service times. `slant` is how far each component strays from quality: nobody is
    equally good at everything.
    """

    index: int
    name: str
    gender: str
    post: str
    contract: str
    hired_on: date
    seat: int
    quality: float
    leniency: float
    pace: float
    slant: dict[str, float]
    province: str
    spells: list[Spell] = field(default_factory=list)
    left_on: date | None = None
    number: str = ""

    @property
    def checks_others(self) -> bool:
        return self.post in {"store_manager", "supervisor"}


def build_people(plan: Plan, outlets: list[Outlet]) -> list[Person]:
    """Hire, move and part, and number everybody by the day of hiring."""
    draw = plan.stream("people")
    people: list[Person] = []
    for outlet in outlets:
        least, most = _SIZES[outlet.outlet_class]
        leads = _LEADS[outlet.outlet_class]
        size = int(draw.integers(least, most + 1))
        for seat, post in enumerate([*leads, *["clerk"] * (size - len(leads))]):
            years = draw.exponential(6 if post in leads else 3.5) + 0.1
            hired_on = plan.first - timedelta(days=int(years * 365))
            _hire(plan, draw, people, outlet, post, seat, hired_on, since=0)
    _turn_over(plan, draw, people, outlets)
    _swap_managers(plan, draw, people, outlets)
    _number(plan, people)
    return people


def _hire(
    plan: Plan,
    draw: np.random.Generator,
    people: list[Person],
    outlet: Outlet,
    post: str,
    seat: int,
    hired_on: date,
    since: int,
) -> None:
    women = 0.55 if post == "store_manager" else 0.7
    gender = "F" if draw.random() < women else "M"
    contract = draw.choice(
        _CONTRACTS, p=(0.85, 0.1, 0.05) if seat < 2 else (0.5, 0.2, 0.3)
    )
    slants = draw.normal(0, 0.4, 4)
    person = Person(
        index=len(people),
        name=full_name(draw, gender),
        gender=gender,
        post=post,
        contract=str(contract),
        hired_on=hired_on,
        seat=seat,
        quality=float(draw.normal()),
        leniency=float(draw.normal()),
        pace=float(np.exp(draw.normal(0, 0.1))),
        slant=dict(
            zip(
                ("checks", "knowledge", "visits", "voices"),
                map(float, slants),
                strict=True,
            )
        ),
        province=outlet.seat.province.code,
        spells=[Spell(outlet.index, since)],
    )
    people.append(person)


def _turn_over(
    plan: Plan, draw: np.random.Generator, people: list[Person], outlets: list[Outlet]
) -> None:
    """Let some people leave and be replaced, and others move within their city."""
    neighbours: dict[tuple[str, str], list[int]] = defaultdict(list)
    for outlet in outlets:
        neighbours[outlet.seat.province.code, outlet.city].append(outlet.index)
    for person in list(people):
        if person.post == "store_manager":
            continue
        chance, day = draw.random(), int(draw.integers(5, max(plan.days - 5, 6)))
        home = outlets[person.spells[0].outlet]
        elsewhere = [
            index
            for index in neighbours[home.seat.province.code, home.city]
            if index != home.index
        ]
        if chance < LEAVES_PER_MONTH * plan.months:
            person.spells[0].last = day
            person.left_on = plan.day(day)
            since = day + int(draw.integers(3, 25))
            if since < plan.days:
                _hire(
                    plan,
                    draw,
                    people,
                    home,
                    person.post,
                    person.seat,
                    plan.day(since),
                    since,
                )
        elif chance < (LEAVES_PER_MONTH + MOVES_PER_MONTH) * plan.months and elsewhere:
            person.spells[0].last = day
            person.spells.append(Spell(int(draw.choice(elsewhere)), day + 1))


def _swap_managers(
    plan: Plan, draw: np.random.Generator, people: list[Person], outlets: list[Outlet]
) -> None:
    """Exchange a few managers of a city, so that several teams know a severe one."""
    managers: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        if person.post == "store_manager":
            home = outlets[person.spells[0].outlet]
            managers[home.seat.province.code, home.city].append(person)
    if plan.days < 40:
        return
    for group in managers.values():
        for _swap in range(len(group) // 5):
            first, second = draw.choice(len(group), 2, replace=False)
            one, other = group[first], group[second]
            if len(one.spells) > 1 or len(other.spells) > 1:
                continue
            day = int(draw.integers(20, plan.days - 15))
            for person, target in (
                (one, other.spells[0].outlet),
                (other, one.spells[0].outlet),
            ):
                person.spells[0].last = day
                person.spells.append(Spell(target, day + 1))


def _number(plan: Plan, people: list[Person]) -> None:
    draw = plan.stream("numbers")
    last: dict[str, int] = defaultdict(lambda: 1000)
    for person in sorted(people, key=lambda p: (p.hired_on, p.index)):
        last[person.province] += int(draw.integers(1, 22))
        person.number = f"{person.province}-{last[person.province]:06d}"


def employee_rows(people: list[Person]) -> Iterator[Row]:
    """Yield the rows of kind `employees`."""
    for person in people:
        yield {
            "number": person.number,
            "name": person.name,
            "gender": person.gender,
            "post": person.post,
            "contract": person.contract,
            "hired_on": person.hired_on,
            "left_on": person.left_on,
        }


def assignment_rows(
    plan: Plan, people: list[Person], outlets: list[Outlet]
) -> Iterator[Row]:
    """Yield the rows of kind `assignments`; the first spell begins with the hiring."""
    for person in people:
        for position, spell in enumerate(person.spells):
            begins = plan.day(spell.first) if position else person.hired_on
            yield {
                "employee_number": person.number,
                "outlet_code": outlets[spell.outlet].code,
                "from": max(begins, outlets[spell.outlet].opened_on)
                if position == 0
                else begins,
                "to": None if spell.last is None else plan.day(spell.last),
            }
