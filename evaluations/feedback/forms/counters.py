"""Adding a counter, and what is done to one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import Counter
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power
from staffing.accounts.models import Device
from staffing.accounts.models.devices import DeviceState
from staffing.people.models import Assignment, Employee, User


class CounterForm(forms.Form):
    outlet = forms.ModelChoiceField(
        label=_("Outlet"), queryset=Outlet.objects.none(), to_field_name="code"
    )
    name = forms.CharField(
        label=_("Counter"),
        max_length=CODE_LENGTH,
        help_text=_("As it is called at the ticket desk, such as 3."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Outlet.objects.visible_to(viewer, Power.RECORD).order_by("code")
        self.fields["outlet"].queryset = theirs  # type: ignore[attr-defined]
        first = list(theirs[:2])
        if len(first) == 1:
            self.fields["outlet"].initial = first[0].code


class TabletForm(forms.Form):
    device = forms.ModelChoiceField(
        label=_("Tablet that asks here"),
        queryset=Device.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("none"),
    )

    def __init__(self, *args: Any, counter: Counter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tablets = Device.objects.filter(outlet=counter.outlet)
        self.fields["device"].queryset = tablets.in_state(  # type: ignore[attr-defined]
            DeviceState.IN_USE
        )
        self.fields["device"].initial = counter.device and counter.device.uuid


class SeatForm(forms.Form):
    employee = forms.ModelChoiceField(
        label=_("At the counter now"),
        queryset=Employee.objects.none(),
        to_field_name="number",
        required=False,
        empty_label=_("nobody"),
        help_text=_(
            "Named in a mark where no ticket tells who served. Nobody seats herself."
        ),
    )

    def __init__(
        self, *args: Any, counter: Counter, viewer: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        here = Assignment.objects.on(timezone.localdate()).filter(outlet=counter.outlet)
        people = Employee.objects.filter(pk__in=here.values("employee"))
        if viewer.sight.employee_id is not None:
            people = people.exclude(pk=viewer.sight.employee_id)
        field: Any = self.fields["employee"]
        field.queryset = people.order_by("name", "number")
        field.label_from_instance = lambda one: f"{one.name} · {one.number}"
        sitting = counter.stints.filter(ends_at=None).select_related("employee").first()
        field.initial = sitting and sitting.employee.number


class EndForm(forms.Form):
    """Takes the counter out of use; its button is all there is."""
