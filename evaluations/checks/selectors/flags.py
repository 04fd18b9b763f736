"""Review flags for people to read: why, in words, and with what evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.checks.models import (
    Check,
    CheckPhoto,
    Flag,
    FlagKind,
    MarkKind,
    PhotoRequest,
)
from evaluations.checks.selectors.signs import days_of
from evaluations.standards.models import Item
from outlets.places.sight import Viewer
from outlets.places.words import opening_hours


@dataclass(frozen=True, slots=True)
class PhotoSeen:
    """A photo of the evidence and the day it belongs to.

    `photo` None: it is not kept any more, or not for this viewer.
    """

    title: str
    photo: CheckPhoto | None
    on: date | None


@dataclass(frozen=True, slots=True)
class FlagRead:
    """One flag with its reason, what often lies behind it, and what it rests on."""

    flag: Flag
    reason: str
    harmless: str
    checks: Sequence[Check] = ()
    photos: Sequence[PhotoSeen] = field(default=())


def reason_of(flag: Flag) -> str:
    """Return in one sentence what was seen; no reproach."""
    said = flag.evidence
    if flag.kind == FlagKind.TOO_QUICK:
        return _(
            "%(people)s people on one card, half of them in %(seconds)s seconds or "
            "less."
        ) % {
            "people": said["people"],
            "seconds": number_format(said["seconds"], 1),
        }
    if flag.kind == FlagKind.SAME_MARKS:
        return _same(flag)
    if flag.kind == FlagKind.REUSED_PHOTO:
        if said["same_file"]:
            return _("A photo is the very file of an earlier one.")
        return _(
            "A photo looks like an earlier one: they differ in %(bits)s of 64 bits."
        ) % {"bits": said["bits"]}
    if flag.kind == FlagKind.OFF_SITE:
        return _off_site(flag)
    if flag.kind == FlagKind.AFTER_HOURS:
        return _after_hours(flag)
    taken = said.get("taken_at")
    if taken and (at := parse_datetime(taken)):
        return _("The photo asked for was taken on another day: %(when)s.") % {
            "when": _moment(flag, at)
        }
    return _("Somebody was checked whose photo was asked for, and none came.")


def _same(flag: Flag) -> str:
    said = flag.evidence
    if said["marks"]:
        marks = ", ".join(
            f"{code} {MarkKind(mark).label}" for code, mark in said["marks"]
        )
        return _("%(days)s days in a row everybody got the same marks: %(marks)s.") % {
            "days": said["days"],
            "marks": marks,
        }
    return _(
        "%(days)s days in a row everybody passed everything (%(people)s checks). "
        "Others found something in %(failed)s of %(others)s checks here: that this is "
        "chance is less likely than %(chance)s %%."
    ) % {
        "days": said["days"],
        "people": said["people"],
        "failed": said["others_failed"],
        "others": said["others"],
        "chance": number_format(max(100 * said["chance"], 0.01), 2),
    }


def _off_site(flag: Flag) -> str:
    said = flag.evidence
    n = len(said["checks"])
    if said["metres"]:
        return ngettext(
            "%(n)s check was made up to %(metres)s m from the outlet.",
            "%(n)s checks were made up to %(metres)s m from the outlet.",
            n,
        ) % {"n": n, "metres": number_format(said["metres"])}
    return ngettext(
        "%(n)s check was made on a tablet of %(outlets)s.",
        "%(n)s checks were made on a tablet of %(outlets)s.",
        n,
    ) % {"n": n, "outlets": ", ".join(said["tablets_of"])}


def _after_hours(flag: Flag) -> str:
    said = flag.evidence
    n = len(said["checks"])
    first, last = (datetime.fromisoformat(said[name]) for name in ("first", "last"))
    return ngettext(
        "%(n)s check was made at %(first)s. Opening hours: %(hours)s.",
        "%(n)s checks were made between %(first)s and %(last)s. Opening hours: "
        "%(hours)s.",
        n,
    ) % {
        "n": n,
        "first": _moment(flag, first),
        "last": _moment(flag, last),
        "hours": opening_hours(flag.outlet.hours),
    }


def _moment(flag: Flag, at: datetime) -> str:
    return date_format(at.astimezone(flag.outlet.zone), "SHORT_DATETIME_FORMAT")


def harmless(kind: str) -> str:
    """Return what often lies behind a flag of this kind although all is well."""
    return {
        FlagKind.TOO_QUICK: _(
            "She may have looked at everybody in the morning meeting and tapped "
            "afterwards."
        ),
        FlagKind.SAME_MARKS: _(
            "The same may really be wrong with everybody, such as badges that have "
            "not been delivered."
        ),
        FlagKind.REUSED_PHOTO: _(
            "The same corner photographed from the same place looks alike."
        ),
        FlagKind.OFF_SITE: _(
            "A tablet may be lent, the outlet's address may be wrong, and inside a "
            "building a position is a guess."
        ),
        FlagKind.AFTER_HOURS: _(
            "There may have been a special opening, or the opening hours on record "
            "are old."
        ),
        FlagKind.NO_PHOTO: _(
            "The camera may be broken, the person may have said no, or the photo still "
            "waits on the tablet."
        ),
    }[FlagKind(kind)]


def read_flag(viewer: Viewer, flag: Flag) -> FlagRead:
    """Return a flag with what it rests on, as far as the viewer sees that."""
    said = flag.evidence
    uuids = [*said.get("checks", ()), *filter(None, [said.get("check")])]
    checks = Check.objects.visible_to(viewer).filter(uuid__in=uuids)
    found = checks.select_related("employee", "standard", "outlet").in_order()
    return FlagRead(
        flag,
        reason_of(flag),
        harmless(flag.kind),
        list(found),
        _photos(viewer, flag),
    )


def _photos(viewer: Viewer, flag: Flag) -> list[PhotoSeen]:
    said = flag.evidence
    if flag.kind != FlagKind.REUSED_PHOTO:
        return []
    wanted = [(_("The photo"), said["photo"]), (_("The earlier one"), said["earlier"])]
    rows = CheckPhoto.objects.visible_to(viewer).complete()
    photos = {
        str(photo.uuid): photo
        for photo in rows.filter(uuid__in=[uuid for _title, uuid in wanted])
    }
    days = days_of([photo.check_uuid for photo in photos.values()])
    return [
        PhotoSeen(
            title,
            photos.get(uuid),
            days.get(photos[uuid].check_uuid) if uuid in photos else None,
        )
        for title, uuid in wanted
    ]


def marked_items(flag: Flag) -> list[Item]:
    """Return the items that everybody got the same mark on, newest version first."""
    codes = [code for code, _mark in flag.evidence.get("marks", ())]
    items = Item.objects.filter(version__standard=flag.standard_id, code__in=codes)
    newest = {item.code: item for item in items.order_by("version__number")}
    return [newest[code] for code in codes if code in newest]


def asked_of(flag: Flag) -> PhotoRequest | None:
    """Return the request that a missing photo is about; None: it is about none."""
    uuid = flag.evidence.get("request")
    rows = PhotoRequest.objects.select_related("employee")
    return rows.filter(uuid=UUID(uuid)).first() if uuid else None
