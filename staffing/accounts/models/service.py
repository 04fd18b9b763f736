"""Services: machines that call the API. They have scopes and a reach, and no roles."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet, Region
from outlets.places.sight import EVERYWHERE, Power, Reach, Viewer

# How long before its last day a service is said to expire soon.
SOON = timedelta(days=30)


class ServiceState(models.TextChoices):
    ACTIVE = "active", _("active")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")


class ServiceAccountQuerySet(models.QuerySet["ServiceAccount"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who configures or sees access in the whole chain, else none.

        A service may reach every place, so that power over one region is not enough.
        """
        powers = (Power.CONFIGURE, Power.SEE_ACCESS)
        whole_chain = any(viewer.sight.reach(power).everywhere for power in powers)
        return self if whole_chain else self.none()


class ServiceAccount(models.Model):
    """One machine or system with a purpose, an owner and a last day.

    `scopes` is what its tokens may ask for. `region` (a subtree) or `outlet` narrows
    everything it reads and writes; neither means the whole chain. `calls_per_minute`
    None means the rate of the settings. `expires_on` is the last day on which it works.
    The application carries the client id; its own secret is never looked at.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
        models.PROTECT,
        related_name="service",
    )
    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=300)
    owner = models.CharField(max_length=200)
    scopes = models.JSONField(default=list)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True)
    calls_per_minute = models.PositiveIntegerField(null=True, blank=True)
    expires_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_reason = models.CharField(max_length=300, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.GenericIPAddressField(null=True, blank=True)
    last_used_for = models.CharField(max_length=40, blank=True)

    objects = ServiceAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region=None) | Q(outlet=None), name="service_has_one_place"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="service_is_revoked_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(calls_per_minute=None) | Q(calls_per_minute__gte=1),
                name="service_may_call_at_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> ServiceState:
        """What holds now; the last day counts in the deployment's time zone."""
        if self.revoked_at is not None:
            return ServiceState.REVOKED
        if timezone.localdate() > self.expires_on:
            return ServiceState.EXPIRED
        return ServiceState.ACTIVE

    @property
    def is_active(self) -> bool:
        return self.state is ServiceState.ACTIVE

    @property
    def expires_soon(self) -> bool:
        return self.is_active and self.expires_on - timezone.localdate() <= SOON

    @property
    def reach(self) -> Reach:
        if self.region is not None:
            return Reach(region_paths=frozenset({self.region.path}))
        if self.outlet_id is not None:
            return Reach(outlet_ids=frozenset({self.outlet_id}))
        return EVERYWHERE


class ServiceSecretQuerySet(models.QuerySet["ServiceSecret"]):
    def live(self, at: datetime) -> Self:
        """Keep the secrets that open the service at `at`, if it is active itself."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at), revoked_at=None)


class ServiceSecret(models.Model):
    """One secret of a service: a digest, and the last characters to tell it by.

    `valid_until` None means as long as the service. During a rotation two are live.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=64)
    tail = models.CharField(max_length=4)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    valid_until = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ServiceSecretQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"…{self.tail}"

    @property
    def is_live(self) -> bool:
        over = self.valid_until is not None and self.valid_until <= timezone.now()
        return self.revoked_at is None and not over


class ServiceAction(models.TextChoices):
    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    ROTATED = "rotated", _("new secret issued")
    SECRET_REVOKED = "secret_revoked", _("secret revoked")
    TOKENS_ENDED = "tokens_ended", _("all tokens ended")
    REVOKED = "revoked", _("service revoked")


class ServiceEvent(models.Model):
    """Who did what to a service; written with the change, never changed itself.

    `note` says what it was about: scopes, fields, the tail of a secret, a reason.
    """

    service = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="events")
    action = models.CharField(max_length=14, choices=ServiceAction.choices)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.service_id} {self.action}"
