"""What the card and the pages of a check send."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.checks.models import NOTE_LENGTH
from evaluations.checks.models.away import AwayReason
from evaluations.checks.rules import Mark
from outlets.places.models import Area


class MarksForm(forms.Form):
    """The marks of one check: `failed` boxes, and `other` as `code:mark`.

    `cleaned_data["marks"]` maps item codes to marks; whether they exist is not known
    here.
    """

    note = forms.CharField(required=False, max_length=NOTE_LENGTH)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"), required=False, max_length=300
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        data: Any = self.data
        marks = dict.fromkeys(data.getlist("failed"), Mark.FAILED)
        for pair in filter(None, data.getlist("other")):
            code, _colon, mark = pair.rpartition(":")
            if mark not in (Mark.NOT_APPLICABLE, Mark.NOT_OBSERVED):
                raise forms.ValidationError(_("This form cannot be read. Reload it."))
            if code in marks:
                raise forms.ValidationError(
                    _("%(code)s is marked twice: as failed and as not judged."),
                    params={"code": code},
                )
            marks[code] = Mark(mark)
        return cleaned | {"marks": marks}

    @property
    def message(self) -> str:
        """What is wrong with the form, in one sentence."""
        return " ".join(str(e) for errors in self.errors.values() for e in errors)


class RecordForm(MarksForm):
    """One tap on the card: which card, and what makes the tap safe to repeat."""

    uuid = forms.UUIDField()
    outlet = forms.CharField()
    employee = forms.IntegerField(required=False)
    on = forms.DateField(input_formats=["%Y-%m-%d"])
    version = forms.IntegerField()
    slot = forms.CharField()

    @property
    def names_a_card(self) -> bool:
        """Tell whether the fields that a person never sees are whole."""
        return not self.errors.keys() - {"__all__", "note", "reason"}


class DaysForm(forms.Form):
    """Which days a list shows."""

    first = forms.DateField(label=gettext_lazy("From"), required=False)
    last = forms.DateField(label=gettext_lazy("To"), required=False)

    @classmethod
    def asked(
        cls, given: Mapping[str, Any], *, first: date, last: date
    ) -> tuple[Self, date, date]:
        """Return the form, and the days it asks for; `first` to `last` by default."""
        form = cls({"first": f"{first:%F}", "last": f"{last:%F}"} | dict(given))
        if form.is_valid():
            last = form.cleaned_data["last"] or last
            first = form.cleaned_data["first"] or min(first, last)
        return form, first, last


class OutletDaysForm(DaysForm):
    """Which days, and of which outlets."""

    outlet = forms.CharField(
        label=gettext_lazy("Outlet"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("code or name"), "type": "search"}
        ),
    )

    @property
    def words(self) -> str:
        """A part of the outlet's code or name; "" for all."""
        return self.cleaned_data["outlet"] if self.is_valid() else ""


class AwayForm(forms.Form):
    """Who is not here today, and why."""

    outlet = forms.CharField()
    employee = forms.IntegerField()
    reason = forms.ChoiceField(choices=AwayReason.choices)
    standard = forms.CharField(required=False, max_length=40)


class AreaForm(forms.Form):
    """Who answers for an area from now on; `employee` None: the manager on duty."""

    outlet = forms.CharField()
    area = forms.ChoiceField(choices=Area.choices)
    employee = forms.IntegerField(required=False)
    standard = forms.CharField(required=False, max_length=40)


QUEUE_KIND = "starhall-queue"
QUEUE_MOST_RECORDS = 5_000
QUEUE_MOST_BYTES = 64 * 1024**2


class QueueFileForm(forms.Form):
    """A queue as a tablet saved it; `cleaned_data["file"]` is its content."""

    file = forms.FileField(
        label=gettext_lazy("File that the tablet saved"),
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
    )

    def clean_file(self) -> dict[str, Any]:
        given = self.cleaned_data["file"]
        if given.size > QUEUE_MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(most)s MB: it is no queue of a tablet."),
                params={"most": QUEUE_MOST_BYTES // 1024**2},
            )
        try:
            content = json.loads(given.read())
        except (ValueError, RecursionError):
            content = None
        if (
            not isinstance(content, dict)
            or content.get("kind") != QUEUE_KIND
            or not isinstance(content.get("checks"), list)
            or not all(isinstance(one, dict) for one in content["checks"])
            or len(content["checks"]) > QUEUE_MOST_RECORDS
        ):
            raise forms.ValidationError(
                _("This is no queue that a tablet saved. Choose the file it wrote.")
            )
        return content
