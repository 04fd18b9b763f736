"""Making services, changing them, and taking away what they hold."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import get_access_token_model, get_application_model

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from staffing.accounts.models import (
    ServiceAccount,
    ServiceAction,
    ServiceEvent,
    ServiceSecret,
)
from staffing.accounts.services.service_secrets import (
    MOST_LIVE,
    TAIL,
    digest_of,
    new_secret,
)
from staffing.people.models import User

LONGEST_LIFE = timedelta(days=2 * 366)
DEFAULT_OVERLAP_DAYS = 7
MOST_OVERLAP_DAYS = 30
SHORTEST_CHOSEN_SECRET = 32


class NameTaken(DomainError):
    code = "service_name_taken"
    message = _("Another service has this name.")


class NoScope(DomainError):
    code = "service_without_scope"
    message = _("A service needs at least one scope.")


class UnknownScope(DomainError):
    code = "unknown_scope"
    message = _("There is no such scope: %(scopes)s.")


class BadExpiry(DomainError):
    code = "bad_expiry"
    message = _("The last day has to lie between today and %(latest)s.")


class BadOverlap(DomainError):
    code = "bad_overlap"
    message = _("The old secret may stay valid for 0 to %(most)d days.")


class TwoPlaces(DomainError):
    code = "two_places"
    message = _("Choose a region or an outlet, not both.")


class TooManySecrets(DomainError):
    code = "too_many_secrets"
    message = _("Two secrets are valid already. Revoke one of them first.")


class ServiceNotActive(DomainError):
    code = "service_not_active"
    message = _("This service is expired or revoked.")


class ServiceRevoked(DomainError):
    code = "service_revoked"
    message = _("This service was revoked. Make a new one instead.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why the service is revoked.")


class SecretNotLive(DomainError):
    code = "secret_not_live"
    message = _("This secret is not valid any more.")


class WeakSecret(DomainError):
    code = "weak_secret"
    message = _("A secret needs at least %(least)d characters.")


@transaction.atomic
def create_service(
    *,
    name: str,
    purpose: str,
    owner: str,
    scopes: Collection[str],
    expires_on: date,
    by: User | None,
    region: Region | None = None,
    outlet: Outlet | None = None,
    calls_per_minute: int | None = None,
    client_id: str | None = None,
    secret: str | None = None,
    key: UUID | None = None,
) -> tuple[ServiceAccount, str]:
    """Make a service with its first secret; return both. The secret is kept nowhere.

    `by` None is a script. `key` becomes the uuid of the service, so that a form sent
    twice makes one service. `client_id` and `secret` are for the demo, which has to
    tell them beforehand.

    Raises:
        NameTaken, NoScope, UnknownScope, BadExpiry, TwoPlaces, WeakSecret: nothing was
            made.
    """
    granted = _checked(scopes=scopes, expires_on=expires_on, places=(region, outlet))
    application = _new_application(name, client_id)
    service = ServiceAccount(
        uuid=key or uuid4(),
        application=application,
        name=name,
        purpose=purpose,
        owner=owner,
        scopes=granted,
        expires_on=expires_on,
        region=region,
        outlet=outlet,
        calls_per_minute=calls_per_minute,
        created_by=by,
    )
    _save(service)
    value = _add_secret(service, by=by, value=secret)
    _note(service, ServiceAction.CREATED, " ".join(granted), by)
    return service, value


@transaction.atomic
def change_service(
    *,
    service_id: int,
    name: str,
    purpose: str,
    owner: str,
    scopes: Collection[str],
    expires_on: date,
    region: Region | None,
    outlet: Outlet | None,
    calls_per_minute: int | None,
    by: User | None,
) -> ServiceAccount:
    """Change what a service is and may do; tokens that are out follow at once.

    Raises:
        ServiceRevoked: it came to an end for good.
        NameTaken, NoScope, UnknownScope, BadExpiry, TwoPlaces: nothing was changed.
    """
    service = _locked(service_id)
    if service.revoked_at is not None:
        raise ServiceRevoked
    granted = _checked(scopes=scopes, expires_on=expires_on, places=(region, outlet))
    wanted: dict[str, Any] = {
        "name": name,
        "purpose": purpose,
        "owner": owner,
        "scopes": granted,
        "expires_on": expires_on,
        "region": region,
        "outlet": outlet,
        "calls_per_minute": calls_per_minute,
    }
    changed = [field for field, to in wanted.items() if getattr(service, field) != to]
    if not changed:
        return service
    for field in changed:
        setattr(service, field, wanted[field])
    _save(service, update_fields=changed)
    if "name" in changed:
        service.application.name = name
        service.application.save(update_fields=["name", "updated"])
    _note(service, ServiceAction.CHANGED, ", ".join(changed), by)
    return service


@transaction.atomic
def rotate_secret(
    *, service_id: int, overlap_days: int = DEFAULT_OVERLAP_DAYS, by: User | None
) -> tuple[ServiceSecret, str]:
    """Issue a second secret; the old one stays valid for `overlap_days` more days.

    Zero days ends the old one at once. Return the new row and its value, which is kept
    nowhere.

    Raises:
        ServiceNotActive, TooManySecrets, BadOverlap: nothing was changed.
    """
    if not 0 <= overlap_days <= MOST_OVERLAP_DAYS:
        raise BadOverlap(most=MOST_OVERLAP_DAYS)
    service = _locked(service_id)
    if not service.is_active:
        raise ServiceNotActive
    now = timezone.now()
    if service.secrets.live(now).count() >= MOST_LIVE:
        raise TooManySecrets
    until = now + timedelta(days=overlap_days)
    service.secrets.live(now).update(valid_until=until)
    value = _add_secret(service, by=by)
    secret = service.secrets.get(digest=digest_of(value))
    _note(service, ServiceAction.ROTATED, f"…{secret.tail}", by)
    return secret, value


@transaction.atomic
def revoke_secret(*, service_id: int, secret: UUID, by: User | None) -> ServiceSecret:
    """End one secret and every token of the service, whichever secret it came from.

    Raises:
        SecretNotLive: it had ended before.
    """
    service = _locked(service_id)
    row = service.secrets.live(timezone.now()).filter(uuid=secret).first()
    if row is None:
        raise SecretNotLive
    row.revoked_at, row.revoked_by = timezone.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])
    _drop_tokens(service)
    _note(service, ServiceAction.SECRET_REVOKED, f"…{row.tail}", by)
    return row


@transaction.atomic
def end_tokens(*, service_id: int, by: User | None) -> int:
    """End every token that is out and return how many; the secrets stay valid."""
    service = _locked(service_id)
    ended = _drop_tokens(service)
    _note(service, ServiceAction.TOKENS_ENDED, str(ended), by)
    return ended


@transaction.atomic
def revoke_service(*, service_id: int, reason: str, by: User | None) -> ServiceAccount:
    """End a service for good, with its secrets and tokens.

    Raises:
        ServiceRevoked: it had ended before.
        ReasonMissing: nothing was changed.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    service = _locked(service_id)
    if service.revoked_at is not None:
        raise ServiceRevoked
    now = timezone.now()
    service.revoked_at, service.revoked_by, service.revoked_reason = now, by, reason
    service.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    service.secrets.live(now).update(revoked_at=now, revoked_by=by)
    _drop_tokens(service)
    _note(service, ServiceAction.REVOKED, reason, by)
    return service


@transaction.atomic
def replace_secrets(*, service_id: int, secret: str | None, by: User | None) -> str:
    """Leave exactly one valid secret, the one given or a new one; return it.

    Raises:
        WeakSecret: outside a demo a chosen secret has to be long.
    """
    service = _locked(service_id)
    now = timezone.now()
    service.secrets.live(now).update(revoked_at=now, revoked_by=by)
    value = _add_secret(service, by=by, value=secret)
    _drop_tokens(service)
    _note(service, ServiceAction.ROTATED, f"…{value[-TAIL:]}", by)
    return value


def latest_expiry() -> date:
    """Return the last day that a service made today may have."""
    return timezone.localdate() + LONGEST_LIFE


def overlap_end(days: int) -> datetime:
    """Return when the old secret ends if it is rotated now."""
    return timezone.now() + timedelta(days=days)


def _checked(
    *,
    scopes: Collection[str],
    expires_on: date,
    places: tuple[Region | None, Outlet | None],
) -> list[str]:
    """Return the scopes in the order of the settings; refuse what cannot be."""
    known = settings.API_SCOPES
    if unknown := sorted(set(scopes) - set(known)):
        raise UnknownScope(scopes=", ".join(unknown))
    if not scopes:
        raise NoScope
    if not timezone.localdate() <= expires_on <= latest_expiry():
        raise BadExpiry(latest=latest_expiry().isoformat())
    if all(place is not None for place in places):
        raise TwoPlaces
    return [scope for scope in known if scope in set(scopes)]


def _new_application(name: str, client_id: str | None) -> Any:
    """Make what django-oauth-toolkit knows of a service: an id, and no secret.

    Its own secret opens nothing here. It is random all the same, not empty, so that it
    would open nothing either if that library were asked again.
    """
    application = get_application_model()
    chosen = {} if client_id is None else {"client_id": client_id}
    return application.objects.create(
        name=name,
        client_type=application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=application.GRANT_CLIENT_CREDENTIALS,
        client_secret=digest_of(new_secret()),
        hash_client_secret=False,
        **chosen,
    )


def _add_secret(
    service: ServiceAccount, *, by: User | None, value: str | None = None
) -> str:
    if value is None:
        value = new_secret()
    elif len(value) < SHORTEST_CHOSEN_SECRET and not settings.DEMO:
        raise WeakSecret(least=SHORTEST_CHOSEN_SECRET)
    service.secrets.create(digest=digest_of(value), tail=value[-TAIL:], created_by=by)
    return value


def _locked(service_id: int) -> ServiceAccount:
    services = ServiceAccount.objects.select_for_update(of=["self"])
    return services.select_related("application", "region", "outlet").get(pk=service_id)


def _save(service: ServiceAccount, update_fields: list[str] | None = None) -> None:
    taken = ServiceAccount.objects.filter(name=service.name).exclude(pk=service.pk)
    if taken.exists():
        raise NameTaken
    try:
        with transaction.atomic():
            service.save(update_fields=update_fields)
    except IntegrityError as error:  # somebody was faster with the name
        if taken.exists():
            raise NameTaken from error
        raise


def _drop_tokens(service: ServiceAccount) -> int:
    tokens = get_access_token_model().objects.filter(application=service.application_id)
    ended, _per_model = tokens.delete()
    return ended


def _note(
    service: ServiceAccount, action: ServiceAction, note: str, by: User | None
) -> None:
    ServiceEvent.objects.create(service=service, action=action, note=note[:400], by=by)
