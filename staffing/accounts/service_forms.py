"""Forms of services: what one is and may do, and how its secret is replaced."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet, Region
from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_tokens import (
    DEFAULT_OVERLAP_DAYS,
    MOST_OVERLAP_DAYS,
    latest_expiry,
)

# Enough for the largest reader; beyond it a rate protects nothing.
MOST_CALLS = 60_000


def _in_a_year() -> date:
    return timezone.localdate() + timedelta(days=365)


def _scopes() -> list[tuple[str, str]]:
    return [(name, f"{name} – {label}") for name, label in settings.API_SCOPES.items()]


class ServiceForm(forms.Form):
    """Cleans to the arguments of `change_service`, but for `service_id` and `by`."""

    name = forms.CharField(
        label=_("Service name"),
        max_length=120,
        help_text=_("What everybody calls it, such as “HR system”."),
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.CharField(
        label=_("Who answers for it"),
        max_length=200,
        help_text=_("Name and how to reach her: somebody will have to call."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=_scopes,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what it needs and no more."),
    )
    region_code = forms.CharField(
        label=_("Only this region"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("Code of a region: it and everything below. Empty: no limit."),
    )
    outlet_code = forms.CharField(
        label=_("Only this outlet"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("Code of an outlet, for a queue machine or a pad."),
    )
    expires_on = forms.DateField(
        label=_("Valid until"),
        initial=_in_a_year,
        help_text=_("After it no token is given and none works. It can be extended."),
    )
    calls_per_minute = forms.IntegerField(
        label=_("Calls a minute"),
        required=False,
        min_value=1,
        max_value=MOST_CALLS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calls_per_minute"].help_text = gettext(
            "Empty: %(calls)d, as for every service."
        ) % {"calls": settings.RATE_LIMITS["service"]}
        self.fields["expires_on"].widget.attrs.update(
            min=timezone.localdate().isoformat(), max=latest_expiry().isoformat()
        )

    def clean_region_code(self) -> Region | None:
        code = self.cleaned_data["region_code"]
        found = Region.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("There is no region with this code."))
        return found

    def clean_outlet_code(self) -> Outlet | None:
        code = self.cleaned_data["outlet_code"]
        found = Outlet.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("There is no outlet with this code."))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        values = dict(self.cleaned_data)
        values["region"] = values.pop("region_code")
        values["outlet"] = values.pop("outlet_code")
        return values


class NewServiceForm(ServiceForm):
    """Cleans to the arguments of `create_service`, but for `by`."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def values_of(service: ServiceAccount) -> dict[str, Any]:
    """Return what the form shows of a service as it is."""
    return {
        "name": service.name,
        "purpose": service.purpose,
        "owner": service.owner,
        "scopes": service.scopes,
        "region_code": service.region.code if service.region else "",
        "outlet_code": service.outlet.code if service.outlet else "",
        "expires_on": service.expires_on,
        "calls_per_minute": service.calls_per_minute,
    }


class RotationForm(forms.Form):
    overlap_days = forms.IntegerField(
        label=_("Days that the old secret stays valid"),
        min_value=0,
        max_value=MOST_OVERLAP_DAYS,
        initial=DEFAULT_OVERLAP_DAYS,
        help_text=_("0 ends it at once, when it may be known to somebody."),
    )


class RevocationForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)
