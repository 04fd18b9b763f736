"""The figures of a month in the order and words in which they are shown.

Screen, file and API read these rows, so that none of them reckons for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outlets.flow.definitions import DEFINITIONS, Definition
from outlets.flow.ratios import FIGURES, MonthSums, Spread, Unit, figures_of
from outlets.flow.selectors.months import OutletMonth
from outlets.flow.selectors.peers import Peers

# Why a figure is missing, where it is.
REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        "people": _("No door counter sent anything."),
        "arrivals": _("No ticket was sent."),
        "transactions": _("No transaction was sent."),
        "conversion": _("No day has both door counts and tickets."),
        "business_per_customer": _("No day has both transactions and tickets."),
        "volume_per_head": _(
            "No transaction was sent, or nobody was assigned on the first and the last "
            "day of the month."
        ),
        "triage_rate": _("No ticket says that its customer was sent on."),
        "utilisation": _("No ticket has its server and the end of its service."),
        "wait_mean": _("Nobody was called."),
        "wait_p90": _("Nobody was called."),
        "share_over_600": _("Nobody was called."),
        "abandoned_share": _("No ticket was sent."),
        "priority_late": _("No priority customer was finished."),
    }
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of a month; `value` None: missing, and `reason` says why.

    `spread` is that of the peers; None: there are too few, or none are asked for.
    """

    name: str
    definition: Definition
    unit: Unit
    value: float | None
    spread: Spread | None

    @property
    def reason(self) -> Promise | str:
        return REASONS[self.name] if self.value is None else ""


def figure_rows(sums: MonthSums, peers: Peers | None) -> list[FigureRow]:
    values = figures_of(sums)
    return [
        FigureRow(
            name,
            DEFINITIONS[name],
            figure.unit,
            values[name],
            peers.spreads[name] if peers else None,
        )
        for name, figure in FIGURES.items()
    ]


FIGURE_FIELDS = (
    *("figure", "value", "unit", "missing_because"),
    *("peers", "peers_lower_quartile", "peers_median", "peers_upper_quartile"),
)


def figure_record(row: FigureRow) -> dict[str, Any]:
    """Return one figure as files and machines read it, unrounded."""
    lies = row.spread
    return {
        "figure": row.name,
        "value": row.value,
        "unit": row.unit.value,
        "missing_because": str(row.reason),
        "peers": lies and lies.count,
        "peers_lower_quartile": lies and lies.lower,
        "peers_median": lies and lies.median,
        "peers_upper_quartile": lies and lies.upper,
    }


OUTLET_MONTH_FIELDS = ("outlet_code", "name", "class", "crowding", *FIGURES)


def outlet_month_record(one: OutletMonth) -> dict[str, Any]:
    """Return one outlet's figures side by side, unrounded; None: undefined."""
    return {
        "outlet_code": one.code,
        "name": one.name,
        "class": one.outlet_class,
        "crowding": one.crowding and one.crowding.value,
        **figures_of(one.sums),
    }
