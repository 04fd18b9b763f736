"""What narrows the list, and the form of one visit."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.forms import OutletMonthFilter, Rows
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power
from staffing.people.models import Agency, Employee, User


class VisitFilter(OutletMonthFilter):
    """An outlet and a month to read, and for who handles visits their state."""

    day_field = "date"

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("any")),
            ("unreleased", _("not released")),
            ("released", _("released")),
        ],
    )

    def __init__(self, *args: Any, handles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not handles:
            del self.fields["state"]

    def narrow(self, rows: Rows) -> Rows:
        """Keep what the form asks for; a form with errors keeps nothing."""
        rows = super().narrow(rows)
        state = self.cleaned_data.get("state") if self.is_valid() else ""
        return rows.filter(released_at__isnull=state == "unreleased") if state else rows


class VisitForm(forms.Form):
    """Cleans to the arguments of `enter_visit`, but for `by`.

    Who enters for an agency names any outlet, since shoppers are sent everywhere, and
    is never told whether a badge number is somebody's.
    """

    visit_no = forms.RegexField(
        r"^[^\s/|](?:[^/|\x00-\x1f]*[^\s/|])?$",
        label=_("Visit number"),
        max_length=CODE_LENGTH,
    )
    outlet = forms.CharField(
        label=_("Outlet code"),
        max_length=CODE_LENGTH,
        help_text=_("As in the registry."),
    )
    employee = forms.CharField(
        label=_("Badge number"),
        required=False,
        max_length=CODE_LENGTH,
        help_text=_("Empty if no badge was readable: the visit counts for the outlet."),
    )
    date = forms.DateField(label=_("Date"))
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        required=False,
        to_field_name="code",
    )
    points = forms.DecimalField(
        label=_("Points"), min_value=0, max_value=1_000_000, decimal_places=2
    )
    out_of = forms.DecimalField(
        label=_("Out of"),
        min_value=Decimal("0.01"),
        max_value=1_000_000,
        decimal_places=2,
        initial=100,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The outlet reads it after release: name no shopper."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        self._outside = not viewer.sight.may(Power.ENTER_VISITS)
        self.fields["date"].initial = timezone.localdate()
        agencies = Agency.objects.visible_to(viewer).filter(active=True)
        choice = self.fields["agency"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 for mypy
        choice.queryset = agencies
        if self._outside:
            choice.required, choice.initial = True, agencies.first()
            choice.empty_label = None

    def clean_outlet(self) -> Outlet:
        outlets = (
            Outlet.objects.all()
            if self._outside
            else Outlet.objects.visible_to(self._viewer, Power.ENTER_VISITS)
        )
        outlet = outlets.filter(code=self.cleaned_data["outlet"]).first()
        if outlet is None:
            raise ValidationError(_("There is no outlet with this code."))
        return outlet

    def clean_employee(self) -> Employee | None:
        number = self.cleaned_data["employee"]
        if not number:
            return None
        if self._outside:
            return Employee.objects.filter(number=number).first()
        people = Employee.objects.visible_to(self._viewer)
        employee = people.filter(number=number).first()
        if employee is None:
            raise ValidationError(_("Nobody wears this number."))
        return employee

    def clean_points(self) -> int:
        """Return the points in hundredths."""
        return int(self.cleaned_data["points"] * 100)

    def clean_out_of(self) -> int:
        """Return the best possible points in hundredths."""
        return int(self.cleaned_data["out_of"] * 100)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned["badge"] = self.data.get("employee", "").strip()[:CODE_LENGTH]
        points, out_of = cleaned.get("points"), cleaned.get("out_of")
        if points is not None and out_of is not None and points > out_of:
            self.add_error("points", _("More points than could be had."))
        return cleaned
