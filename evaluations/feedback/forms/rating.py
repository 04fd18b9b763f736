"""What a customer says on her own phone."""

from django import forms
from django.utils.translation import gettext_lazy as _

COMMENT_LENGTH = 300


class RatingForm(forms.Form):
    key = forms.UUIDField()
    score = forms.TypedChoiceField(
        coerce=int,
        choices=[(n, n) for n in range(1, 6)],
        error_messages={
            "required": _("Tap one of the faces, then send."),
            "invalid_choice": _("Tap one of the faces, then send."),
        },
    )
    comment = forms.CharField(
        label=_("Would you like to add anything?"),
        help_text=_("Please leave out names and phone numbers."),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
