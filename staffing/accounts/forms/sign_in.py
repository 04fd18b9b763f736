"""The forms of sign-in and of one's own account."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from staffing.accounts.lockout import LONGEST_NAME, count_failure, refuse_if_locked
from staffing.accounts.tasks import send_reset_links

_help = lazy(password_validators_help_text_html, str)
MAX_GRACE_DAYS = 90


def _plain(form: forms.BaseForm, **labels: Any) -> None:
    """Give fields of allauth our labels, and none of its placeholders and links."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(account_forms.LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login"]
        self.fields["username"] = forms.CharField(
            label=_("Username"),
            max_length=LONGEST_NAME,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username webauthn",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.order_fields(["username", "password"])
        _plain(self, password=_("Password"))

    def clean(self) -> dict[str, Any] | None:
        self.cleaned_data["login"] = self.cleaned_data.get("username", "")
        return super().clean()


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Password"))


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=_("New password"), password2=_("New password again"))
        self.fields["password1"].help_text = _help()


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password again"),
        )
        self.fields["password1"].help_text = _help()

    def clean_oldpassword(self) -> str:
        refuse_if_locked(context.request, self.user)
        try:
            return super().clean_oldpassword()
        except forms.ValidationError:
            count_failure(context.request, self.user.get_username())
            raise


class ForgottenPasswordForm(forms.Form):
    """Whatever address is typed, the same is done: a task is queued."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: Any) -> str:
        email: str = self.cleaned_data["email"]
        origin = f"{request.scheme}://{request.get_host()}"
        send_reset_links.delay(email, origin, get_language())
        return email


_CODE_ATTRIBUTES = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
}


class CodeForm(code_forms.AuthenticateForm):
    """The second step: a code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Verification code"))
        self.fields["code"].widget.attrs |= _CODE_ATTRIBUTES

    def clean_code(self) -> str:
        refuse_if_locked(context.request, self.user)
        return super().clean_code()


class ConfirmCodeForm(code_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Verification code"))
        self.fields["code"].widget.attrs |= _CODE_ATTRIBUTES

    def clean_code(self) -> str:
        refuse_if_locked(context.request, self.user)
        return super().clean_code()


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("The six digits that the app shows now"))
        self.fields["code"].widget.attrs |= _CODE_ATTRIBUTES


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """A passkey; `passwordless` makes it open the door alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            name=_("What you call it"),
            passwordless=_("Sign in with it alone, without name and password"),
        )
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return super().clean_name()[:60]


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, name=_("What you call it"))
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60

    def clean_name(self) -> str:
        return self.cleaned_data["name"][:60]


class SecondFactorRuleForm(forms.Form):
    """The decision for one role."""

    required = forms.BooleanField(label=_("Must have one"), required=False)
    grace_days = forms.IntegerField(
        label=_("Days of grace"), min_value=0, max_value=MAX_GRACE_DAYS
    )
