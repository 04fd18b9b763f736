"""What narrows the list of cases."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.ledger.forms import OutletMonthFilter, Rows


class CaseFilter(OutletMonthFilter):
    """An outlet, a month of receipt and a state to read."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("open and closed")),
            ("open", pgettext_lazy("complaint", "open")),
            ("closed", pgettext_lazy("complaint", "closed")),
        ],
    )

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if state := self.is_valid() and self.cleaned_data["state"]:
            rows = rows.filter(closed_at__isnull=state == "open")
        return rows
