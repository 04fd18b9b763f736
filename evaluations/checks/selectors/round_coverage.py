"""Which rounds of the outlet itself are done, due or missing, over a whole region."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from evaluations.checks.models import Check
from evaluations.checks.selectors.rounds import draws_for, opens_at
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.rounds import OPENING, RANDOM, round_label
from evaluations.standards.rules import OUTLET
from outlets.places.models import Outlet


class RoundState(StrEnum):
    DONE = "done"
    DUE = "due"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class OutletRound:
    """One round of an outlet that is to be seen by now; `since` None: at any time."""

    slot: str
    state: RoundState
    since: datetime | None

    @property
    def label(self) -> str:
        return round_label(self.slot)


def outlet_rounds(
    outlets: Collection[Outlet], on: date, at: datetime
) -> dict[int, list[OutletRound]]:
    """Return, by outlet, the rounds of a day that judge the outlet itself.

    Due from the opening, or from the drawn hour, and missing once the outlet has
    closed; a round whose hour is to come is not there at all. An outlet whose hours
    are not known, or that does not open that day, has none that is due. A round is
    done when every checklist that asks for it has a check that counts. Three queries;
    `outlets` come with their regions.
    """
    asking = _asking(on)
    draws = draws_for(outlets, on)
    done: dict[tuple[int, str], set[int]] = defaultdict(set)
    checks = Check.objects.standing().of_outlet_itself().filter(on=on)
    checks = checks.filter(
        outlet__in=[one.pk for one in outlets], slot__in=(OPENING, RANDOM)
    )
    for outlet_id, slot, standard in checks.order_by().values_list(
        "outlet", "slot", "standard"
    ):
        done[outlet_id, slot].add(standard)
    found: dict[int, list[OutletRound]] = defaultdict(list)
    for outlet in outlets:
        draw = draws.get(outlet.pk)
        hours = {
            OPENING: opens_at(outlet, on),
            RANDOM: draw.due_at if draw is not None else None,
        }
        for slot, since in hours.items():
            wanted = {
                standard.pk
                for standard in asking
                if slot in standard.slots.split() and _asked_at(standard, outlet)
            }
            if not wanted:
                continue
            if wanted <= done[outlet.pk, slot]:
                found[outlet.pk].append(OutletRound(slot, RoundState.DONE, since))
            elif since is not None and since <= at:
                over = draw is not None and draw.closes_at <= at
                state = RoundState.MISSING if over else RoundState.DUE
                found[outlet.pk].append(OutletRound(slot, state, since))
    return found


def _asking(on: date) -> list[Standard]:
    """Return the checklists on a card whose items judge the outlet."""
    versions = StandardVersion.objects.in_force(on)
    judging = Item.objects.filter(version__in=versions, applies_to=OUTLET)
    standards = Standard.objects.filter(
        on_card=True, pk__in=judging.values("version__standard")
    )
    return list(standards.select_related("region"))


def _asked_at(standard: Standard, outlet: Outlet) -> bool:
    return standard.region is None or outlet.region.path.startswith(
        standard.region.path
    )
