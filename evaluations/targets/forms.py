"""What narrows the list of targets."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.targets.models import KpiDefinition, TargetQuerySet
from outlets.places.models import CODE_LENGTH


class TargetFilter(forms.Form):
    """A period and a KPI to read."""

    period = forms.CharField(
        label=_("Period"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "2026-10"}),
    )
    kpi = forms.CharField(label=_("KPI"), required=False, max_length=CODE_LENGTH)

    def clean_period(self) -> str:
        text: str = self.cleaned_data["period"]
        if not text:
            return ""
        try:
            return Period.parse(text).code
        except ValueError as error:
            raise ValidationError(
                _("Write the period as 2026-10, 2026-Q4 or 2026.")
            ) from error

    def narrow(self, rows: TargetQuerySet) -> TargetQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        if self.cleaned_data["period"]:
            rows = rows.filter(period=self.cleaned_data["period"])
        if text := self.cleaned_data["kpi"]:
            named = KpiDefinition.objects.called(text).values("code")
            rows = rows.filter(Q(kpi__iexact=text) | Q(kpi__in=named))
        return rows
