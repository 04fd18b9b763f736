"""Who has sat this week's test, for who leads an outlet or reads its records."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from evaluations.knowledge.models import Sitting, SittingState
from evaluations.knowledge.rules.weeks import code_of, week_of
from evaluations.ledger.forms import OutletMonthFilter
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
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

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        self.cleaned_data["month"] = None
        rows = super().narrow(rows).filter(week=self.week)
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows

    @property
    def week(self) -> Any:
        asked = self.cleaned_data.get("day") if self.is_valid() else None
        return week_of(asked or timezone.localdate())


@require_safe
@login_required
def week_page(request: SignedInRequest) -> HttpResponse:
    """One week: state and score of everybody within reach, without any answer."""
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    form = WeekFilter(request.GET)
    rows = form.narrow(Sitting.objects.visible_to(request.user))
    counted = rows.order_by().values_list("state").annotate(Count("pk"))
    labels = dict(SittingState.choices)
    context = {
        "form": form,
        "code": code_of(form.week),
        "counts": [(labels[state], count) for state, count in sorted(counted)],
        "page": page_of(
            rows.select_related("employee", "outlet").order_by(
                "outlet__code", "employee__name", "attempt"
            ),
            request.GET.get("page"),
        ),
    }
    return render(request, "evaluations/knowledge/week.html", context)
