"""To the company's directory and back."""

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess, ProviderException
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from staffing.accounts import directory
from staffing.accounts.provider import DirectoryCallbackView, DirectoryClient


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
    adapter = get_adapter()
    provider = adapter.get_provider(request, directory.PROVIDER)
    try:
        try:
            return provider.redirect(
                request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
            )
        except (RequestException, ProviderException, OAuth2Error) as error:
            adapter.on_authentication_error(
                request, provider, error=AuthError.UNKNOWN, exception=error
            )
    except ImmediateHttpResponse as stop:
        return stop.response
    raise AssertionError("an error always leads back to the sign-in page")


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
