"""Who has sat a week's test, for who leads an outlet or reads its records."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluations.knowledge.calendar import week_at
from evaluations.knowledge.forms.absences import AbsenceForm
from evaluations.knowledge.models import AbsenceDecision, Sitting, SittingState
from evaluations.knowledge.rules.weeks import code_of, week_of
from evaluations.knowledge.services.absences import (
    POWERS,
    may_settle,
    settle_absences,
)
from evaluations.ledger.forms import OutletMonthFilter
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import zones_of
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


class WeekFilter(OutletMonthFilter):
    """An outlet, any day of a week, and a state."""

    month = None  # type: ignore[assignment]
    day = forms.DateField(
        label=_("Week of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("every state")), *SittingState.choices],
    )

    def __init__(self, *args: Any, this_week: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self._this_week = this_week

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        self.cleaned_data["month"] = None
        rows = super().narrow(rows).filter(week=self.week)
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows

    @property
    def week(self) -> date:
        """Return the Monday of the week that was asked for, else of this one."""
        asked = self.cleaned_data.get("day") if self.is_valid() else None
        return week_of(asked) if asked else self._this_week


@dataclass(frozen=True, slots=True)
class Row:
    """One sitting; `settled` is the newest decision on its absence, if there is one."""

    sitting: Sitting
    settleable: bool
    settled: AbsenceDecision | None


@require_safe
@login_required
def week_page(request: SignedInRequest) -> HttpResponse:
    """One week: state and score of everybody within reach, without any answer."""
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    return _page(request, AbsenceForm(viewer=request.user))


@require_POST
@login_required
def settle(request: SignedInRequest) -> HttpResponse:
    """Settle the absences of those who were ticked, in one act; then the week again."""
    if not any(request.user.sight.may(power) for power in POWERS):
        raise PermissionDenied
    form = AbsenceForm(request.POST, viewer=request.user)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            decided = settle_absences(
                sitting_uuids=said.pop("sittings"), by=request.user, **said
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            count = len(decided)
            words = ngettext(
                "%(n)d absence is settled.", "%(n)d absences are settled.", count
            )
            messages.success(request, words % {"n": count})
            query = request.GET.urlencode()
            return redirect(f"{reverse('knowledge:week')}?{query}".rstrip("?"))
    return _page(request, form)


def _page(request: SignedInRequest, settling: AbsenceForm) -> HttpResponse:
    form = WeekFilter(request.GET, this_week=_this_week(request.user))
    rows = form.narrow(Sitting.objects.visible_to(request.user))
    counted = rows.order_by().values_list("state").annotate(Count("pk"))
    labels = dict(SittingState.choices)
    page = page_of(
        rows.select_related("employee", "outlet__region").order_by(
            "outlet__code", "employee__name", "attempt"
        ),
        request.GET.get("page"),
    )
    shown = _rows(page.rows, request.user)
    context = {
        "form": form,
        "code": code_of(form.week),
        "counts": [(labels[state], count) for state, count in sorted(counted)],
        "page": page,
        "rows": shown,
        "settling": settling if any(row.settleable for row in shown) else None,
    }
    return render(request, "evaluations/knowledge/week.html", context)


def _this_week(user: User) -> date:
    """Return the week that runs where the viewer works, else by our own clock."""
    now, employee_id = timezone.now(), user.sight.employee_id
    places = {} if employee_id is None else zones_of([employee_id], now)
    return week_at(places.get(employee_id or 0), now)


def _rows(sittings: list[Sitting], user: User) -> list[Row]:
    decisions: dict[int, list[AbsenceDecision]] = defaultdict(list)
    found = AbsenceDecision.objects.filter(
        sitting__in=[sitting.pk for sitting in sittings]
    )
    for decision in found.select_related("by"):
        decisions[decision.sitting_id].append(decision)
    return [
        Row(
            sitting,
            may_settle(user.sight, sitting),
            next(iter(decisions[sitting.pk]), None),
        )
        for sitting in sittings
    ]
