"""Forms of what happens on the floor, and of its lists."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.checks.forms.card import OutletDaysForm
from evaluations.checks.models import EVENTS, NOTE_LENGTH, Deed, DeviceKind
from evaluations.checks.selectors.devices import DevicesBy
from outlets.flow.models import SLOWING, FaultKind
from outlets.places.models import CODE_LENGTH, OutletQuerySet, Region, ZoneKind
from outlets.places.sight import Viewer


class TapForm(forms.Form):
    """One tap on the floor, from a page without scripts."""

    uuid = forms.UUIDField()
    outlet = forms.CharField()
    on = forms.DateField(input_formats=["%Y-%m-%d"])
    action = forms.ChoiceField(
        choices=[(deed.value, deed.label) for deed in Deed if deed in EVENTS]
    )
    check = forms.UUIDField(required=False)
    area = forms.ChoiceField(choices=[("", ""), *ZoneKind.choices], required=False)
    kind = forms.ChoiceField(
        choices=[(one.value, one.label) for one in FaultKind if one in SLOWING],
        required=False,
    )
    trial_device = forms.CharField(max_length=CODE_LENGTH, required=False)
    working = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    standard = forms.CharField(max_length=CODE_LENGTH, required=False)


class FloorListForm(OutletDaysForm):
    """Which days and outlets, and below which region."""

    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("all of them"),
    )

    def see_as(self, viewer: Viewer) -> None:
        """Offer the regions that the viewer sees."""
        field: Any = self.fields["region"]
        field.queryset = Region.objects.visible_to(viewer).order_by("path")

    def narrow(self, outlets: OutletQuerySet) -> OutletQuerySet:
        """Keep the outlets that are asked for."""
        if self.words:
            words = self.words
            outlets = outlets.filter(
                Q(code__icontains=words) | Q(name__icontains=words)
            )
        region = self.is_valid() and self.cleaned_data["region"]
        return outlets.beneath(region) if region else outlets


class SpillsForm(FloorListForm):
    SHOWN = (
        ("", _("all of them")),
        ("over", _("over the limit")),
        ("open", _("not confirmed")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)


class FaultsForm(FloorListForm):
    kind = forms.ChoiceField(
        label=_("Kind of fault"),
        choices=[("", _("all of them")), *FaultKind.choices],
        required=False,
    )
    show = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("all of them")), ("open", _("still broken"))],
        required=False,
    )


class ConditionForm(FloorListForm):
    NAMES = {
        DevicesBy.OUTLET: _("outlet"),
        DevicesBy.REGION: _("region"),
        DevicesBy.WEEK: _("week"),
    }
    by = forms.ChoiceField(
        label=_("A row for each"), choices=list(NAMES.items()), required=False
    )

    @property
    def dimension(self) -> DevicesBy:
        return DevicesBy((self.is_valid() and self.cleaned_data["by"]) or "outlet")


class DeviceForm(forms.Form):
    """A device to be installed."""

    kind = forms.ChoiceField(label=_("Kind of device"), choices=DeviceKind.choices)
    code = forms.CharField(
        label=_("Code on its label"),
        max_length=CODE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = forms.DateField(
        label=_("Installed since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RetireForm(forms.Form):
    until = forms.DateField(
        label=_("Last day there"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
