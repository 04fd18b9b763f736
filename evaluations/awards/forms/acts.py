"""Nominating, and one small form for each thing that is done to a nomination."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.awards.acting import Action
from evaluations.awards.models import BallotChoice, Title
from evaluations.awards.models.nominations import WORDS

_LINES = {"rows": 3}


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=WORDS,
        required=required,
        widget=forms.Textarea(attrs=_LINES),
    )


class NominateForm(forms.Form):
    """Whom, why, and where she is beyond the list, why nevertheless.

    Stars are asked for a Star Outlet, for no other title.
    """

    number = forms.CharField(label=_("Staff number"), max_length=40)
    stars = forms.IntegerField(label=_("Stars"), min_value=1, max_value=5)
    reason = _words(_("Reason"))
    exception = _words(_("Why an exception, for somebody beyond the list"))

    def __init__(
        self, *args: Any, title: str, for_outlets: bool, listed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if for_outlets:
            self.fields["number"].label = _("Outlet code")
        if title != Title.STAR_OUTLET:
            del self.fields["stars"]
        self.fields["exception"].required = False
        if listed:
            self.fields["exception"].widget = forms.HiddenInput()


class ActForm(forms.Form):
    """A reason; `button` is the verb on the button, `asks` what the words are for."""

    asks: ClassVar[Any] = _("Reason")
    button: ClassVar[Any] = ""
    needs_words: ClassVar[bool] = True
    tone: ClassVar[str] = ""

    note = _words(_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = self.asks
        if not self.needs_words:
            self.fields["note"].required = False
            self.fields["note"].widget = forms.HiddenInput()


class EditForm(ActForm):
    asks = _("Reason of the nomination")
    button = _("Change the reason")


class SubmitForm(ActForm):
    button = _("Submit to the county")
    needs_words = False
    tone = "primary"


class WithdrawForm(ActForm):
    button = _("Withdraw the nomination")
    needs_words = False


class EndorseForm(ActForm):
    button = _("Approve for the county")
    needs_words = False
    tone = "primary"


class ReturnForm(ActForm):
    asks = _("What is missing")
    button = _("Return it to the outlet")


class RefuseForm(ActForm):
    asks = _("Reason, told to who nominated and to the nominee")
    button = _("Reject for the county")


class VoteForm(ActForm):
    button = _("Vote")
    tone = "primary"

    choice = forms.ChoiceField(
        label=_("Your vote"),
        choices=[one for one in BallotChoice.choices if one[0] != "recused"],
        widget=forms.RadioSelect,
    )
    field_order = ("choice", "note")


class RecuseForm(ActForm):
    asks = _("Why you step back")
    button = _("Step back from this nomination")


class ApproveForm(ActForm):
    asks = _("Reason, told to who nominated and to the nominee")
    button = pgettext_lazy("nomination", "Approve")
    tone = "primary"


class RejectForm(ActForm):
    asks = _("Reason, told to who nominated and to the nominee")
    button = pgettext_lazy("nomination", "Reject")


class DisqualifyForm(ActForm):
    asks = _("Reason; it stays with the award")
    button = _("Disqualify")


FORMS: dict[Action, type[ActForm]] = {
    Action.EDIT: EditForm,
    Action.SUBMIT: SubmitForm,
    Action.WITHDRAW: WithdrawForm,
    Action.ENDORSE: EndorseForm,
    Action.RETURN: ReturnForm,
    Action.REFUSE: RefuseForm,
    Action.VOTE: VoteForm,
    Action.RECUSE: RecuseForm,
    Action.APPROVE: ApproveForm,
    Action.REJECT: RejectForm,
    Action.DISQUALIFY: DisqualifyForm,
}


class SayForm(forms.Form):
    """An objection or an appeal."""

    text = _words(_("What speaks against it"))


class AnswerForm(forms.Form):
    """What becomes of an objection or an appeal, and why."""

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("no", pgettext_lazy("objection", "dismissed")),
            ("yes", pgettext_lazy("objection", "upheld")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    text = _words(_("Reason, told to who objected"))


class LoseForm(forms.Form):
    """Why an award is taken away."""

    reason = forms.CharField(
        label=_("Reason; it stays with the award"),
        max_length=300,
        widget=forms.Textarea(attrs=_LINES),
    )


class SettleForm(forms.Form):
    """Whether a held winner is awarded, and why."""

    awarded = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("awarded")), ("no", _("disqualified"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason; it stays with the award"),
        max_length=300,
        widget=forms.Textarea(attrs=_LINES),
    )
