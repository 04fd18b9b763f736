"""Why somebody's data is handed out or erased, and how long records are kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staffing.people.personal.keeping import MOST_MONTHS, RuleInForce
from staffing.people.personal.models import REASON_LENGTH, Action


class ReasonForm(forms.Form):
    """The reason that stays on record."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays on record. Leave names out of it."),
    )


class RuleForm(forms.Form):
    """Months and action of one kind; cleans to the service's arguments."""

    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=MOST_MONTHS)
    action = forms.ChoiceField(label=_("What happens then"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    def __init__(self, *args: Any, rule: RuleInForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, Action(one).label) for one in rule.kind.actions]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]
        self.initial.update(months=rule.months, action=rule.action)
