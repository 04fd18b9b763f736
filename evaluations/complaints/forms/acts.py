"""One small form for each thing that can be done to a case."""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.acting import Action
from evaluations.complaints.forms.intake import StaffNumberField
from evaluations.complaints.models import Verdict
from evaluations.complaints.models.events import NOTE_LENGTH
from outlets.places.models import Region

_LINES = forms.Textarea(attrs={"rows": 2})
MOST_COMPENSATION = Decimal("99999.99")


class ActForm(forms.Form):
    """A note, and the key that lets a form be sent twice.

    `asks` names what the note is for; `button` is the verb on the button.
    """

    asks: ClassVar[Any] = _("In a few words")
    button: ClassVar[Any] = _("Save")
    note_required: ClassVar[bool] = True

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    note = forms.CharField(max_length=NOTE_LENGTH, widget=_LINES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = self.asks
        self.fields["note"].required = self.note_required
        if not self.note_required:
            self.fields["note"].widget.attrs.pop("required", None)
        # The note comes last, after what it is about.
        self.order_fields([name for name in self.fields if name != "note"] + ["note"])


class ReplyForm(ActForm):
    asks = _("What was replied to the customer, and how she took it")
    button = _("Record the reply")


class NoteForm(ActForm):
    asks = _("What was done: the customer's points, solutions offered, the result")
    button = _("Record what was done")


class OfferForm(ActForm):
    asks = _("What the task is")
    button = _("Ask to take it over")

    person = StaffNumberField(label=_("A person (staff number)"), required=False)
    unit = forms.CharField(
        label=_("or a unit above the outlet (region code)"),
        required=False,
        max_length=40,
    )

    def clean_unit(self) -> Region | None:
        code = self.cleaned_data["unit"].strip()
        if not code:
            return None
        found = Region.objects.filter(code=code).first()
        if found is None:
            raise ValidationError(
                _("There is no region “%(code)s”."), params={"code": code}
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned["person"]) == bool(cleaned["unit"]):
            raise ValidationError(_("Name either a person or a unit."))
        return cleaned


class AcceptForm(ActForm):
    button = _("Take it over")
    note_required = False


class DeclineForm(ActForm):
    asks = _("Why not, and who could")
    button = _("Decline")


class WithdrawForm(ActForm):
    button = _("Take the request back")
    note_required = False


class GiveBackForm(ActForm):
    asks = _("What was done so far, and what is left")
    button = _("Give it back")


class PauseForm(ActForm):
    asks = _("What it waits for, such as papers from the customer")
    button = _("Pause the clock")


class ResumeForm(ActForm):
    button = _("Go on")
    note_required = False


class CloseForm(ActForm):
    asks = _("What was done, and what prevents it from now on")
    button = _("Close the case")


class ReopenForm(ActForm):
    asks = _("Why it is not settled")
    button = _("Reopen")


class CompensateForm(ActForm):
    asks = _("For what, and how it is paid")
    button = _("Record the compensation")

    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        min_value=Decimal("0.01"),
        max_value=MOST_COMPENSATION,
        decimal_places=2,
    )

    def clean_amount(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class RateForm(ActForm):
    asks = _("What she says")
    button = _("Record her mark")
    note_required = False

    mark = forms.TypedChoiceField(
        label=_("How satisfied the customer is with the handling"),
        coerce=int,
        choices=[
            (5, _("5 · very satisfied")),
            (4, _("4 · satisfied")),
            (3, _("3 · so so")),
            (2, _("2 · dissatisfied")),
            (1, _("1 · very dissatisfied")),
        ],
    )


class RoomForm(ActForm):
    asks = _("How it went")
    button = _("Log the reception room")

    person = StaffNumberField(label=_("The one handler (staff number)"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=600)


class NameForm(ActForm):
    asks = _("How it is known")
    button = _("Name the person")

    person = StaffNumberField(label=_("Person concerned (staff number)"))


class AnswerForm(ActForm):
    asks = _("How you saw it")
    button = _("Send my answer")


class JudgeForm(ActForm):
    asks = _("Evidence for the verdict")
    button = _("Give the verdict")

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices)
    answer = forms.CharField(
        label=_("What the person concerned says"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("May stay empty if she has answered here herself."),
        widget=_LINES,
    )


FORMS: dict[Action, type[ActForm]] = {
    Action.REPLY: ReplyForm,
    Action.NOTE: NoteForm,
    Action.ROOM: RoomForm,
    Action.OFFER: OfferForm,
    Action.ACCEPT: AcceptForm,
    Action.DECLINE: DeclineForm,
    Action.WITHDRAW: WithdrawForm,
    Action.GIVE_BACK: GiveBackForm,
    Action.PAUSE: PauseForm,
    Action.RESUME: ResumeForm,
    Action.CLOSE: CloseForm,
    Action.REOPEN: ReopenForm,
    Action.COMPENSATE: CompensateForm,
    Action.RATE: RateForm,
    Action.NAME: NameForm,
    Action.ANSWER: AnswerForm,
    Action.JUDGE: JudgeForm,
}
