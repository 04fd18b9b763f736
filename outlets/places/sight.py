"""Sight: which places somebody may see, and what she may do there.

`places` defines it, `user.sight` supplies it, so that every room filters its rows
without knowing people. No power, no rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.db.models import Q


class Power(StrEnum):
    """What a role lets somebody do at the places that the role reaches."""

    SEE_REGISTRY = "see_registry"  # outlets, regions, names and posts of people
    SEE_RECORDS = "see_records"  # what is judged and measured there, person by person
    SEE_FLOW = "see_flow"  # customer flow
    RECORD = "record"  # daily checks, ratings, tests as they happen
    CORRECT = "correct"  # yesterday's records, with a reason
    SETTLE_CASES = "settle_cases"  # close complaints that others own, and judge them
    SEE_RED_LINES = "see_red_lines"  # red-line files, from the city up
    DECIDE_RED_LINES = "decide_red_lines"  # inquire into them; two persons decide
    SEE_REVIEWS = "see_reviews"  # what deserves a look in how checks were made
    ENTER_VISITS = "enter_visits"  # mystery visits
    SEE_UNRELEASED = "see_unreleased"  # mystery visits before the outlet may know
    RELEASE_VISITS = "release_visits"  # let the outlet know of them, and let them count
    RANK = "rank"  # compute and review rankings
    PUBLISH = "publish"  # publish rankings and decide awards
    PLAN_ROSTERS = "plan_rosters"  # who works when there, before it is published
    PUBLISH_ROSTERS = "publish_rosters"  # publish rosters, decide on leave and swaps
    ANNOUNCE = "announce"  # tell the people there something, see who has read it
    CLOSE_PERIODS = "close_periods"  # close a period, reopen it with a reason
    SEE_AWARDS = "see_awards"  # award lists, drafts included
    NOMINATE = "nominate"  # propose people of the outlet, and the outlet, for awards
    REVIEW_AWARDS = "review_awards"  # look at nominations for the county
    REWARD = "reward"  # give bonuses and points
    INGEST = "ingest"  # load spreadsheets of every kind
    CONFIGURE = "configure"  # schemes, registry and its spreadsheets, access
    WRITE_STANDARDS = "write_standards"  # the checklists asked for there
    MANAGE_PEOPLE = "manage_people"  # employees and where they are assigned
    SEE_HISTORY = "see_history"  # who changed what, who took what out
    SEE_ACCESS = "see_access"  # who can sign in and who may do what
    MANAGE_PERSONAL_DATA = "manage_personal_data"  # hand out and erase it
    OVERSEE_PERSONAL_DATA = "oversee_personal_data"  # read how long it is kept


# What is left to somebody who signed in with a PIN: what the work on a floor needs.
# A new power is not among them until somebody says so here.
FLOOR_POWERS = frozenset(
    {
        Power.SEE_REGISTRY,
        Power.SEE_RECORDS,
        Power.SEE_FLOW,
        Power.SEE_AWARDS,
        Power.RECORD,
    }
)


@dataclass(frozen=True, slots=True)
class Reach:
    """A set of places: everywhere, or region subtrees and single outlets."""

    everywhere: bool = False
    region_paths: frozenset[str] = frozenset()
    outlet_ids: frozenset[int] = frozenset()

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(
            self.everywhere or other.everywhere,
            self.region_paths | other.region_paths,
            self.outlet_ids | other.outlet_ids,
        )

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.region_paths) or bool(self.outlet_ids)

    def outlets(self, prefix: str = "") -> Q:
        """Return the filter for rows whose outlet lies within reach.

        `prefix` is the path from the row to its outlet: "" for outlets themselves,
        "outlet__" for rows with an `outlet` foreign key. An empty reach matches none.
        """
        if self.everywhere:
            # Not the empty Q: that one vanishes when another is or-ed to it.
            return ~Q(pk__in=())
        within = Q(pk__in=())
        for path in sorted(self.region_paths):
            within |= Q(**{f"{prefix}region__path__startswith": path})
        if self.outlet_ids:
            within |= Q(**{f"{prefix}id__in": sorted(self.outlet_ids)})
        return within

    def covers(self, *, outlet_id: int, region_path: str) -> bool:
        """Tell whether one outlet lies within reach."""
        return (
            self.everywhere
            or outlet_id in self.outlet_ids
            or any(region_path.startswith(path) for path in self.region_paths)
        )

    def at(self, *, outlet_id: int, region_path: str) -> "Reach":
        """Return what is left of this reach within one outlet: it, or nowhere."""
        if self.covers(outlet_id=outlet_id, region_path=region_path):
            return Reach(outlet_ids=frozenset({outlet_id}))
        return NOWHERE


NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer may see and do: a reach per power, and who she is herself.

    `employee_id` is the viewer's own employee row (None for services and for users who
    are no staff): one always sees what is recorded about oneself. `agency_ids` are the
    mystery-shop agencies that the viewer works for: she enters and reads their visits,
    whatever the outlet, and nothing else follows from them. `in_public` is False for a
    service kept to its places: it does not even see what the chain makes public.
    """

    powers: Mapping[Power, Reach] = field(default_factory=dict)
    employee_id: int | None = None
    in_public: bool = True
    agency_ids: frozenset[int] = frozenset()

    def reach(self, power: Power) -> Reach:
        return self.powers.get(power, NOWHERE)

    def may(self, power: Power) -> bool:
        """Tell whether the power is held anywhere at all."""
        return bool(self.reach(power))

    def outlets(self, power: Power, prefix: str = "") -> Q:
        return self.reach(power).outlets(prefix)

    def on_the_floor(self, *, outlet_id: int, region_path: str) -> "Sight":
        """Return what is left of this sight on a shared tablet of one outlet.

        Only `FLOOR_POWERS`, and those only at that outlet; who she is stays.
        """
        left = {
            power: reach.at(outlet_id=outlet_id, region_path=region_path)
            for power, reach in self.powers.items()
            if power in FLOOR_POWERS
        }
        return Sight(
            powers={power: reach for power, reach in left.items() if reach},
            employee_id=self.employee_id,
        )


class Viewer(Protocol):
    """Whoever asks: a signed-in user or a service with a token."""

    @property
    def sight(self) -> Sight: ...
