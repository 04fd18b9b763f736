"""The forms of an agency's shoppers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Shopper
from evaluations.mystery.models.shoppers import NAME_LENGTH
from outlets.places.models import CODE_LENGTH, Outlet, Region
from staffing.people.models import Agency, User

CODE = r"^[^\s/|](?:[^/|\x00-\x1f]*[^\s/|])?$"


class _Codes(forms.CharField):
    """Codes of rows, separated by spaces, commas or lines; cleans to the rows."""

    def __init__(self, rows: Any, missing: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(**kwargs)
        self._rows, self._missing = rows, missing

    def clean(self, value: Any) -> list[Any]:
        text = super().clean(value) or ""
        codes = list(dict.fromkeys(text.replace(",", " ").replace("，", " ").split()))
        found = {row.code: row for row in self._rows.objects.filter(code__in=codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise ValidationError(self._missing % {"codes": ", ".join(unknown)})
        return [found[code] for code in codes]


class ShopperForm(forms.Form):
    """Cleans to what `change_shopper` takes, but for the shopper."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("Only your agency reads it. Everybody else reads the code."),
    )
    regions = _Codes(
        Region,
        _("There is no region %(codes)s."),
        label=_("Regions where she goes (codes)"),
        help_text=_("Separated by spaces. Empty: anywhere."),
    )
    avoids = _Codes(
        Outlet,
        _("There is no outlet %(codes)s."),
        label=_("Outlets to avoid (codes)"),
        help_text=_("Where she is known: she is never sent there."),
    )
    active = forms.BooleanField(
        label=_("She works for us"),
        required=False,
        initial=True,
        help_text=_("Without it she gets no visits, and her account sees nothing."),
    )

    @classmethod
    def said(cls, shopper: Shopper) -> dict[str, Any]:
        """Return what is on record as the form puts it; two queries."""
        return {
            "name": shopper.name,
            "active": shopper.active,
            "regions": " ".join(row.code for row in shopper.regions.all()),
            "avoids": " ".join(row.code for row in shopper.avoids.all()),
        }


class NewShopperForm(ShopperForm):
    """Cleans to what `add_shopper` takes."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), to_field_name="code", empty_label=None
    )
    code = forms.RegexField(
        CODE,
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_("Planners and the region read it. It should not be a name."),
    )
    field_order = ("agency", "code", "name", "regions", "avoids")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["active"]
        agencies = Agency.objects.filter(pk__in=viewer.sight.agency_ids, active=True)
        choice = self.fields["agency"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 for mypy
        choice.queryset = agencies
        if len(agencies) == 1:
            choice.initial = agencies[0]
            choice.widget = forms.HiddenInput()
