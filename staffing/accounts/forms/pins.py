"""Setting a PIN, typing it, and finding the PINs of one's people."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staffing.accounts.models.pins import PinQuerySet
from staffing.accounts.rules.pins import LONGEST


def _pin_field(label: Any, **kwargs: Any) -> forms.CharField:
    attrs = {"inputmode": "numeric", "maxlength": LONGEST, "autocomplete": "off"}
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs=attrs),
        **kwargs,
    )


class PinForm(forms.Form):
    """The PIN as typed on the pad."""

    pin = _pin_field(_("Your PIN"))


class NewPinForm(forms.Form):
    """One's own new PIN, twice, and the password; cleans to those of `set_pin`."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("So that nobody sets a PIN in your name while you are away."),
    )
    pin = _pin_field(_("New PIN"))
    again = _pin_field(_("New PIN once more"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pin"].help_text = _(
            "%(shortest)d to %(longest)d digits; no date, no row, no badge number."
        ) % {"shortest": settings.PIN_LENGTH, "longest": LONGEST}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        again = cleaned.pop("again", None)
        if "pin" in cleaned and again is not None and cleaned["pin"] != again:
            raise ValidationError(
                {"again": ValidationError(_("The two PINs are not the same."))}
            )
        return cleaned


class PinFilter(forms.Form):
    person = forms.CharField(label=_("Name or badge"), required=False, max_length=120)

    def narrow(self, pins: PinQuerySet) -> PinQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return pins.none()
        if text := self.cleaned_data["person"]:
            pins = pins.filter(
                Q(user__employee__number__iexact=text)
                | Q(user__employee__name__icontains=text)
            )
        return pins
