"""What narrows the list of cases."""

from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.complaints.models import CaseQuerySet, HandlingState, Reason
from evaluations.ledger.forms import OutletMonthFilter, Rows


class CaseFilter(OutletMonthFilter):
    """An outlet, a month of receipt, a state, a clock, a reason and who answers."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("open and closed")),
            ("open", pgettext_lazy("complaint", "open")),
            ("offered", HandlingState.OFFERED.label),
            ("assigned", HandlingState.ASSIGNED.label),
            ("paused", HandlingState.PAUSED.label),
            ("closed", pgettext_lazy("complaint", "closed")),
        ],
    )
    clock = forms.ChoiceField(
        label=_("Time limit"),
        required=False,
        choices=[
            ("", _("any")),
            ("overdue", _("overdue")),
            ("near", _("near its limit")),
            ("unanswered", _("no reply on the first day")),
        ],
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("any")), *Reason.choices]
    )
    owner = forms.CharField(
        label=_("First contact (staff number)"), required=False, max_length=40
    )

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if not self.is_valid():
            return rows
        cases, chosen = cast(CaseQuerySet, rows), self.cleaned_data
        if (state := chosen["state"]) in ("open", "closed"):
            cases = cases.filter(closed_at__isnull=state == "open")
        elif state:
            cases = cases.filter(handling__state=state)
        now = timezone.now()
        if chosen["clock"] == "overdue":
            cases = cases.overdue(now)
        elif chosen["clock"] == "near":
            cases = cases.near(now)
        elif chosen["clock"] == "unanswered":
            cases = cases.reply_overdue(now)
        if chosen["reason"]:
            cases = cases.filter(handling__reason=chosen["reason"])
        if number := chosen["owner"].strip():
            cases = cases.filter(handling__owner__employee__number=number)
        return cast(Rows, cases)
