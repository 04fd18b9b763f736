"""What is written down after a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import Outcome
from evaluations.feedback.models.calls import WORDS_LENGTH
from evaluations.feedback.services.cases import REASONS, SUBJECTS

MARKS = [
    (5, _("5 – very satisfied")),
    (4, _("4 – satisfied")),
    (3, _("3 – neither")),
    (2, _("2 – dissatisfied")),
    (1, _("1 – very dissatisfied")),
]


class AttemptForm(forms.Form):
    """Cleans to the arguments of `record_attempt` that the caller gives."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("How it went"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    mark = forms.TypedChoiceField(
        label=_("The customer's mark"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=MARKS,
        widget=forms.RadioSelect,
    )
    matter = forms.CharField(
        label=_("Matter raised"),
        help_text=_("Without names of customers and without numbers."),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    follow_up = forms.CharField(
        label=_("What is done about it"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.ChoiceField(
        label=_("Reason, where a complaint is opened"),
        required=False,
        choices=[("", "–"), *REASONS],
    )
    subject = forms.ChoiceField(
        label=_("Scope, where a complaint is opened"),
        required=False,
        choices=[("", "–"), *SUBJECTS],
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if asked.get("outcome") != Outcome.REACHED:
            # Nobody was reached: what else stands there was left from before.
            asked.update(mark=None, matter="", follow_up="", reason="", subject="")
        return asked
