"""A suggestion, and one small form for each thing that is done to it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.growth.models import ProjectState
from evaluations.growth.models.projects import WORDS
from evaluations.growth.rules.projects import Action
from evaluations.ledger.fields import MonthField
from outlets.places.models import Outlet


def _lines(label: Any, rows: int = 4, **given: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=given.pop("max_length", WORDS),
        widget=forms.Textarea(attrs={"rows": rows}),
        **given,
    )


class WordsForm(forms.Form):
    """The author's words."""

    title = forms.CharField(label=_("In one line"), max_length=100)
    problem = _lines(
        _("The problem"),
        help_text=_("What customers or colleagues meet at the moment."),
    )
    idea = _lines(_("Your idea"), help_text=_("What you would do, or have tried."))
    evidence = _lines(
        _("What speaks for it"),
        required=False,
        help_text=_("Figures, what customers said. No customer's name or number."),
    )

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WordsForm.base_fields}


class SuggestForm(WordsForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    outlet = forms.ChoiceField(label=_("Outlet"))
    field_order = ("key", "outlet", *WordsForm.base_fields)

    def __init__(self, *args: Any, outlets: Sequence[Outlet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outlet"]
        field.choices = [(one.code, f"{one.name} ({one.code})") for one in outlets]
        if len(outlets) == 1:
            field.widget = forms.HiddenInput()
            field.initial = outlets[0].code


class ProjectFilter(forms.Form):
    """What narrows the list of projects."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("projects", "all")), *ProjectState.choices],
    )
    waiting = forms.BooleanField(
        label=_("Only those that wait for this month's score"), required=False
    )


class ActForm(forms.Form):
    """One thing to do; `button` is the verb on it, `tone` how strong it looks."""

    button: ClassVar[Any] = ""
    tone: ClassVar[str] = ""
    explains: ClassVar[Any] = ""


class EditForm(ActForm, WordsForm):
    button = _("Change the words")


class AttachForm(ActForm):
    button = _("Add a file")

    what = forms.CharField(
        label=pgettext_lazy("project", "What it shows"), max_length=200
    )
    content = forms.FileField(
        label=_("Picture or PDF, at most 10 MB"),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,application/pdf"}
        ),
    )


class WithdrawForm(ActForm):
    button = _("Withdraw the suggestion")


def _month() -> MonthField:
    return MonthField(label=_("Month"))


class ScoreForm(ActForm):
    button = _("Give the score")
    tone = "primary"

    month = _month()
    score = forms.DecimalField(
        label=_("Score, 0 to 10"),
        min_value=Decimal(0),
        max_value=Decimal(10),
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )
    comment = _lines(_("Comment for the author"), 3, max_length=500)


class CorrectForm(ScoreForm):
    button = _("Correct a score")
    tone = ""

    reason = _lines(_("Why it is corrected"), 2, max_length=300)


class RewardForm(ActForm):
    button = _("Reward it")
    tone = "primary"
    explains = _("Learning points for the author, who reads your words beside them.")

    points = forms.IntegerField(
        label=pgettext_lazy("award", "Points"), min_value=1, initial=20
    )
    note = _lines(_("What it is rewarded for"), 2, max_length=100)


class PromoteForm(ActForm):
    button = _("Promote it")
    tone = "primary"
    explains = _("Everybody who works here can read it then, and it is scored no more.")

    note = _lines(_("What others can take from it"), 2, max_length=500, required=False)


class DeclineForm(ActForm):
    button = _("Decline it")

    note = _lines(_("Why, so that the author can learn from it"), 2, max_length=500)


FORMS: dict[Action, type[ActForm]] = {
    Action.EDIT: EditForm,
    Action.ATTACH: AttachForm,
    Action.WITHDRAW: WithdrawForm,
    Action.SCORE: ScoreForm,
    Action.CORRECT: CorrectForm,
    Action.REWARD: RewardForm,
    Action.PROMOTE: PromoteForm,
    Action.DECLINE: DeclineForm,
}
