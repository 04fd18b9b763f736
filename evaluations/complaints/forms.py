"""What narrows the list of cases."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.complaints.models import CaseQuerySet
from evaluations.ledger.periods import Period


class CaseFilter(forms.Form):
    """An outlet, a month of receipt and a state to read."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    month = forms.CharField(
        label=_("Month"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("open and closed")),
            ("open", pgettext_lazy("complaint", "open")),
            ("closed", pgettext_lazy("complaint", "closed")),
        ],
    )

    def clean_month(self) -> Period | None:
        text = self.cleaned_data["month"]
        if not text:
            return None
        try:
            return Period.parse(text)
        except ValueError as error:
            raise ValidationError(_("Write the month as 2026-10.")) from error

    @property
    def narrows(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, rows: CaseQuerySet) -> CaseQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["outlet"]:
            text = asked["outlet"]
            rows = rows.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
        if asked["month"]:
            rows = rows.filter(on__range=(asked["month"].first, asked["month"].last))
        if asked["state"]:
            rows = rows.filter(closed_at__isnull=asked["state"] == "open")
        return rows
