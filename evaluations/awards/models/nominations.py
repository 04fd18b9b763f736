"""Nominations, what happened to them, and the committee's ballots."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.awards.acting import Action, Choice, State
from evaluations.awards.models.lists import Award, AwardState, OutletAward
from evaluations.awards.models.rounds import PUBLIC, Member, Round
from evaluations.rankings.models import PlaceStanding, Standing
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

WORDS = 1000


class NominationState(models.TextChoices):
    DRAFT = State.DRAFT.value, pgettext_lazy("nomination", "draft")
    SUBMITTED = State.SUBMITTED.value, _("submitted")
    COUNTY_APPROVED = State.COUNTY_APPROVED.value, _("approved by the county")
    APPROVED = State.APPROVED.value, pgettext_lazy("nomination", "approved")
    REJECTED = State.REJECTED.value, pgettext_lazy("nomination", "rejected")
    WITHDRAWN = State.WITHDRAWN.value, pgettext_lazy("nomination", "withdrawn")
    DISQUALIFIED = State.DISQUALIFIED.value, _("disqualified")


# What a committee member gets to see: what has reached her table.
_ON_THE_TABLE = (State.COUNTY_APPROVED, State.APPROVED, State.REJECTED)


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the viewer's outlets', her own, her committee's and the public ones.

        Her own she sees once it is more than a draft. A winner who is held back on the
        published list is not public.
        """
        sight = viewer.sight
        within = sight.outlets(Power.SEE_AWARDS, "outlet__") | sight.outlets(
            Power.NOMINATE, "outlet__"
        )
        own = Q(employee=sight.employee_id, employee__isnull=False) & ~Q(
            state=State.DRAFT
        )
        seat = Q(
            round__members__in=Member.objects.seated().filter(
                user=getattr(viewer, "pk", None)
            ),
            state__in=_ON_THE_TABLE,
        )
        seen = within | own
        if getattr(viewer, "pk", None) is not None:
            table = Nomination.objects.filter(seat).values("pk")
            seen |= Q(pk__in=table)
        if sight.in_public and (sight.employee_id is not None or sight.powers):
            seen |= Q(state=State.APPROVED, round__state__in=PUBLIC) & (
                Q(award=None) | ~Q(award__state=AwardState.HELD)
            )
        return self.filter(seen)


class Nomination(models.Model):
    """A person, or an outlet (`employee` None), proposed for a round's title.

    `listed`: it was on the list; beyond it `exception` says in writing why. `eligible`
    is what the services found at the last step, under the lock. `on_appeal`: it is
    decided again, whatever the places. `decision` is told to the nominee.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="nominations")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="nominations"
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="nominations")
    standing = models.ForeignKey(
        Standing, models.PROTECT, null=True, related_name="nominations"
    )
    place_standing = models.ForeignKey(
        PlaceStanding, models.PROTECT, null=True, related_name="nominations"
    )
    place_code = models.CharField(max_length=40)
    place_name = models.CharField(max_length=200)
    state = models.CharField(
        max_length=15, choices=NominationState.choices, default=NominationState.DRAFT
    )
    listed = models.BooleanField()
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField()
    exception = models.TextField(blank=True)
    eligible = models.BooleanField(default=True)
    on_appeal = models.BooleanField(default=False)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    nominated_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    award = models.OneToOneField(
        Award, models.PROTECT, null=True, related_name="nomination"
    )
    outlet_award = models.OneToOneField(
        OutletAward, models.PROTECT, null=True, related_name="nomination"
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["round", "place_code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "employee"],
                condition=Q(employee__isnull=False),
                name="nomination_once",
            ),
            models.UniqueConstraint(
                fields=["round", "outlet"],
                condition=Q(employee=None),
                name="nomination_outlet_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    employee__isnull=False,
                    standing__isnull=False,
                    place_standing=None,
                )
                | Q(employee=None, standing=None, place_standing__isnull=False),
                name="nomination_is_a_person_or_an_outlet",
            ),
            models.CheckConstraint(
                condition=Q(listed=True) | ~Q(exception=""),
                name="nomination_beyond_the_list_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(eligible=True),
                name="nomination_approved_is_eligible",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected", "disqualified"])
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="nomination_decided_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(nominated_by=None)
                | ~Q(decided_by=F("nominated_by")),
                name="nomination_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, 5)),
                name="nomination_has_one_to_five_stars",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"])]

    def __str__(self) -> str:
        return f"{self.round} {self.place_code}"

    @property
    def subject(self) -> str:
        """The name of whom it is about."""
        return self.employee.name if self.employee is not None else self.outlet.name

    @property
    def was_returned(self) -> bool:
        """Whether it is a draft again, for what the county found missing."""
        if self.state != NominationState.DRAFT:
            return False
        return self.steps.filter(kind=StepKind.RETURN).exists()

    @property
    def was_drafted_for_her(self) -> bool:
        """Whether it is a draft that a program wrote in the name of `nominated_by`."""
        if self.state != NominationState.DRAFT:
            return False
        return self.steps.filter(kind=StepKind.NOMINATE, by=None).exists()

    def is_concerning(self, viewer: Viewer) -> bool:
        employee_id = viewer.sight.employee_id
        return employee_id is not None and self.employee_id == employee_id


class StepKind(models.TextChoices):
    NOMINATE = "nominate", _("nominated")
    EDIT = Action.EDIT.value, _("changed the reason")
    SUBMIT = Action.SUBMIT.value, _("submitted")
    WITHDRAW = Action.WITHDRAW.value, _("withdrew it")
    ENDORSE = Action.ENDORSE.value, _("approved for the county")
    RETURN = Action.RETURN.value, _("returned it to the outlet")
    REFUSE = Action.REFUSE.value, _("rejected for the county")
    VOTE = Action.VOTE.value, _("voted")
    RECUSE = Action.RECUSE.value, _("stepped back")
    APPROVE = Action.APPROVE.value, pgettext_lazy("nomination step", "approved")
    REJECT = Action.REJECT.value, pgettext_lazy("nomination step", "rejected")
    DISQUALIFY = Action.DISQUALIFY.value, _("disqualified")
    REOPEN = Action.REOPEN.value, _("reopened after an appeal")


class StepChanged(TypeError):
    """Something tried to rewrite what had happened."""


class Step(models.Model):
    """One thing that was done to a nomination, and why; never changed.

    `by` None is the system. A ballot's words stand on the ballot.
    """

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["nomination", "at", "id"]

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line. Raises StepChanged where it stands already."""
        if self.pk is not None:
            raise StepChanged("what happened to a nomination is never rewritten")
        super().save(*args, **kwargs)


class Conflict(models.TextChoices):
    SELF = "self", _("is the nominee")
    LINE = "line", _("leads the nominee")
    SAME_OUTLET = "same_outlet", _("works at the nominee's outlet")
    NOMINATOR = "nominator", _("wrote the nomination")


class BallotChoice(models.TextChoices):
    YES = Choice.YES.value, _("for")
    NO = Choice.NO.value, _("against")
    ABSTAIN = Choice.ABSTAIN.value, _("abstains")
    RECUSED = Choice.RECUSED.value, _("stepped back")


class BallotQuerySet(models.QuerySet["Ballot"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the viewer's own, and all for who decides: ballots are secret."""
        own = Q(member__user=getattr(viewer, "pk", None))
        if viewer.sight.reach(Power.PUBLISH).everywhere:
            return self
        return self.filter(own)


class Ballot(models.Model):
    """What one member says to one nomination: one row, so one vote or none.

    A conflict leaves nothing but `recused`: the database refuses such a vote.
    """

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="ballots")
    member = models.ForeignKey(Member, models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=7, choices=BallotChoice.choices)
    conflict = models.CharField(max_length=11, choices=Conflict.choices, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["nomination", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "member"], name="ballot_once_a_member"
            ),
            models.CheckConstraint(
                condition=Q(conflict="") | Q(choice="recused"),
                name="ballot_in_conflict_is_recused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.member_id}"
