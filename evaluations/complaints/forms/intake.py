"""The form in which whoever meets the customer logs what she says."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import Contact, IntakeChannel, Reason, Subject
from evaluations.complaints.models.handling import CUSTOMER_LENGTH
from outlets.places.models import Outlet
from staffing.people.models import Employee

SUMMARY_LENGTH = 2000


class StaffNumberField(forms.CharField):
    """A staff number that somebody has; empty: None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Employee | None:
        number = super().clean(value)
        if not number:
            return None
        found = Employee.objects.filter(number=number, erased_at=None).first()
        if found is None:
            raise ValidationError(
                _("Nobody has the staff number “%(number)s”. Check the badge."),
                params={"number": number},
            )
        return found


class IntakeForm(forms.Form):
    """Cleans to what `log_case` takes."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    outlet = forms.CharField(label=_("Outlet (code)"), max_length=40)
    contact = forms.ChoiceField(
        label=_("What the customer came with"), choices=Contact.choices
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Reason.choices])
    subject = forms.ChoiceField(label=_("Scope"), choices=[("", "—"), *Subject.choices])
    channel = forms.ChoiceField(
        label=_("How it came in"), choices=IntakeChannel.choices
    )
    received_at = forms.CharField(
        label=_("Received (outlet time)"),
        required=False,
        max_length=25,
        help_text=_("Leave it empty for now. The clocks run from here."),
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    summary = forms.CharField(
        label=_("What the customer says"),
        max_length=SUMMARY_LENGTH,
        help_text=_("No identity number, no full phone number, no address."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    person = StaffNumberField(
        label=_("Person concerned (staff number)"),
        required=False,
        help_text=_("Leave it empty if nobody is meant, or nobody knows who."),
    )
    customer = forms.CharField(
        label=_("How to address the customer"),
        required=False,
        max_length=CUSTOMER_LENGTH,
        help_text=_("Such as “Ms Li”: no more is needed to reply."),
    )
    phone_tail = forms.CharField(
        label=_("Last four digits of the phone"),
        required=False,
        max_length=4,
        validators=[RegexValidator(r"^[0-9]{4}$", _("Write exactly four digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "pattern": "[0-9]{4}"}),
    )

    def __init__(self, *args: Any, outlets: QuerySet[Outlet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._outlets = outlets

    def clean_outlet(self) -> Outlet:
        code = self.cleaned_data["outlet"].strip()
        outlet = self._outlets.filter(code=code).first()
        if outlet is None:
            raise ValidationError(
                _("You cannot log a case at an outlet “%(code)s”."),
                params={"code": code},
            )
        return outlet

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outlet, text = cleaned.get("outlet"), cleaned.get("received_at", "")
        cleaned["received_at"] = None
        if text and outlet is not None:
            cleaned["received_at"] = self._moment(text, outlet)
        return cleaned

    def _moment(self, text: str, outlet: Outlet) -> datetime | None:
        try:
            wall = datetime.fromisoformat(text)
            moment = wall.replace(tzinfo=outlet.zone)
            # Near the ends of the calendar an instant may not exist in UTC.
            moment - timedelta(days=2)
            moment + timedelta(days=2)
        except (ValueError, OverflowError):
            self.add_error(
                "received_at", _("Write the moment as 2026-10-12 14:30, outlet time.")
            )
            return None
        return moment
