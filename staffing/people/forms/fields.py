"""Fields that several forms of this room are made of."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet, Region

# A code or number that stands in an address: no slash, no bar, no space at its ends.
CODE = r"^[^\s/|](?:[^/|\x00-\x1f]*[^\s/|])?$"


class DayField(forms.DateField):
    """A date, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
        super().__init__(**kwargs)


class OutletField(forms.CharField):
    """The code of an outlet; cleans to the outlet, None if empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Outlet code"))
        super().__init__(max_length=CODE_LENGTH, **kwargs)

    def clean(self, value: Any) -> Outlet | None:
        code = super().clean(value)
        if not code:
            return None
        outlet = Outlet.objects.filter(code=code).first()
        if outlet is None:
            raise ValidationError(_("There is no outlet with this code."))
        return outlet


class RegionField(forms.CharField):
    """The code of a region; cleans to the region, None if empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Region code"))
        super().__init__(max_length=CODE_LENGTH, **kwargs)

    def clean(self, value: Any) -> Region | None:
        code = super().clean(value)
        if not code:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise ValidationError(_("There is no region with this code."))
        return region
