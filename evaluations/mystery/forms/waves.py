"""Forms of waves, their quotas and visits."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Questionnaire,
    Report,
    ReportState,
    Scenario,
    Shopper,
    Wave,
)
from evaluations.mystery.models.reports import NOTE_LENGTH
from evaluations.mystery.models.waves import MOST_VISITS
from evaluations.mystery.services.waves import Terms
from outlets.places.models import CODE_LENGTH, OutletClass, Region
from staffing.people.models import Agency, User

CODE = r"^[\w.-]+$"
# A visit's number is the code and four digits or more.
LONGEST_CODE = CODE_LENGTH - 8
_DAY = {"type": "date"}


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class WaveForm(forms.Form):
    """Cleans to a code and `Terms`, in `terms`; a code stays once given."""

    code = forms.RegexField(
        CODE,
        label=_("Code"),
        max_length=LONGEST_CODE,
        help_text=_("Visits are numbered after it: 2026-11 gives 2026-11-0001."),
    )
    title = forms.CharField(label=_("Name of the wave"), max_length=120)
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("Questionnaire")
    )
    scenarios = forms.ModelMultipleChoiceField(
        Scenario.objects.none(),
        label=_("Scenarios"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Visits share them evenly."),
    )
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("Agencies"),
        widget=forms.CheckboxSelectMultiple,
    )
    opens_on = _day(_("First day"))
    closes_on = _day(_("Last day"))
    fee = forms.DecimalField(
        label=_("Fee of a visit, yuan"),
        required=False,
        min_value=0.01,
        max_digits=9,
        decimal_places=2,
    )
    budget = forms.DecimalField(
        label=_("Budget, yuan"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("Empty: no limit."),
    )
    most_each = forms.IntegerField(
        label=_("Visits per shopper at most"), min_value=1, max_value=200, initial=15
    )
    lockout_days = forms.IntegerField(
        label=_("Days before a shopper may come back to an outlet"),
        min_value=0,
        max_value=730,
        initial=90,
    )

    def __init__(
        self, *args: Any, viewer: User, wave: Wave | None = None, **more: Any
    ) -> None:
        if wave is not None:
            more["initial"] = {
                name: getattr(wave, name)
                for name in self.base_fields
                if name not in ("code", "scenarios", "agencies")
            } | {
                "scenarios": list(wave.scenarios.all()),
                "agencies": list(wave.agencies.all()),
            }
        super().__init__(*args, **more)
        if wave is not None:
            del self.fields["code"]
        self._choose("questionnaire", Questionnaire.objects.visible_to(viewer))
        scenarios = Scenario.objects.visible_to(viewer)
        self._choose("scenarios", scenarios.filter(active=True))
        agencies = Agency.objects.visible_to(viewer)
        self._choose("agencies", agencies.filter(active=True))

    def _choose(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day lies before the first."))
        budgeted = cleaned.get("budget") is not None and "fee" not in self.errors
        if budgeted and cleaned.get("fee") is None:
            self.add_error("fee", _("A budget needs to know what a visit costs."))
        if not self.errors:
            told = {name: cleaned[name] for name in cleaned if name != "code"}
            told["scenarios"] = list(told["scenarios"])
            told["agencies"] = list(told["agencies"])
            self.terms = Terms(**told)
        return cleaned


class QuotaForm(forms.Form):
    """Cleans to the arguments of `set_quota`, but for `code` and `by`."""

    outlet_class = forms.ChoiceField(
        label=_("Outlets of class"),
        required=False,
        choices=[("", _("any class")), *OutletClass.choices],
    )
    region = forms.CharField(
        label=_("Region code"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("Empty: everywhere. It holds for what lies below, too."),
    )
    visits = forms.IntegerField(
        label=_("Visits each"), min_value=0, max_value=MOST_VISITS, initial=1
    )

    def clean_region(self) -> Region | None:
        code = self.cleaned_data["region"]
        if not code:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise ValidationError(_("There is no region with this code."))
        return region


class PlannedVisitFilter(forms.Form):
    """What narrows the visits of a wave."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    region = forms.CharField(
        label=_("Region code"), required=False, max_length=CODE_LENGTH
    )
    shopper = forms.CharField(
        label=_("Shopper code"), required=False, max_length=CODE_LENGTH
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("every state")), *ReportState.choices],
    )

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if text := asked["outlet"]:
            rows = rows.filter(outlet__code__iexact=text) | rows.filter(
                outlet__name__icontains=text
            )
        if asked["region"]:
            paths = Region.objects.filter(code__iexact=asked["region"])
            path = paths.values_list("path", flat=True).first()
            if path is None:
                return rows.none()
            rows = rows.filter(outlet__region__path__startswith=path)
        if asked["shopper"]:
            rows = rows.filter(shopper__code__iexact=asked["shopper"])
        return rows.filter(state=asked["state"]) if asked["state"] else rows


class _ShopperChoice(forms.ModelChoiceField):
    viewer: User

    def label_from_instance(self, row: Any) -> str:
        return f"{row.called(self.viewer)} · {row.agency}"


class HandOverForm(forms.Form):
    """Cleans to the arguments of `hand_over`, but for `number` and `by`."""

    shopper = _ShopperChoice(Shopper.objects.none(), label=_("New shopper"))
    why = forms.CharField(
        label=_("Why, if a limit is to be passed over"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, report: Report, viewer: User, **more: Any) -> None:
        super().__init__(*args, **more)
        choice = cast("_ShopperChoice", self.fields["shopper"])
        choice.viewer = viewer
        shoppers = Shopper.objects.visible_to(viewer).filter(
            active=True,
            agency__active=True,
            agency__in=report.wave.agencies.values("pk"),
        )
        if report.shopper_id is not None:
            shoppers = shoppers.exclude(pk=report.shopper_id)
        shoppers = shoppers.exclude(avoids=report.outlet_id)
        choice.queryset = shoppers.select_related("agency")


class CancelForm(forms.Form):
    """Cleans to the arguments of `cancel_visit`, but for `number` and `by`."""

    why = forms.CharField(
        label=_("Why it is given up"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
