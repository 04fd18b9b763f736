"""Forms of red-line files: the report, the inquiry, the decision."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.forms.intake import StaffNumberField
from evaluations.complaints.models.events import NOTE_LENGTH
from evaluations.complaints.models.red_lines import (
    Consequence,
    Finding,
    LiablePart,
    Prohibition,
)

_LINES = forms.Textarea(attrs={"rows": 3})


class ReportForm(forms.Form):
    """Cleans to what `report` takes, but for the outlet, which the view looks up."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    outlet = forms.CharField(label=_("Outlet (code)"), max_length=40)
    prohibition = forms.ChoiceField(
        label=_("Which red line"), choices=[("", "—"), *Prohibition.choices]
    )
    allegation = forms.CharField(
        label=_("What happened, when, and how it is known"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "No customer's name or number. Whoever is named later reads this text."
        ),
    )


class _Doing(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class NoteForm(_Doing):
    note = forms.CharField(
        label=_("What was asked and found"), max_length=NOTE_LENGTH, widget=_LINES
    )


class NameForm(_Doing):
    employee = StaffNumberField(label=_("Staff number"))
    part = forms.ChoiceField(label=_("Answerable how"), choices=LiablePart.choices)
    note = forms.CharField(
        label=_("Why she is named"), max_length=NOTE_LENGTH, widget=_LINES
    )


class EvidenceForm(forms.Form):
    what = forms.CharField(label=_("What it shows"), max_length=200)
    content = forms.FileField(
        label=_("Picture or PDF, at most 10 MB"),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,application/pdf"}
        ),
    )


class SetAsideForm(_Doing):
    note = forms.CharField(
        label=_("Why there is nothing in it"), max_length=NOTE_LENGTH, widget=_LINES
    )


class AnswerForm(_Doing):
    note = forms.CharField(
        label=_("Your answer"), max_length=NOTE_LENGTH, widget=_LINES
    )


class ProposeForm(_Doing):
    finding = forms.ChoiceField(label=_("Finding"), choices=Finding.choices)
    consequence = forms.ChoiceField(
        label=_("Consequence of a breach"),
        choices=[("", "—"), *Consequence.choices],
        required=False,
    )
    to_court = forms.BooleanField(
        label=_("A crime is suspected: hand it to the judicial authorities"),
        required=False,
    )
    note = forms.CharField(
        label=_("On which evidence"), max_length=NOTE_LENGTH, widget=_LINES
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("finding") == Finding.NO_BREACH:
            # What was chosen for a breach says nothing without one.
            cleaned |= {"consequence": "", "to_court": False}
        return cleaned


class ConfirmForm(_Doing):
    note = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=_LINES,
    )


class SendBackForm(_Doing):
    note = forms.CharField(
        label=_("Why, and what is missing"), max_length=NOTE_LENGTH, widget=_LINES
    )
