"""To the company's directory and back."""

from typing import Any

from allauth.account.internal.flows.reauthentication import (
    raise_if_reauthentication_required,
)
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess, ProviderException
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.views import ConnectionsView
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from staffing.accounts import directory
from staffing.accounts.provider import DirectoryCallbackView, DirectoryClient
from staffing.people.models import User


@require_safe
@never_cache
@login_not_required
def directory_login(request: HttpRequest) -> HttpResponse:
    """Send to the directory.

    A link and no form: the content policy lets forms go to this host only. What a
    stranger's link to here can do is sign somebody in as herself.
    """
    if not directory.is_configured():
        raise Http404
    if request.user.is_authenticated:
        return redirect("today:home")
    return _to_the_directory(
        request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
    )


def _to_the_directory(
    request: HttpRequest, process: str, *, next_url: str | None = None
) -> HttpResponse:
    adapter = get_adapter()
    provider = adapter.get_provider(request, directory.PROVIDER)
    try:
        try:
            return provider.redirect(request, process, next_url=next_url)
        except (RequestException, ProviderException, OAuth2Error) as error:
            adapter.on_authentication_error(
                request, provider, error=AuthError.UNKNOWN, exception=error
            )
    except ImmediateHttpResponse as stop:
        return stop.response
    raise AssertionError("an error always leads back to where it began")


@require_safe
@never_cache
@login_not_required
def directory_callback(request: HttpRequest) -> HttpResponseBase:
    """Take what the directory sends back with the browser, and verify it."""
    if not directory.is_configured():
        raise Http404
    view = DirectoryCallbackView.adapter_view(
        DirectoryClient(request, directory.PROVIDER)
    )
    return view(request)


class ConnectionView(ConnectionsView):
    """Whether the directory opens one's own account, and how to change that."""

    template_name = "staffing/accounts/directory.html"

    @method_decorator(login_required)
    @method_decorator(never_cache)
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not directory.is_configured():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 (behind login_required)
        return super().get_context_data(**kwargs) | {
            "directory": directory.name(),
            "connection": directory.connection_of(user),
            "has_password": user.has_usable_password(),
            "key": _key_of(self.request),
        }


@require_safe
@never_cache
@login_required
def directory_connect(request: HttpRequest, key: str) -> HttpResponse:
    """Send somebody signed in to the directory, to connect what it says she is.

    A link, as forms lead to this host only. Its key belongs to the session: otherwise
    another website could sign a browser in to the directory as somebody else and have
    that entry connected.
    """
    if not directory.is_configured() or not constant_time_compare(
        key, _key_of(request)
    ):
        raise Http404
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    return _to_the_directory(request, AuthProcess.CONNECT)


def _key_of(request: HttpRequest) -> str:
    """Return what links to connect carry in this session: 32 hex digits."""
    key = request.session.session_key or ""
    salt = "staffing.accounts.directory"
    return salted_hmac(salt, key, algorithm="sha256").hexdigest()[:32]
