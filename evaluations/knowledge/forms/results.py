"""What narrows the list, and the form of one result."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.forms import OutletMonthFilter, Rows
from outlets.places.models import CODE_LENGTH
from staffing.people.models import Employee, User
from staffing.people.selectors import colleagues


class ResultFilter(OutletMonthFilter):
    """An outlet, a month and a test to read."""

    day_field = "taken_on"

    test = forms.CharField(label=_("Test"), required=False, max_length=CODE_LENGTH)

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if test := self.is_valid() and self.cleaned_data["test"]:
            rows = rows.filter(test__iexact=test)
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
