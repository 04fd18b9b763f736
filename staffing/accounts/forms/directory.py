"""Taking back the connection of one's own account with the company's directory."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm as LibraryForm
from allauth.socialaccount.internal.flows.connect import validate_disconnect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DisconnectForm(LibraryForm):
    """Nothing to fill in: a person has one connection at most.

    The library takes the number of a row, which a page of ours does not show.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["account"]

    def clean(self) -> dict[str, Any]:
        account = self.accounts.first()
        if account is None:
            raise ValidationError(_("Your account is not connected."))
        validate_disconnect(self.request, account)
        return {"account": account}
