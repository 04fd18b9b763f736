"""Forms of corrective actions and of reports."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.checks.forms.card import OutletDaysForm
from evaluations.checks.models import ActionState, CorrectiveActionQuerySet
from evaluations.checks.models.actions import TASK_LENGTH
from evaluations.checks.selectors.rates import By
from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee


class ActionForm(forms.Form):
    """What is to be done, by whom and until when."""

    task = forms.CharField(
        label=_("What is to be done"),
        max_length=TASK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Employee.objects.none()
    )
    due_on = forms.DateField(
        label=_("Done by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, outlet: Outlet, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Assignment.objects.on(on).filter(outlet=outlet)
        field = cast("forms.ModelChoiceField[Employee]", self.fields["owner"])
        field.queryset = Employee.objects.filter(pk__in=there.values("employee"))


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("In a few words"),
        max_length=TASK_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ActionsForm(forms.Form):
    """Which actions a list shows."""

    SHOWN = (
        ("unfinished", _("not finished")),
        ("overdue", _("overdue")),
        ("mine", _("mine")),
        ("verify", _("to be verified")),
        ("all", _("all of them")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)

    def narrow(
        self, rows: CorrectiveActionQuerySet, employee_id: int | None, on: date
    ) -> CorrectiveActionQuerySet:
        """Keep what is asked for; what is not finished by default."""
        show = self.cleaned_data["show"] if self.is_valid() else ""
        if show == "all":
            return rows
        if show == "overdue":
            return rows.overdue(on)
        if show == "mine":
            return rows.unfinished().filter(owner=employee_id)
        if show == "verify":
            return rows.filter(state=ActionState.DONE)
        return rows.unfinished()


class RatesForm(OutletDaysForm):
    """Which days and outlets, and what has a row."""

    NAMES = {
        By.ITEM: _("item"),
        By.PERSON: _("person"),
        By.OUTLET: _("outlet"),
        By.REGION: _("region"),
        By.WEEK: _("week"),
    }
    by = forms.ChoiceField(
        label=_("A row for each"), choices=list(NAMES.items()), required=False
    )

    @property
    def dimension(self) -> By:
        return By((self.is_valid() and self.cleaned_data["by"]) or By.ITEM)
