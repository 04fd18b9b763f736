"""What narrows the list, and the form of one result."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import TestResultQuerySet
from evaluations.ledger.periods import Period
from outlets.places.models import CODE_LENGTH
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User


class ResultFilter(forms.Form):
    """An outlet, a month and a test to read."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    month = forms.CharField(
        label=_("Month"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}),
    )
    test = forms.CharField(label=_("Test"), required=False, max_length=CODE_LENGTH)

    def clean_month(self) -> Period | None:
        text = self.cleaned_data["month"]
        if not text:
            return None
        try:
            return Period.parse(text)
        except ValueError as error:
            raise ValidationError(_("Write the month as 2026-10.")) from error

    def narrow(self, rows: TestResultQuerySet) -> TestResultQuerySet:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["outlet"]:
            text = asked["outlet"]
            rows = rows.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
        if asked["month"]:
            month = asked["month"]
            rows = rows.filter(taken_on__range=(month.first, month.last))
        if asked["test"]:
            rows = rows.filter(test__iexact=asked["test"])
        return rows


class ResultForm(forms.Form):
    """Cleans to the arguments of `record_result`, but for `by`."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    employee = forms.ModelChoiceField(
        label=_("Who took the test"), queryset=Employee.objects.none()
    )
    taken_on = forms.DateField(label=_("Taken on"))
    test = forms.RegexField(
        r"^[^\s/|](?:[^/|\x00-\x1f]*[^\s/|])?$",
        label=_("Test"),
        max_length=CODE_LENGTH,
        help_text=_("The code of the test, for example 2026-W43."),
    )
    score = forms.DecimalField(
        label=_("Score"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("0 to 100 points. Absence without leave is 0."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["taken_on"].initial = today
        self.fields["employee"].queryset = colleagues(viewer, today)  # type: ignore[attr-defined]
        self.fields["employee"].label_from_instance = (  # type: ignore[attr-defined]
            lambda person: f"{person.name} · {person.number}"
        )

    def clean_score(self) -> int:
        """Return the score in hundredths."""
        score: Decimal = self.cleaned_data["score"]
        return int(score * 100)


def colleagues(viewer: User, today: date) -> Any:
    """Return the people assigned today where `viewer` records, but not herself."""
    theirs = Assignment.objects.on(today).filter(
        viewer.sight.outlets(Power.RECORD, "outlet__")
    )
    people = Employee.objects.filter(pk__in=theirs.values("employee"))
    if viewer.sight.employee_id is not None:
        people = people.exclude(pk=viewer.sight.employee_id)
    return people.order_by("name", "number")
