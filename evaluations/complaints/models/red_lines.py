"""Files of red lines: the Five Prohibitions, whom a file names, what was found."""

import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models.cases import Case
from evaluations.complaints.models.events import NOTE_LENGTH
from evaluations.complaints.red_line_acting import PartyState
from outlets.places.models import CODE_LENGTH, Outlet, Region, RegionLevel
from outlets.places.sight import Power, Reach, Viewer
from staffing.people.models import Employee

# A file goes straight to the city: nobody nearer reads or decides it (domain.md 9.6).
HIGH = (RegionLevel.CITY, RegionLevel.PROVINCE)


def private_storage() -> Storage:
    """Return the storage of files that no address leads to but a view that asks."""
    return storages["private"]


def evidence_path(row: "RedLineEvidence", name: str) -> str:
    """Return where evidence lies: its own name is not kept there."""
    return f"red-lines/{row.uuid}"


def from_the_city_up(reach: Reach) -> Reach:
    """Return what is left of a reach when only cities, provinces and all count."""
    if reach.everywhere or not reach.region_paths:
        return Reach(everywhere=reach.everywhere)
    high = Region.objects.filter(path__in=sorted(reach.region_paths), level__in=HIGH)
    return Reach(region_paths=frozenset(high.values_list("path", flat=True)))


class Prohibition(models.TextChoices):
    """The Five Prohibitions (五条禁令, domain.md 10)."""

    DATA = "data", _("disclosing or trading customer information")
    MESSAGES = "messages", _("illegal messages, or advertising without consent")
    UNCONFIRMED = (
        "unconfirmed",
        _("activating or changing a service without the customer's confirmation"),
    )
    PROVIDERS = "providers", _("shielding value-added providers who harm customers")
    PARTNERS = "partners", _("shielding channel or system partners who harm customers")


class LiablePart(models.TextChoices):
    """How somebody is answerable; who orders a breach is treated as the offender."""

    OFFENDER = "offender", _("is said to have done it")
    ORDERED = "ordered", _("is said to have ordered it, as a leader")
    SHIELDED = "shielded", _("is said to have hidden or shielded it, as a leader")


class Finding(models.TextChoices):
    BREACH = "breach", _("red line breached")
    NO_BREACH = "no_breach", _("no breach found")


class Consequence(models.TextChoices):
    DISMISSAL = "dismissal", _("dismissal")
    EXPULSION = "expulsion", _("expulsion")
    DISCIPLINE = "discipline", _("disciplinary measure")
    REMOVAL = "removal", _("removal from the post")


class RedLineQuerySet(models.QuerySet["RedLineFile"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the files of cities within reach, and those that name the viewer.

        A power over a county or an outlet shows none: who leads there may be liable.
        """
        sight = viewer.sight
        seen = from_the_city_up(sight.reach(Power.SEE_RED_LINES)).outlets("outlet__")
        if (employee_id := sight.employee_id) is not None:
            hers = RedLineParty.objects.filter(employee=employee_id)
            seen |= Q(pk__in=hers.values("file"))
        return self.filter(seen)


class RedLineFile(models.Model):
    """What is reported of a breach at an outlet, on the outlet's day.

    `allegation` is what whoever it names reads of it. `case`: the complaint it began
    with. `set_aside_at`: nothing was found worth an inquiry, and nobody is named.
    """

    file_no = models.CharField(max_length=CODE_LENGTH, unique=True)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="red_line_files")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="red_line_files"
    )
    prohibition = models.CharField(max_length=11, choices=Prohibition.choices)
    on = models.DateField()
    allegation = models.TextField(max_length=NOTE_LENGTH)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = RedLineQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opened_by", "key"], name="red_line_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.file_no


class RedLinePartyQuerySet(models.QuerySet["RedLineParty"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep everybody of the files that one reads whole, else only oneself."""
        reach = from_the_city_up(viewer.sight.reach(Power.SEE_RED_LINES))
        seen = reach.outlets("file__outlet__")
        employee_id = viewer.sight.employee_id
        if employee_id is None:
            return self.filter(seen)
        naming = RedLineParty.objects.filter(employee=employee_id).values("file")
        return self.filter((seen & ~Q(file__in=naming)) | Q(employee=employee_id))


class RedLineParty(models.Model):
    """Somebody whom a file names. No `finding` yet: undecided, a hold in the ledger.

    `proposed_*` is what waits for a second person; `decided_on` is the outlet's day of
    the decision that stands, from which a breach bars.
    """

    file = models.ForeignKey(RedLineFile, models.PROTECT, related_name="parties")
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="red_line_parties"
    )
    part = models.CharField(max_length=8, choices=LiablePart.choices)
    named_on = models.DateField()
    state = models.CharField(
        max_length=8,
        choices=[
            (PartyState.INQUIRY, _("under inquiry")),
            (PartyState.PROPOSED, _("decision proposed")),
            (PartyState.DECIDED, _("decided")),
        ],
        default=PartyState.INQUIRY,
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_finding = models.CharField(
        max_length=9, choices=Finding.choices, blank=True
    )
    proposed_consequence = models.CharField(
        max_length=10, choices=Consequence.choices, blank=True
    )
    proposed_court = models.BooleanField(default=False)
    finding = models.CharField(max_length=9, choices=Finding.choices, blank=True)
    consequence = models.CharField(
        max_length=10, choices=Consequence.choices, blank=True
    )
    to_court = models.BooleanField(default=False)
    decided_on: "models.DateField[Any, date | None]" = models.DateField(
        null=True, blank=True
    )

    objects = RedLinePartyQuerySet.as_manager()

    class Meta:
        ordering = ["file", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "employee"], name="red_line_names_once"
            ),
            models.CheckConstraint(
                condition=Q(finding="", decided_on=None, consequence="")
                | Q(finding="breach", decided_on__isnull=False)
                | Q(finding="no_breach", decided_on__isnull=False, consequence=""),
                name="red_line_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", proposed_by__isnull=False)
                & ~Q(proposed_finding="")
                | ~Q(state="proposed") & Q(proposed_by=None, proposed_finding=""),
                name="red_line_proposal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.employee_id}"


class RedLineEventKind(models.TextChoices):
    OPENED = "opened", _("reported")
    NOTE = "note", _("noted in the inquiry")
    NAME = "name", _("named somebody")
    EVIDENCE = "evidence", _("put evidence in the file")
    ANSWER = "answer", _("answered as a person named")
    PROPOSE = "propose", _("proposed a decision")
    CONFIRM = "confirm", _("confirmed the decision")
    SEND_BACK = "send_back", _("sent the proposal back")
    SET_ASIDE = "set_aside", _("set the report aside")


class RedLineEventQuerySet(models.QuerySet["RedLineEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all lines of a file read whole, else those about or by oneself."""
        reach = from_the_city_up(viewer.sight.reach(Power.SEE_RED_LINES))
        seen = reach.outlets("file__outlet__")
        employee_id = viewer.sight.employee_id
        if employee_id is None:
            return self.filter(seen)
        hers = RedLineParty.objects.filter(employee=employee_id)
        shown = ("name", "answer", "confirm")
        mine = Q(party__in=hers, kind__in=shown)
        return self.filter((seen & ~Q(file__in=hers.values("file"))) | mine)


class RedLineEvent(models.Model):
    """One line of a file; never changed. `party`: the person it is about, if one."""

    file = models.ForeignKey(RedLineFile, models.PROTECT, related_name="events")
    party = models.ForeignKey(
        RedLineParty, models.PROTECT, null=True, related_name="events"
    )
    kind = models.CharField(max_length=9, choices=RedLineEventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    finding = models.CharField(max_length=9, choices=Finding.choices, blank=True)
    consequence = models.CharField(
        max_length=10, choices=Consequence.choices, blank=True
    )
    key = models.UUIDField(null=True, blank=True)

    objects = RedLineEventQuerySet.as_manager()

    class Meta:
        ordering = ["file", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "key"], name="red_line_event_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"


class RedLineEvidenceQuerySet(models.QuerySet["RedLineEvidence"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what lies in files that one reads whole; nobody named sees it."""
        reach = from_the_city_up(viewer.sight.reach(Power.SEE_RED_LINES))
        found = self.filter(reach.outlets("file__outlet__"))
        if (employee_id := viewer.sight.employee_id) is None:
            return found
        naming = RedLineParty.objects.filter(employee=employee_id)
        return found.exclude(file__in=naming.values("file"))


class RedLineEvidence(models.Model):
    """A picture or a PDF in a file; `what` says what it shows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RedLineFile, models.PROTECT, related_name="evidence")
    what = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=4,
        choices=[("jpg", "JPEG"), ("png", "PNG"), ("pdf", "PDF")],
    )
    content = models.FileField(storage=private_storage, upload_to=evidence_path)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RedLineEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["file", "id"]

    def __str__(self) -> str:
        return str(self.uuid)
