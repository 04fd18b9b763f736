"""What leaders publish to the people of their places."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Reach
from staffing.people.models import User

TITLE_LENGTH, BODY_LENGTH = 120, 4000


def reading_reach(viewer: User) -> Reach:
    """Return where the viewer may read who acknowledged: it is a record of people."""
    sight = viewer.sight
    return sight.reach(Power.ANNOUNCE) | sight.reach(Power.SEE_RECORDS)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, viewer: User) -> Self:
        """Keep those told to somebody within reach, and one's own while one leads."""
        reach = reading_reach(viewer)
        if not reach:
            return self.none()
        if reach.everywhere:
            return self
        told = Bulletin.objects.filter(reach.outlets("notices__outlet__"))
        mine = Q(published_by=viewer.pk) if viewer.sight.may(Power.ANNOUNCE) else Q()
        return self.filter(Q(pk__in=told.values("pk")) | mine)


class Bulletin(models.Model):
    """A notice of a leader to the people of a region, of outlets, or of the chain.

    Neither `region` nor `outlets`: the whole chain. `posts`: those it is for; empty:
    all. At least one language is whole. `asks`: everybody is to say that she has read
    and understood, by `due_on`. It is told from `shown_from` to `shown_until`, both
    included, also to who comes to these places meanwhile. It never changes; withdrawn,
    it stands in nobody's list of what waits any more.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    title_en = models.CharField(max_length=TITLE_LENGTH, blank=True)
    title_zh = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body_en = models.TextField(max_length=BODY_LENGTH, blank=True)
    body_zh = models.TextField(max_length=BODY_LENGTH, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="bulletins"
    )
    outlets = models.ManyToManyField(Outlet, blank=True, related_name="bulletins")
    posts = models.JSONField(default=list, blank=True)
    asks = models.BooleanField(default=False)
    due_on = models.DateField(null=True, blank=True)
    shown_from = models.DateField()
    shown_until = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_en="", title_zh=""), name="bulletin_has_a_title"
            ),
            models.CheckConstraint(
                condition=Q(shown_until__gte=F("shown_from")),
                name="bulletin_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(asks=True),
                name="bulletin_due_where_it_asks",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="bulletin_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title_en or self.title_zh

    @property
    def title(self) -> str:
        """Its title in the reader's language, else in the other."""
        return self._in_her_language(self.title_en, self.title_zh)

    @property
    def body(self) -> str:
        return self._in_her_language(self.body_en, self.body_zh)

    @property
    def other_language_only(self) -> bool:
        """Whether it was not written in the reader's language."""
        return not (self.title_zh if _reads_chinese() else self.title_en)

    @staticmethod
    def _in_her_language(english: str, chinese: str) -> str:
        return (chinese or english) if _reads_chinese() else (english or chinese)


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
