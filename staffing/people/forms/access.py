"""Who can sign in, and who may do what."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH
from staffing.people.forms.fields import CODE, DayField, OutletField, RegionField
from staffing.people.models import Agency, Employee, User
from staffing.people.roles import GRANTABLE, Role


class UserFilter(forms.Form):
    """A name or number, and whether she may sign in; nothing asked: who may.

    "first": who has not yet replaced the password that an administrator made.
    """

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("may sign in")),
            ("first", _("first password")),
            ("stopped", _("stopped")),
            ("all", _("all accounts")),
        ],
    )

    def narrow(self, users: QuerySet[User]) -> QuerySet[User]:
        if not self.is_valid():
            return users.none()
        if text := self.cleaned_data["q"]:
            users = users.filter(
                Q(username__icontains=text)
                | Q(first_name__icontains=text)
                | Q(last_name__icontains=text)
                | Q(employee__name__icontains=text)
                | Q(employee__number__startswith=text)
            )
        state = self.cleaned_data["state"]
        if state == "first":
            return users.filter(is_active=True, must_change_password=True)
        return users if state == "all" else users.filter(is_active=not state)


class NewUserForm(forms.Form):
    """Cleans to the arguments of `create_user`, but for `by`."""

    employee = forms.CharField(
        label=_("Badge number"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("Of a member of the staff; empty for a person of the office."),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        help_text=_("Of a person of the office; the staff are called as on record."),
    )
    username = forms.CharField(
        label=_("Signs in as"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters, digits and . _ - + @"),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)

    def clean_employee(self) -> Employee | None:
        number = self.cleaned_data["employee"]
        if not number:
            return None
        employee = Employee.objects.filter(number=number).first()
        if employee is None:
            raise ValidationError(_("Nobody wears this number."))
        return employee

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "employee" in cleaned and not (cleaned["employee"] or cleaned.get("name")):
            self.add_error("name", _("Give a badge number or a name."))
        return cleaned


class GrantForm(forms.Form):
    """Cleans to the arguments of `give_role`, but for `user` and `by`."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in GRANTABLE]
    )
    region = RegionField(
        required=False, help_text=_("For it and every place below it.")
    )
    outlet = OutletField(required=False)
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        required=False,
        to_field_name="code",
        empty_label="–",
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until it is ended.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(active=True)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class EndGrantForm(forms.Form):
    """Cleans to the arguments of `end_role`, but for `grant` and `by`."""

    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: ended at once.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class NewAgencyForm(forms.Form):
    """Cleans to the arguments of `add_agency`, but for `by`."""

    code = forms.RegexField(
        CODE,
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_("Short, for addresses and files. It never changes."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)


class AgencyForm(forms.Form):
    """Cleans to the arguments of `change_agency`, but for `code` and `by`."""

    name = forms.CharField(label=_("Name"), max_length=120)
    active = forms.BooleanField(
        label=_("We work with this agency"),
        required=False,
        help_text=_("Otherwise nothing is shown to its people any more."),
    )


class NoForm(forms.Form):
    """A question to which the button is the answer."""
