"""Whether somebody may win at this moment: what the run found, and what came since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.selectors.inputs.bars import bars_of

# An open case of these stops a winner; it says nothing about guilt.
HOLDING = ("attitude_complaint", "red_line")
RED_LINE = "red_line"
CASES = {
    "attitude_complaint": _("a complaint about service attitude"),
    "red_line": _("a red-line case"),
}


def open_cases_of(employee_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of the open cases that hold people, by employee id."""
    holds = (
        Entry.objects.filter(
            employee__in=employee_ids, kind=EntryKind.HOLD, component__in=HOLDING
        )
        .values_list("employee", "component")
        .annotate(open=Sum("n"))
        .filter(open__gt=0)
        .order_by("employee", "component")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for employee_id, code, _open in holds:
        found[employee_id].append(code)
    return {pk: tuple(codes) for pk, codes in found.items()}


@dataclass(frozen=True, slots=True)
class Standings:
    """What keeps people of one run from winning now. Made with four queries.

    System read: the ledger tells it, so that no room below is asked.
    """

    period: Period
    codes: tuple[str, ...]
    bars: Mapping[int, tuple[Any, ...]]
    today: Period
    bars_today: Mapping[int, tuple[Any, ...]]
    open: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, run: Run, employee_ids: Collection[int]) -> Self:
        frame = Frame.parse(run.head)
        until = Entry.objects.aggregate(last=Max("pk"))["last"]
        today = Period.month_of(timezone.localdate())
        return cls(
            period=frame.period,
            codes=frame.rules.bars,
            bars=bars_of(frame.period, until, employee_ids)[0],
            today=today,
            bars_today=bars_of(today, until, employee_ids)[0],
            open=open_cases_of(employee_ids),
        )

    def cases(self, employee_id: int) -> tuple[str, ...]:
        return self.open.get(employee_id, ())

    def reasons(self, standing: Standing) -> list[str]:
        """Return the codes that keep her out: the run's, then what was posted since.

        A bar of her period counts whenever it was posted. So does a red line that is
        open today, though the period is over.
        """
        found = [] if standing.eligible else list(standing.reasons)
        held = {
            bar.code
            for bar in self.bars.get(standing.employee_id, ())
            if bar.code in self.codes and bar.holds(self.period)
        }
        held |= {
            bar.code
            for bar in self.bars_today.get(standing.employee_id, ())
            if bar.code == RED_LINE and not bar.scope and bar.holds(self.today)
        }
        return found + [code for code in sorted(held) if code not in found]
