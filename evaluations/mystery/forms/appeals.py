"""What narrows the list of appeals, and what is said and decided in one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import AppealGround, AppealStatus, Effect, VisitAppeal
from evaluations.mystery.models.appeals import WORDS_LENGTH
from evaluations.mystery.models.questionnaires import answers_of
from evaluations.mystery.rules.appealing import DECIDED, AppealAction
from evaluations.mystery.services import Decision
from outlets.places.models import CODE_LENGTH

_WORDS = forms.Textarea(attrs={"rows": 4})
_EFFECTS_ON_A_QUESTION = (Effect.ANSWER, Effect.LEAVE_OUT)


class AppealFilter(forms.Form):
    """Which appeals to read; empty: all."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("any")),
            ("undecided", _("waiting for a decision")),
            ("overdue", _("overdue")),
            ("over", _("decided or withdrawn")),
        ],
    )


class AppealForm(forms.Form):
    """Cleans to `ground` and `words` of `appeal_visit`."""

    ground = forms.ChoiceField(label=_("Ground"), choices=AppealGround.choices)
    words = forms.CharField(
        label=_("What happened"),
        max_length=WORDS_LENGTH,
        widget=_WORDS,
        help_text=_(
            "Who decides reads it, and the agency if it is asked: name nobody."
        ),
    )


class _Said(forms.Form):
    words = forms.CharField(
        label=_("In a few words"), max_length=WORDS_LENGTH, widget=_WORDS
    )


class AskForm(forms.Form):
    words = forms.CharField(
        label=_("What the agency is asked"),
        max_length=WORDS_LENGTH,
        widget=_WORDS,
        help_text=_("The agency sees the appeal from then on. Name nobody."),
    )


class WithdrawForm(forms.Form):
    words = forms.CharField(
        label=_("In a few words"),
        max_length=WORDS_LENGTH,
        widget=_WORDS,
        required=False,
    )


class DecideForm(forms.Form):
    """Cleans to a `Decision`; offers what fits the appeal only."""

    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[(one.value, AppealStatus(one).label) for one in DECIDED],
        widget=forms.RadioSelect,
    )
    effect = forms.ChoiceField(label=_("What it does"))
    answer = forms.ChoiceField(label=_("The right answer"), required=False)
    points = forms.DecimalField(
        label=_("The right points"), required=False, min_value=0, decimal_places=2
    )
    employee_number = forms.CharField(
        label=_("Badge number of who served"), required=False, max_length=CODE_LENGTH
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=WORDS_LENGTH,
        widget=_WORDS,
        help_text=_("The outlet, the person judged and the agency read it."),
    )

    def __init__(self, *args: Any, appeal: VisitAppeal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = appeal.question
        self._answered = hasattr(appeal.visit, "report")
        effects = [
            one
            for one in Effect
            if not (one in _EFFECTS_ON_A_QUESTION and question is None)
            and not (one == Effect.POINTS and self._answered)
        ]
        choice = self.fields["effect"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 for mypy
        choice.choices = [(one.value, one.label) for one in effects]
        if Effect.POINTS not in effects:
            del self.fields["points"]
        if question is None:
            del self.fields["answer"]
            return
        options = answers_of(question)
        if options is None:
            self.fields["answer"] = forms.CharField(
                label=_("The right answer"), required=False, max_length=40
            )
            return
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)  # noqa: S101 for mypy
        answer.choices = [("", "–"), *options]

    @property
    def decision(self) -> Decision:
        told = self.cleaned_data
        points = told.get("points")
        return Decision(
            state=told["state"],
            reason=told["reason"],
            effect=told["effect"],
            answer=told.get("answer", ""),
            points=None if points is None else int(points * 100),
            employee_number=told["employee_number"].strip(),
        )


ACT_FORMS: dict[AppealAction, type[forms.Form]] = {
    AppealAction.ASK: AskForm,
    AppealAction.ANSWER: _Said,
    AppealAction.REMARK: _Said,
    AppealAction.WITHDRAW: WithdrawForm,
}


class AttributeForm(forms.Form):
    """Whose visit it is, among who was assigned there on that day."""

    employee = forms.ChoiceField(label=_("Who served the shopper"), required=False)
    words = forms.CharField(
        label=_("How it was found out"), required=False, max_length=WORDS_LENGTH
    )

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["employee"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 for mypy
        choice.choices = [("", _("nobody in particular: the outlet")), *people]


class SendBackForm(forms.Form):
    words = forms.CharField(
        label=_("What the agency has to mend"),
        max_length=WORDS_LENGTH,
        widget=_WORDS,
        help_text=_("Name nobody: the agency works without knowing the staff."),
    )
