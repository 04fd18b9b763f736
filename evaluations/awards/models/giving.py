"""What is given: bonuses out of a fund, and points in three accounts."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models.lists import Award
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class LineChanged(TypeError):
    """Something tried to rewrite a line of an account."""


class _Kept(models.Model):
    """A line of an account: written once, never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line. Raises LineChanged where it stands already."""
        if self.pk is not None:
            raise LineChanged("a line of an account is never rewritten")
        super().save(*args, **kwargs)


class FundQuerySet(models.QuerySet["Fund"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Money is for who gives it, and for who audits everywhere."""
        sight = viewer.sight
        audits = sight.reach(Power.SEE_HISTORY).everywhere
        return self if sight.may(Power.REWARD) or audits else self.none()


class Fund(models.Model):
    """The general manager's reward fund, or another: `balance` in hundredths.

    It is the sum of its lines, kept here so that the database refuses to overdraw.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    balance = models.BigIntegerField(default=0)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="fund_is_not_overdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def balance_shown(self) -> str:
        return f"{self.balance / 100:,.2f}"


class Bonus(models.Model):
    """Money that a winner gets: once for an award, taken back where it is lost.

    `award` is the newest that stands for the same prize: it changes with its list.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="bonuses")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="bonuses")
    amount = models.PositiveIntegerField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(db_default=Now())
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=1), name="bonus_is_something"
            ),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(taken_back_at=None),
                name="bonus_once_an_award",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.amount}"

    @property
    def amount_shown(self) -> str:
        return f"{self.amount / 100:,.2f}"


class FundLineQuerySet(models.QuerySet["FundLine"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(fund__in=Fund.objects.visible_to(viewer))


class FundLine(_Kept):
    """Money in (positive) or out (negative), in hundredths. `by` None: the system.

    `uuid` is the key of the form that paid it in, None for a bonus's line.
    """

    uuid = models.UUIDField(unique=True, null=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="lines")
    amount = models.BigIntegerField()
    bonus = models.ForeignKey(Bonus, models.PROTECT, null=True, related_name="lines")
    note = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    objects = FundLineQuerySet.as_manager()

    class Meta:
        ordering = ["fund", "-id"]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.amount}"

    @property
    def amount_shown(self) -> str:
        return f"{self.amount / 100:+,.2f}"


class Account(models.TextChoices):
    """The three accounts of personal points (三项积分)."""

    INTELLIGENCE = "intelligence", _("learning points")
    DEDICATION = "dedication", _("dedication points")
    PERFORMANCE = "performance", _("performance points")


class PointLineQuerySet(models.QuerySet["PointLine"]):
    def visible_to(self, viewer: Viewer) -> Self:
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class PointLine(_Kept):
    """Points that somebody earned or lost on a day; no part of any score.

    `outlet` is where she worked then. A year's account starts anew.
    """

    uuid = models.UUIDField(unique=True)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="point_lines")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="point_lines")
    account = models.CharField(max_length=12, choices=Account.choices)
    amount = models.IntegerField()
    on = models.DateField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = PointLineQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount=0), name="point_line_is_something"
            ),
        ]
        indexes = [models.Index(fields=["employee", "on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.account} {self.amount}"
