"""Forms of webhooks."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.feed.cursors import Cursor, CursorInvalid
from evaluations.feed.words import kind_choices
from staffing.accounts.models import ServiceAccount
from staffing.people.models import User


class WebhookForm(forms.Form):
    """Cleans to the arguments of `create_webhook`, but for `by`."""

    account = forms.ModelChoiceField(
        label=pgettext_lazy("webhook", "Service"),
        queryset=ServiceAccount.objects.none(),
        help_text=_("The webhook tells what this service may read, and no more."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://hr.example.com/starhall"}),
        help_text=_(
            "An https address on the public internet. It is checked now and before "
            "each call; redirects are not followed."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it tells"),
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick nothing for everything that the service may read."),
    )
    cursor = forms.CharField(
        label=_("Go on after a cursor"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Of the change feed or of an export. Leave it empty to tell what changes "
            "from now on."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: object, viewer: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        seen = ServiceAccount.objects.visible_to(viewer)
        live = seen.filter(revoked_at=None, expires_on__gte=timezone.localdate())
        field: forms.ModelChoiceField = self.fields["account"]  # type: ignore[assignment]
        field.queryset = live

    def clean_cursor(self) -> str:
        text: str = self.cleaned_data["cursor"].strip()
        if text:
            try:
                Cursor.parse(text)
            except CursorInvalid as error:
                raise forms.ValidationError(str(error.detail)) from None
        return text


class ReplayForm(forms.Form):
    """Cleans to `since` of `replay`."""

    since = forms.DateTimeField(
        label=_("Delivered since"), widget=forms.DateTimeInput, help_text=""
    )

    def clean_since(self) -> object:
        since = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError(_("Choose a moment that is over."))
        return since
