"""Drawn hours to be verified: what was drawn, from what, and when it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from evaluations.checks.drawing import moment, seed_of
from evaluations.checks.models import Check, RoundDraw
from evaluations.standards.rounds import RANDOM


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw, and when its round was done at first (None: it was not)."""

    draw: RoundDraw
    done_at: datetime | None

    @property
    def after(self) -> timedelta | None:
        """How long after its hour it was done; never below zero."""
        if self.done_at is None:
            return None
        return max(self.done_at - self.draw.due_at, timedelta())

    @property
    def after_minutes(self) -> int | None:
        return None if self.after is None else int(self.after.total_seconds()) // 60

    @property
    def of_this_secret(self) -> bool:
        """Tell whether the secret of today still makes this seed."""
        draw = self.draw
        secret = settings.CHECKS_DRAW_SECRET
        return seed_of(secret, draw.outlet_code, draw.on) == draw.seed

    @property
    def first_at(self) -> datetime:
        """The earliest hour that could have been drawn."""
        return moment(self.draw.on, self.draw.among[0], self.draw.outlet.zone)

    @property
    def last_at(self) -> datetime:
        return moment(self.draw.on, self.draw.among[-1], self.draw.outlet.zone)


def drawn(draws: Sequence[RoundDraw]) -> list[Drawn]:
    """Return these draws with when each was done; one query."""
    checks = Check.objects.standing().filter(
        slot=RANDOM,
        outlet__in={draw.outlet_id for draw in draws},
        on__in={draw.on for draw in draws},
        observed_at__isnull=False,
    )
    first: dict[tuple[int, object], datetime] = {}
    for outlet_id, on, observed_at in checks.order_by("-observed_at").values_list(
        "outlet", "on", "observed_at"
    ):
        if observed_at is not None:
            first[outlet_id, on] = observed_at
    return [Drawn(draw, first.get((draw.outlet_id, draw.on))) for draw in draws]
