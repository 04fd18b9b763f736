"""What the desk sends: each form cleans to the arguments of its deed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outlets.flow.desk.line import DEEDS
from outlets.flow.models import SERVICE_LENGTH
from outlets.places.models import CODE_LENGTH


class TakeForm(forms.Form):
    key = forms.UUIDField()
    service = forms.CharField(
        label=_("Service"),
        max_length=SERVICE_LENGTH,
        error_messages={"required": _("Choose what the customer comes for.")},
    )
    priority = forms.BooleanField(required=False)


class CallForm(forms.Form):
    """`service` empty: whoever is next."""

    key = forms.UUIDField()
    service = forms.CharField(max_length=SERVICE_LENGTH, required=False)


class CallAgainForm(forms.Form):
    key = forms.UUIDField()
    day = forms.DateField()
    number = forms.CharField(max_length=CODE_LENGTH)


class MarkForm(forms.Form):
    key = forms.UUIDField()
    day = forms.DateField()
    number = forms.CharField(max_length=CODE_LENGTH)
    what = forms.TypedChoiceField(
        choices=[(deed, deed) for deed in DEEDS],
        coerce=lambda text: next(deed for deed in DEEDS if deed == text),
    )
    service = forms.CharField(
        label=_("Service"), max_length=SERVICE_LENGTH, required=False
    )


class ServerForm(forms.Form):
    employee_number = forms.CharField(
        label=_("Number on the badge"),
        max_length=CODE_LENGTH,
        error_messages={"required": _("Write the number on the badge.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    counter = forms.CharField(
        label=_("Counter"),
        max_length=CODE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def faults_of(form: forms.Form) -> str:
    """Return in one line what is wrong with a form, each with its field."""
    said: list[str] = []
    for name, errors in form.errors.items():
        label: Any = form.fields[name].label if name in form.fields else None
        said += [f"{label}: {error}" if label else str(error) for error in errors]
    return " ".join(said)
