"""The month in figures: a part of the outlet's and the region's page, and files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from outlets.flow import exports
from outlets.flow.monthly import (
    FIGURE_FIELDS,
    OUTLET_MONTH_FIELDS,
    figure_record,
    figure_rows,
    outlet_month_record,
)
from outlets.flow.ratios import Crowding
from outlets.flow.rules import Flow, Month
from outlets.flow.selectors.months import OutletMonth, outlet_months, total_month
from outlets.flow.selectors.peers import Peers, peers_in_month
from outlets.flow.selectors.scopes import Scope
from outlets.flow.views.requests import SeeingRequest, asked_month, asked_scope

CROWDING_SHOWN = 20


def peers_of(scope: Scope, month: Month) -> Peers | None:
    return peers_in_month(scope.outlet, month) if scope.outlet is not None else None


def month_figures(
    scope: Scope, month: Month, flows: Mapping[int, Flow] | None = None
) -> dict[str, Any]:
    """Return what `_month.html` shows of a scope, `_crowding.html` of a region.

    `flows` is the flow of each outlet by its id, where it has been read already.
    """
    months = outlet_months(scope.outlets, month, flows)
    total, peers = total_month(months), peers_of(scope, month)
    crowded = [one for one in months if one.crowding is Crowding.CROWDED]
    idle = [one for one in months if one.crowding is Crowding.IDLE]
    crowded.sort(key=lambda one: -(one.sums.flow.share_over_600_s or 0))
    idle.sort(key=lambda one: one.sums.utilisation or 0)
    return {
        "figure_rows": figure_rows(total, peers),
        "per_hundred": total.per_hundred,
        "peers": peers,
        "crowding": months[0].crowding if scope.outlet and months else None,
        "crowded": _shown(crowded),
        "idle": _shown(idle),
        "untold": sum(one.crowding is None for one in months),
    }


def _shown(months: Sequence[OutletMonth]) -> dict[str, Any]:
    return {"rows": months[:CROWDING_SHOWN], "count": len(months)}


@require_safe
@login_required
def figures_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    """The figures of the whole scope, one a line, an outlet's beside its peers'."""
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    total = total_month(outlet_months(scope.outlets, month))
    records = map(figure_record, figure_rows(total, peers_of(scope, month)))
    name = "-".join(("flow-figures", *scope.query.values(), str(month)))
    return exports.records_response(name, FIGURE_FIELDS, records, form)


@require_safe
@login_required
def outlet_figures_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    """The figures of every outlet of the scope, an outlet a line."""
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    records = map(outlet_month_record, outlet_months(scope.outlets, month))
    name = f"flow-outlet-figures-{month}"
    return exports.records_response(name, OUTLET_MONTH_FIELDS, records, form)
