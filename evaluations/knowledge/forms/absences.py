"""Who of a week is settled, how, and why."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import Sitting
from evaluations.knowledge.models.sittings import REASON_LENGTH
from evaluations.knowledge.services.absences import ABSENT, MOST_AT_ONCE, POWERS
from staffing.people.models import User


class AbsenceForm(forms.Form):
    """Cleans to the arguments of `settle_absences`, but for `by`."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    sittings = forms.ModelMultipleChoiceField(
        queryset=Sitting.objects.none(),
        to_field_name="uuid",
        error_messages={
            "required": _("Choose somebody first."),
            "invalid_choice": _("Somebody of these cannot be settled by you."),
        },
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)
    excused = forms.TypedChoiceField(
        choices=[("1", _("excused")), ("0", _("not excused"))],
        coerce=lambda chosen: chosen == "1",
    )

    def __init__(self, *args: Any, viewer: User, **more: Any) -> None:
        super().__init__(*args, **more)
        sight = viewer.sight
        theirs = Q(pk__in=())
        for power in POWERS:
            theirs |= sight.outlets(power, "outlet__")
        absences = Sitting.objects.visible_to(viewer).filter(theirs, state__in=ABSENT)
        if sight.employee_id is not None:
            absences = absences.exclude(employee=sight.employee_id)
        self.fields["sittings"].queryset = absences  # type: ignore[attr-defined]

    def clean_sittings(self) -> list[Any]:
        chosen = [sitting.uuid for sitting in self.cleaned_data["sittings"]]
        if len(chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(most)d people at once.") % {"most": MOST_AT_ONCE}
            )
        return chosen

    @property
    def chosen(self) -> set[str]:
        """Return the uuids that were ticked, as the page sent them."""
        return set(map(str, self["sittings"].value() or ()))

    @property
    def faults(self) -> list[str]:
        """Return what is wrong, whichever field it is of."""
        return [str(fault) for faults in self.errors.values() for fault in faults]
