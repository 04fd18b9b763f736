"""Shoppers: who carries out visits for an agency. Their names stay with the agency."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models

from evaluations.mystery.models.questionnaires import reads_plans
from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import Viewer
from staffing.people.models import Agency, User

NAME_LENGTH = 80


def new_key() -> str:
    """Return how the ledger names a shopper: it says nothing about her."""
    return f"shopper:{uuid.uuid4().hex[:16]}"


class ShopperQuerySet(models.QuerySet["Shopper"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep an agency's own for who works for it; all, by code, for who plans."""
        sight = viewer.sight
        if reads_plans(sight):
            return self
        return self.filter(agency__in=sight.agency_ids)

    def working(self, user: User) -> Self:
        """Keep the shopper that `user` is, unless she or her agency is stopped."""
        return self.filter(user=user, active=True, agency__active=True)


class Shopper(models.Model):
    """One shopper. `name` is read by her agency only; everybody else reads `code`.

    `user`: her account, None: the agency enters her reports. `regions` are where she
    goes (none: anywhere), `avoids` outlets where she is known.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="shoppers")
    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shopper",
    )
    key = models.CharField(max_length=30, unique=True, editable=False, default=new_key)
    active = models.BooleanField(default=True)
    regions = models.ManyToManyField(Region, blank=True, related_name="+")
    avoids = models.ManyToManyField(Outlet, blank=True, related_name="+")

    objects = ShopperQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"], name="shopper_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def called(self, viewer: Viewer) -> str:
        """Return her name for her agency, her code for everybody else."""
        known = self.agency_id in viewer.sight.agency_ids
        return self.name or self.code if known else self.code
