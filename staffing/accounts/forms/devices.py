"""Adding, finding, revoking and enrolling tablets."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power
from staffing.accounts.models.devices import DeviceQuerySet, DeviceState
from staffing.people.models import User


class DeviceFilter(forms.Form):
    """An outlet, by its code or a part of its name, and a state."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all states")), *DeviceState.choices],
    )

    def narrow(self, devices: DeviceQuerySet) -> DeviceQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return devices.none()
        if text := self.cleaned_data["outlet"]:
            devices = devices.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
        if state := self.cleaned_data["state"]:
            devices = devices.in_state(state)
        return devices


class DeviceForm(forms.Form):
    """One tablet of one outlet; cleans to the arguments of `add_device`."""

    outlet = forms.CharField(
        label=_("Outlet code"),
        max_length=CODE_LENGTH,
        help_text=_("The tablet will only ever serve people of this outlet."),
    )
    name = forms.CharField(
        label=_("Name of the tablet"),
        max_length=60,
        help_text=_("As people on the floor call it, such as “counter 2”."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_outlet(self) -> Outlet:
        outlets = Outlet.objects.visible_to(self.by, Power.CONFIGURE)
        outlet = outlets.filter(code__iexact=self.cleaned_data["outlet"]).first()
        if outlet is None:
            raise ValidationError(_("There is no outlet with this code."))
        return outlet


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as: lost, broken, moved to another outlet."),
    )


class EnrolForm(forms.Form):
    code = forms.CharField(
        label=_("Enrolment code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "ABCD-EFGH",
            }
        ),
    )
