"""Forms of campaigns; each cleans to the arguments of its service."""

import re
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.checks.models.campaigns import (
    TITLE_LENGTH,
    WHY_LENGTH,
    CarriedBy,
)
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.rules import OUTLET
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import User

MOST_CODES = 500
_DAY = {"type": "date"}
_HOUR = {"type": "time"}


class CampaignForm(forms.Form):
    """A new campaign, of a region or of outlets one by one."""

    title = forms.CharField(
        label=gettext_lazy("Name of the campaign"), max_length=TITLE_LENGTH
    )
    standard = forms.ModelChoiceField(
        label=gettext_lazy("Checklist"), queryset=Standard.objects.none()
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("All outlets of a region"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("no region: the outlets below"),
    )
    outlets = forms.CharField(
        label=gettext_lazy("Or these outlets"),
        required=False,
        help_text=gettext_lazy("Codes, separated by spaces, commas or lines."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    last_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    opens_at = forms.TimeField(
        label=gettext_lazy("Each day from"),
        required=False,
        help_text=gettext_lazy("Empty: all day. The time of the outlet counts."),
        widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"),
    )
    closes_at = forms.TimeField(
        label=gettext_lazy("Each day until"),
        required=False,
        widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"),
    )
    carried_by = forms.ChoiceField(
        label=gettext_lazy("Who carries it out"), choices=CarriedBy.choices
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        judging = Item.objects.filter(applies_to__in=("", OUTLET))
        standard = cast("forms.ModelChoiceField[Standard]", self.fields["standard"])
        standard.queryset = Standard.objects.visible_to(by).filter(
            pk__in=judging.values("version__standard")
        )
        region = cast("forms.ModelChoiceField[Region]", self.fields["region"])
        region.queryset = _regions_led(by)

    def clean_outlets(self) -> list[Outlet]:
        codes = list(
            dict.fromkeys(re.findall(r"[^\s,;,、]+", self.cleaned_data["outlets"]))
        )
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(
                _("At most %(most)s codes. Choose a region for more."),
                params={"most": MOST_CODES},
            )
        led = Outlet.objects.visible_to(self._by, Power.CORRECT)
        found = {one.code: one for one in led.filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            raise forms.ValidationError(
                _("%(codes)s: no outlet that you lead has this code."),
                params={"codes": ", ".join(unknown[:10])},
            )
        return [found[code] for code in codes]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if (opens is None) != (closes is None):
            self.add_error("closes_at", _("Give both hours, or none of them."))
        elif opens and closes and closes <= opens:
            self.add_error("closes_at", _("It has to end later than it begins."))
        if "outlets" in cleaned and bool(cleaned.get("region")) == bool(
            cleaned["outlets"]
        ):
            self.add_error(
                "region", _("Choose a region or name outlets: one of the two.")
            )
        if first and not self.errors:
            held = StandardVersion.objects.in_force(first).filter(
                standard=cleaned["standard"]
            )
            version = held.select_related("standard").first()
            if version is None:
                self.add_error("standard", _("It has no version yet on that day."))
            else:
                cleaned.pop("standard")
                cleaned |= {"version": version}
                cleaned["carried_by"] = CarriedBy(cleaned["carried_by"])
        return cleaned


def _regions_led(by: User) -> Any:
    reach = by.sight.reach(Power.CORRECT)
    regions = Region.objects.order_by("path")
    if reach.everywhere:
        return regions
    led = regions.none()
    for path in sorted(reach.region_paths):
        led = led | regions.filter(path__startswith=path)
    return led


class ExtendForm(forms.Form):
    last_on = forms.DateField(
        label=gettext_lazy("New last day"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )


class EndForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is called off"), max_length=WHY_LENGTH
    )


def default_days(today: date) -> dict[str, date]:
    return {"first_on": today, "last_on": today}
