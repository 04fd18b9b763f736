"""What narrows the list of people, and what changes one person."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Region
from outlets.places.sight import Viewer
from staffing.people.forms.fields import CODE, DayField, OutletField
from staffing.people.models import Assignment, Contract, Employee, Gender, Post

EMPTY = ("", "–")
WORKING, UNASSIGNED, LEFT, ALL = "", "unassigned", "left", "all"


class PeopleFilter(forms.Form):
    """A number or name, a place, a post, a state; nothing asked: who works here."""

    q = forms.CharField(
        label=_("Number or name"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=200)
    region = forms.CharField(
        label=_("Region code"), required=False, max_length=CODE_LENGTH
    )
    post = forms.ChoiceField(
        label=_("Post"), required=False, choices=[("", _("all posts")), *Post.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (WORKING, _("working")),
            (UNASSIGNED, _("without an outlet")),
            (LEFT, _("left")),
            (ALL, _("all people")),
        ],
    )

    def narrow(self, people: QuerySet[Employee], viewer: Viewer) -> QuerySet[Employee]:
        """Keep what the form asks for; a form with errors keeps nobody."""
        if not self.is_valid():
            return people.none()
        asked = self.cleaned_data
        today = timezone.localdate()
        if text := asked["q"]:
            # Numbers have digits and names have none: one index each, never both.
            people = (
                people.filter(number__startswith=text)
                if any(letter.isdigit() for letter in text)
                else people.filter(name__icontains=text)
            )
        if asked["post"]:
            people = people.filter(post=asked["post"])
        current = Assignment.objects.visible_to(viewer).on(today)
        if text := asked["outlet"]:
            there = current.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
            people = people.filter(pk__in=there.values("employee"))
        if code := asked["region"]:
            region = Region.objects.visible_to(viewer).filter(code__iexact=code).first()
            if region is None:
                return people.none()
            there = current.filter(outlet__region__path__startswith=region.path)
            people = people.filter(pk__in=there.values("employee"))
        return self._of_state(people, current)

    def _of_state(
        self, people: QuerySet[Employee], current: QuerySet[Assignment]
    ) -> QuerySet[Employee]:
        state, today = self.cleaned_data["state"], timezone.localdate()
        left = Q(left_on__lt=today)
        if state == ALL:
            return people
        if state == LEFT:
            return people.filter(left)
        people = people.exclude(left)
        if state == UNASSIGNED:
            people = people.exclude(pk__in=current.values("employee"))
        return people


class EmployeeForm(forms.Form):
    """Cleans to the arguments of `change_employee`, but for `number` and `by`."""

    name = forms.CharField(label=_("Name"), max_length=120)
    post = forms.ChoiceField(
        label=_("Post"),
        choices=Post.choices,
        help_text=_("Store managers and supervisors see the records of their outlet."),
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[EMPTY, *Gender.choices],
        help_text=_("The grooming standard differs for women and men."),
    )
    contract = forms.ChoiceField(
        label=_("Contract"), required=False, choices=[EMPTY, *Contract.choices]
    )
    hired_on = DayField(label=_("First day"), required=False)
    left_on = DayField(
        label=_("Last day worked"),
        required=False,
        help_text=_("From the next day on, nothing is shown to this person any more."),
    )


class NewEmployeeForm(EmployeeForm):
    """Cleans to the arguments of `add_employee`, but for `by`."""

    number = forms.RegexField(
        CODE,
        label=_("Number"),
        max_length=CODE_LENGTH,
        help_text=_("As on the badge. It never changes."),
    )
    outlet = OutletField(required=False)
    starts_on = DayField(label=_("There from"), required=False)
    left_on = None  # type: ignore[assignment]  # Django's way to drop a field

    field_order = ["number", "name", "post", "outlet", "starts_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("outlet") and not cleaned.get("starts_on"):
            cleaned["starts_on"] = cleaned.get("hired_on") or timezone.localdate()
        return cleaned


class TransferForm(forms.Form):
    """Cleans to the arguments of `transfer`, but for `number` and `by`."""

    outlet = OutletField(label=_("Code of the new outlet"))
    on = DayField(label=_("First day there"))


class AssignForm(forms.Form):
    """Cleans to the arguments of `assign`, but for `number` and `by`."""

    outlet = OutletField()
    starts_on = DayField(label=_("First day there"))
    ends_on = DayField(label=_("Last day there"), required=False)


class EndAssignmentForm(forms.Form):
    """Cleans to the last day of `end_assignment`."""

    ends_on = DayField(label=_("Last day there"))
