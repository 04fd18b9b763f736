"""The whole chain in one place: registry, duty, hidden truth."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np

from simulation.chain.duty import Duty
from simulation.chain.outlets import Outlet, build_outlets
from simulation.chain.people import Person, build_people
from simulation.chain.plan import Plan

AGENCIES = ("明察 Clearview Research", "知客 Insight Partners")
SHOPPERS_PER_AGENCY = 4


@dataclass(frozen=True, slots=True)
class Slump:
    """An outlet that does badly for a month: the story that explains a fallen rank."""

    outlet: int
    first: int
    last: int
    effect: float


@dataclass(frozen=True, slots=True)
class Shopper:
    """A mystery shopper; `severity` is N(0, 1): how hard she marks."""

    code: str
    agency: str
    severity: float


class World:
    """One simulated chain, a pure function of its plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outlets: list[Outlet] = build_outlets(plan)
        self.people: list[Person] = build_people(plan, self.outlets)
        self.duty = Duty(plan, self.outlets, self.people)

    @cached_property
    def slump(self) -> Slump | None:
        """The last full month of one mid-sized outlet, if the span holds two months."""
        last = self.plan.until
        if (last + timedelta(days=1)).day != 1:
            last = last.replace(day=1) - timedelta(days=1)
        first = (last.replace(day=1) - self.plan.first).days
        candidates = [o.index for o in self.outlets if o.outlet_class == "B"]
        if first < 28 or not candidates:
            return None
        outlet = int(self.plan.stream("slump").choice(candidates))
        return Slump(outlet, first, (last - self.plan.first).days, -1.7)

    @cached_property
    def shoppers(self) -> list[Shopper]:
        draw = self.plan.stream("shoppers")
        return [
            Shopper(f"S{number:02d}", agency, float(draw.normal()))
            for number, agency in enumerate(AGENCIES * SHOPPERS_PER_AGENCY, start=1)
        ]

    @cached_property
    def place_effect(self) -> np.ndarray:
        """What each outlet (row) adds to quality on each day (column)."""
        effects = np.array([outlet.effect for outlet in self.outlets])
        table = np.repeat(effects[:, None], self.plan.days, axis=1)
        if self.slump is not None:
            table[self.slump.outlet, self.slump.first : self.slump.last + 1] += (
                self.slump.effect
            )
        return table

    @cached_property
    def personal_quality(self) -> np.ndarray:
        return np.array([person.quality for person in self.people])

    def quality(
        self, people: np.ndarray, outlets: np.ndarray, days: np.ndarray, matter: str
    ) -> np.ndarray:
        """Return how good people truly are at a matter, at an outlet on a day."""
        slants = np.array([self.people[index].slant[matter] for index in people])
        return self.personal_quality[people] + slants + self.place_effect[outlets, days]

    def lead_on(self, outlet: int, day: int, besides: int = -1) -> Person | None:
        """Return who leads an outlet on a day: its manager, else its supervisor."""
        leads = (p for p in self.duty.present(outlet, day) if p.checks_others)
        return next((lead for lead in leads if lead.index != besides), None)
