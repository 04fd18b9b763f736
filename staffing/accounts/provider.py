"""The directory as allauth's registry of providers wants it (found by module name)."""

import secrets
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from allauth.utils import build_absolute_uri
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from staffing.accounts import directory

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class DirectoryClient(OpenIDConnectOAuth2Adapter):
    """Talk to the directory; believe an ID token only after `verified_claims`."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        config = super().openid_config
        wanted = self.get_provider().app.settings["server_url"]
        if str(config.get("issuer", "")).rstrip("/") != wanted:
            raise ProviderException("the directory calls itself something else")
        if not all(isinstance(config.get(name), str) for name in _ENDPOINTS):
            raise ProviderException("the directory does not say where its doors are")
        return config

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> SocialLogin:
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str):
            raise OAuth2Error("the directory sent no ID token")
        claims = directory.verified_claims(
            id_token,
            keys=self._json(self.openid_config["jwks_uri"]),
            issuer=self.openid_config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        if not directory.username_in(claims) and "userinfo_endpoint" in (
            self.openid_config
        ):
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the directory speaks of two people")
            claims = more | claims
        login = self.get_provider().sociallogin_from_response(
            request, {"id_token": claims}
        )
        login.claims = claims
        return login

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return build_absolute_uri(request, reverse("directory_callback"))

    def _json(self, url: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
            answer.raise_for_status()
            return answer.json()


class DirectoryProvider(OpenIDConnectProvider):
    id = directory.PROVIDER
    name = "Company directory"
    oauth2_adapter_class = DirectoryClient
    supports_token_authentication = False

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        return super().redirect(
            request,
            process,
            next_url=next_url,
            data=data,
            auth_params=self.get_auth_params() | {"nonce": nonce},
            nonce=nonce,
            **kwargs,
        )

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Keep nothing of what the directory tells about a person."""
        return {}

    def verify_token(self, request: HttpRequest, token: Any) -> SocialLogin:
        raise NotImplementedError("only a sign-in that began here ends here")


class DirectoryCallbackView(OAuth2CallbackView):
    """Where the directory sends people back to."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce", "")
        return state, response


provider_classes = [DirectoryProvider]
