"""What narrows the list of targets."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.fields import PeriodField
from evaluations.targets.models import KpiDefinition, TargetQuerySet
from outlets.places.models import CODE_LENGTH


class TargetFilter(forms.Form):
    """A period and a KPI to read."""

    period = PeriodField(label=_("Period"), required=False)
    kpi = forms.CharField(label=_("KPI"), required=False, max_length=CODE_LENGTH)

    def narrow(self, rows: TargetQuerySet) -> TargetQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        if period := self.cleaned_data["period"]:
            rows = rows.filter(period=period.code)
        if text := self.cleaned_data["kpi"]:
            named = KpiDefinition.objects.called(text).values("code")
            rows = rows.filter(Q(kpi__iexact=text) | Q(kpi__in=named))
        return rows
