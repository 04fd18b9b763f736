"""The company's own directory: verify what it says, find whom it means.

allauth drives the flow; what it leaves to TLS (the signature) and leaves out (the
nonce, the subject of the userinfo) is checked here.
"""

import hmac
import logging
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.db import transaction

from staffing.people.models import User

logger = logging.getLogger(__name__)

PROVIDER = "directory"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
LEEWAY_SECONDS = 60
_DEMANDED = ["exp", "iat", "iss", "aud", "sub"]


def is_configured() -> bool:
    return PROVIDER in settings.SOCIALACCOUNT_PROVIDERS


def name() -> str:
    """Return what the company calls its directory."""
    return str(_app()["name"])


def _app() -> Mapping[str, Any]:
    providers: Mapping[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    app: Mapping[str, Any] = providers[PROVIDER]["APP"]
    return app


def verified_claims(
    id_token: str,
    *,
    keys: Mapping[str, Any],
    issuer: str,
    client_id: str,
    nonce: str,
) -> dict[str, Any]:
    """Return what an ID token says, once everything about it is right.

    Args:
        id_token: the token as the directory gave it.
        keys: the directory's key set (JWKS).
        issuer: who must have issued it.
        client_id: for whom it must have been issued.
        nonce: what we sent along, so that a token of another sign-in does not fit.

    Raises:
        OAuth2Error: the token is not for us, not now, not from there or not for this
            sign-in.
    """
    try:
        claims = jwt.decode(
            id_token,
            key=_key(id_token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": _DEMANDED},
        )
    except jwt.PyJWTError as error:
        raise OAuth2Error(f"ID token refused: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise OAuth2Error("ID token refused: issued to another client")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise OAuth2Error("ID token refused: of another sign-in")
    return claims


def _key(id_token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    kid = jwt.get_unverified_header(id_token).get("kid")
    known = [
        key
        for key in jwt.PyJWKSet.from_dict(dict(keys)).keys
        if key.public_key_use in (None, "sig")
    ]
    fitting = [key for key in known if kid is None or key.key_id == kid]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError(f"no single key {kid!r}")
    return fitting[0]


def username_in(claims: Mapping[str, Any]) -> str:
    """Return the user name that the directory gives; empty if it gives none."""
    given = claims.get(_app()["settings"]["username_claim"])
    return given.strip() if isinstance(given, str) else ""


def person_for(claims: Mapping[str, Any]) -> User | None:
    """Return whom the directory means at her first sign-in through it.

    By user name, else by an e-mail address that the directory has verified; always
    exactly one open account, and none that another person of the directory owns.
    """
    username = username_in(claims)
    email = claims.get("email")
    people = User.objects.filter(is_active=True)
    found = list(people.filter(username__iexact=username)[:2]) if username else []
    if not found and isinstance(email, str) and claims.get("email_verified") is True:
        found = list(people.filter(email__iexact=email.strip())[:2]) if email else []
    if len(found) != 1:
        return None
    taken = SocialAccount.objects.filter(user=found[0], provider=PROVIDER).exists()
    return None if taken else found[0]


def connection_of(user: User) -> SocialAccount | None:
    """Return the entry of the directory that opens this account; None without one."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).first()


def belongs_to_another(claims: Mapping[str, Any], user: User) -> bool:
    """Tell whether the directory would by itself mean somebody else than `user`.

    Whoever sits at a browser in which a colleague is signed in to the directory must
    not connect the colleague's entry with her own account.
    """
    meant = person_for(claims)
    return meant is not None and meant != user


@transaction.atomic
def link(user: User, account: SocialAccount) -> None:
    """Remember that this person of the directory is `user`.

    From now on her subject identifier decides, so that a name that the directory gives
    to somebody else later does not open her account.
    """
    account.user = user
    account.save()
