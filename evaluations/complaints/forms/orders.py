"""Forms of supervision orders and of the monthly meeting."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import Case
from evaluations.complaints.models.events import NOTE_LENGTH
from evaluations.complaints.models.orders import SUBJECT_LENGTH
from evaluations.complaints.order_acting import OrderAction
from evaluations.ledger.fields import MonthField
from outlets.places.models import Outlet, Region
from staffing.people.models import User

_LINES = forms.Textarea(attrs={"rows": 3})
_DAY = {"type": "date"}
MOST_CASES = 20


class OrderForm(forms.Form):
    """Cleans to what `issue_order` takes; what is named lies within `viewer`'s sight.

    The unit is looked for among outlets first, then among regions.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    unit = forms.CharField(
        label=_("Responsible unit (code of an outlet or a region)"), max_length=40
    )
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    words = forms.CharField(
        label=_("What has to be put right, and how it will be checked"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    cases = forms.CharField(
        label=_("Cases behind it (numbers, separated by spaces)"),
        required=False,
        max_length=1000,
    )
    due_on = forms.DateField(
        label=_("To be done by"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_cases(self) -> list[Case]:
        numbers = list(dict.fromkeys(self.cleaned_data["cases"].split()))
        if len(numbers) > MOST_CASES:
            raise ValidationError(
                _("Name at most %(most)d cases."), params={"most": MOST_CASES}
            )
        cases = Case.objects.visible_to(self.viewer).select_related("outlet__region")
        found = {case.case_no: case for case in cases.filter(case_no__in=numbers)}
        for number in numbers:
            if number not in found:
                raise ValidationError(
                    _("There is no case “%(number)s”."), params={"number": number}
                )
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = cleaned.pop("unit", "").strip()
        if not code:
            return cleaned
        outlets = Outlet.objects.visible_to(self.viewer).select_related("region")
        regions = Region.objects.visible_to(self.viewer)
        cleaned["outlet"] = outlets.filter(code=code).first()
        cleaned["region"] = None
        if cleaned["outlet"] is None:
            cleaned["region"] = regions.filter(code=code).first()
            if cleaned["region"] is None:
                self.add_error("unit", _("There is no unit with this code."))
        return cleaned


class _OrderAct(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class _Said(_OrderAct):
    note = forms.CharField(
        label=_("In a few words"), max_length=NOTE_LENGTH, widget=_LINES
    )


class StartForm(_OrderAct):
    note = forms.CharField(
        label=_("In a few words"),
        max_length=NOTE_LENGTH,
        widget=_LINES,
        required=False,
    )


class ReportForm(_OrderAct):
    note = forms.CharField(
        label=_("What was put right, and what keeps it so"),
        max_length=NOTE_LENGTH,
        widget=_LINES,
    )


class VerifyForm(_OrderAct):
    note = forms.CharField(
        label=_("How it was checked"), max_length=NOTE_LENGTH, widget=_LINES
    )


class _Dated(_Said):
    due_on = forms.DateField(
        label=_("To be done by (new day)"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )


class ReopenForm(_Dated):
    pass


class ExtendForm(_Dated):
    pass


ORDER_FORMS: dict[OrderAction, type[forms.Form]] = {
    OrderAction.START: StartForm,
    OrderAction.REPORT: ReportForm,
    OrderAction.VERIFY: VerifyForm,
    OrderAction.REOPEN: ReopenForm,
    OrderAction.EXTEND: ExtendForm,
    OrderAction.REMARK: _Said,
}


class HoldForm(forms.Form):
    minutes = forms.CharField(
        label=_("Minutes: who chaired it, and what was decided"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class MeetingFilter(forms.Form):
    """A region and a month to look at."""

    region = forms.CharField(label=_("Region (code)"), max_length=40)
    month = MonthField(label=_("Month"))
