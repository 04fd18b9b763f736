"""Rounds: who may be nominated for a title, until when, and how it is decided."""

import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.awards.acting import DECIDING, LATER, NOMINATING, REVIEWING, Action
from evaluations.awards.models.lists import OUTLET_TITLES, AwardList, Level, Title
from evaluations.rankings.models import PlaceStanding, Run, Standing
from outlets.places.models import Outlet
from outlets.places.sight import Power, Sight, Viewer
from staffing.people.models import Employee


class RoundState(models.TextChoices):
    OPEN = "open", pgettext_lazy("award round", "open")
    DISPLAY = "display", _("on public display")
    FINISHED = "finished", pgettext_lazy("award round", "finished")
    CANCELLED = "cancelled", pgettext_lazy("award round", "cancelled")


PUBLIC = (RoundState.DISPLAY, RoundState.FINISHED)


def _reads_rounds(sight: Sight) -> bool:
    """Tell whether somebody reads awards, or decides on them, anywhere."""
    return any(map(sight.may, (Power.SEE_AWARDS, Power.NOMINATE)))


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what is public in the chain, and what the viewer has a part in."""
        sight = viewer.sight
        if _reads_rounds(sight):
            return self
        user_id = getattr(viewer, "pk", None)
        seat = Q(pk__in=Member.objects.seated().filter(user=user_id).values("round"))
        if sight.employee_id is None and not sight.powers:
            return self.filter(seat)
        return self.filter(Q(state__in=PUBLIC) | seat)


class Round(models.Model):
    """One title of one period and level, generated from one reviewed run.

    `places` may win in each place; `shortlist` of them may be nominated without a
    written exception. Windows are days, the last one included. `quorum` counts ballots
    of members who are not recused; 0: there is no committee. `blind`: the committee
    reads figures and reasons without name and outlet. `award_list` is what came of it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="rounds")
    period = models.CharField(max_length=7)
    level = models.CharField(max_length=8, choices=Level.choices)
    title = models.CharField(max_length=30, choices=Title.choices)
    state = models.CharField(
        max_length=9, choices=RoundState.choices, default=RoundState.OPEN
    )
    places = models.PositiveSmallIntegerField()
    shortlist = models.PositiveSmallIntegerField()
    nominate_from = models.DateField()
    nominate_until = models.DateField()
    review_until = models.DateField()
    decide_until = models.DateField()
    display_days = models.PositiveSmallIntegerField()
    quorum = models.PositiveSmallIntegerField(default=0)
    blind = models.BooleanField(default=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now())
    displayed_from = models.DateField(null=True)
    displayed_until = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    award_list = models.OneToOneField(
        AwardList, models.PROTECT, null=True, related_name="round"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "level", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "level", "title"],
                condition=~Q(state="cancelled"),
                name="round_once_per_list",
            ),
            models.CheckConstraint(
                condition=Q(
                    nominate_from__lte=F("nominate_until"),
                    nominate_until__lte=F("review_until"),
                    review_until__lte=F("decide_until"),
                ),
                name="round_windows_follow_each_other",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, shortlist__gte=F("places")),
                name="round_shortlist_holds_the_places",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["display", "finished"])
                | Q(displayed_from__isnull=False, displayed_until__isnull=False),
                name="round_display_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(state="finished")
                ^ Q(finished_at__isnull=True, award_list__isnull=True),
                name="round_finished_says_when_and_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.period} {self.level}"

    @property
    def for_outlets(self) -> bool:
        return self.title in OUTLET_TITLES

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    def window(
        self, action: Action, *, returned: bool = False
    ) -> tuple[date, date] | None:
        """Return the days, both included, within which it is done; None: any day.

        A draft that the county `returned` has the days of the review.
        """
        if action in NOMINATING:
            last = self.review_until if returned else self.nominate_until
            return self.nominate_from, last
        if action in REVIEWING:
            return self.nominate_from, self.review_until
        if action in DECIDING:
            return self.nominate_from, self.decide_until
        return None

    def takes(self, action: Action, on: date, *, returned: bool = False) -> bool:
        """Tell whether this is the time to do it to a nomination, whoever does.

        `returned`: to a draft that the county returned.

        Once winners are shown, only an appeal that was upheld brings a nomination back
        to be decided: that has no last day.
        """
        if self.state != RoundState.OPEN:
            return self.state != RoundState.CANCELLED and action in LATER
        window = self.window(action, returned=returned)
        return window is None or window[0] <= on <= window[1]


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of the viewer's outlets: nobody reads a list of strangers."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_AWARDS, "outlet__")
            | sight.outlets(Power.NOMINATE, "outlet__"),
            round__in=Round.objects.visible_to(viewer),
        )


class Candidate(models.Model):
    """Who may be nominated by rank alone. `employee` None: the outlet itself."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="candidates")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="candidacies"
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="candidacies")
    standing = models.ForeignKey(
        Standing, models.PROTECT, null=True, related_name="candidacies"
    )
    place_standing = models.ForeignKey(
        PlaceStanding, models.PROTECT, null=True, related_name="candidacies"
    )
    place_code = models.CharField(max_length=40)
    place_name = models.CharField(max_length=200)
    order = models.PositiveIntegerField()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["round", "place_code", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "employee"],
                condition=Q(employee__isnull=False),
                name="candidate_once",
            ),
            models.UniqueConstraint(
                fields=["round", "outlet"],
                condition=Q(employee=None),
                name="candidate_outlet_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    employee__isnull=False,
                    standing__isnull=False,
                    place_standing=None,
                )
                | Q(employee=None, standing=None, place_standing__isnull=False),
                name="candidate_is_a_person_or_an_outlet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.place_code} #{self.order}"


class MemberQuerySet(models.QuerySet["Member"]):
    def seated(self) -> Self:
        """Keep who has a seat now."""
        return self.filter(removed_at=None)


class Member(models.Model):
    """Who sits on a round's committee, or sat until her seat was taken away.

    Somebody who gets a seat again has a new row: what she had voted stays with the
    old one, and does not count.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removed_because = models.TextField(blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user"],
                condition=Q(removed_at=None),
                name="member_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removed_because="")
                | (
                    Q(removed_at__isnull=False, removed_by__isnull=False)
                    & ~Q(removed_because="")
                ),
                name="member_removed_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.user_id}"


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of rounds in sight, for who reads awards or decides on them."""
        return self if _reads_rounds(viewer.sight) else self.none()


class ExtensionChanged(TypeError):
    """Something tried to rewrite an extension."""


class Extension(models.Model):
    """More days for the decisions of a round: until when, who gave them, and why.

    `was` is the last day before it; written once, never changed.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="extensions")
    was = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("was")) & ~Q(reason=""),
                name="extension_gives_days_and_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.until}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new one. Raises ExtensionChanged where it stands already."""
        if self.pk is not None:
            raise ExtensionChanged("what was extended is never rewritten")
        super().save(*args, **kwargs)
