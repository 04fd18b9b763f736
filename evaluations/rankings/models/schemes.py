"""Schemes, and their dated versions from the first draft to approval."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.rankings.rules.scheme import SchemeError, SchemeRules
from outlets.places.sight import Power, Viewer

SCHEME_NAMES = {
    "service_star": _("Service Star"),
    "service_star_fair": _("Service Star, adjusted"),
    "onsite": _("On-site satisfaction"),
}


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Rules are open to everybody who is judged by them or sets them."""
        sight = viewer.sight
        known = (
            sight.employee_id is not None
            or sight.may(Power.SEE_RECORDS)
            or sight.may(Power.CONFIGURE)
        )
        return self if known else self.none()

    def in_use(self) -> Self:
        """Keep the schemes with a version that was approved: others rank nobody."""
        approved = SchemeVersion.objects.approved().values("scheme")
        return self.filter(pk__in=approved)


class Scheme(models.Model):
    """A way of scoring, such as `service_star`; its versions say how, from when on.

    `name` is what people called it; the schemes of the product have translated names.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or str(SCHEME_NAMES.get(self.code, self.code))


class SchemeVersionInUse(ValidationError):
    """A run has used the version: it can only be superseded."""


class SchemeVersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("awaiting approval")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SchemeVersionQuerySet(models.QuerySet["SchemeVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep approved rules; what is not approved only for those who prepare it.

        Who configures or reads histories sees drafts as well.
        """
        seen = self.filter(scheme__in=Scheme.objects.visible_to(viewer))
        prepare = (Power.RANK, Power.PUBLISH, Power.CONFIGURE, Power.SEE_HISTORY)
        if any(viewer.sight.may(power) for power in prepare):
            return seen
        return seen.approved()

    def approved(self) -> Self:
        return self.filter(state=SchemeVersionState.APPROVED)

    def for_period(self, scheme: str, period: Period) -> "SchemeVersion | None":
        """Return the approved version in force when `period` begins.

        Nobody is judged by rules made while the period ran. The first version of a
        scheme of the product holds for all earlier times; None where there is none.
        """
        versions = self.approved().filter(scheme__code=scheme).select_related("scheme")
        begun = versions.filter(valid_from__lte=period.first).order_by("-number")
        shipped = versions.filter(drafted_by=None).order_by("number")
        return begun.first() or shipped.first()


class SchemeVersion(models.Model):
    """Dated rules of a scheme. Once a run has used them they can only be superseded.

    A draft becomes a proposal, and with the approval of somebody else a numbered
    version; of two numbers in force the higher one holds. Versions of the product are
    approved by nobody. `note` says why it was made, `verdict` why it was approved or
    withdrawn.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    valid_from = models.DateField()
    rules = models.JSONField()
    state = models.CharField(
        max_length=9,
        choices=SchemeVersionState.choices,
        default=SchemeVersionState.APPROVED,
    )
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="successors"
    )
    note = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=500, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    drafted_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"], name="scheme_version_once"
            ),
            models.CheckConstraint(
                condition=Q(state="approved", number__isnull=False)
                | (~Q(state="approved") & Q(number=None)),
                name="scheme_version_approved_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(drafted_by=None, drafted_at=None)
                | Q(drafted_by__isnull=False, drafted_at__isnull=False),
                name="scheme_version_drafted_by_at",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None, proposed_at=None)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="scheme_version_proposed_by_at",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(
                    state="approved",
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                ),
                name="scheme_version_approved_by_at",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="withdrawn",
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                )
                | (~Q(state="withdrawn") & Q(withdrawn_by=None, withdrawn_at=None)),
                name="scheme_version_withdrawn_by_at",
            ),
            # What a person has drafted needs another person, and a proposal before.
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(drafted_by=None)
                | Q(proposed_by__isnull=False, approved_by__isnull=False),
                name="scheme_version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("drafted_by")) & ~Q(approved_by=F("proposed_by"))),
                name="scheme_version_two_people",
            ),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return f"{self.scheme} · {self.get_state_display()} #{self.pk}"
        return f"{self.scheme} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises SchemeVersionInUse once a run has used the version."""
        self._refuse_if_used()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_used()
        return super().delete(*args, **kwargs)

    def clean(self) -> None:
        try:
            SchemeRules.parse(self.rules)
        except SchemeError as error:
            raise ValidationError({"rules": str(error)}) from error

    def _refuse_if_used(self) -> None:
        if self.pk is not None and self.runs.exists():
            raise SchemeVersionInUse(
                _("A run has used this version. Make the next one instead.")
            )

    @property
    def parsed(self) -> SchemeRules:
        return SchemeRules.parse(self.rules)

    @property
    def is_draft(self) -> bool:
        return self.state == SchemeVersionState.DRAFT

    @property
    def is_proposed(self) -> bool:
        return self.state == SchemeVersionState.PROPOSED

    @property
    def is_approved(self) -> bool:
        return self.state == SchemeVersionState.APPROVED
