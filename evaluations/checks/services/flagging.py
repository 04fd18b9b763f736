"""Raising review flags after a day: what was recorded is read, and nothing of it moves.

Nothing here writes a check, a mark or an entry of the ledger.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.checks.models import (
    Check,
    CheckPhoto,
    Flag,
    FlagKind,
    FlagState,
    PhotoRequest,
)
from evaluations.checks.selectors.live_photos import taken_on_its_day, with_photos
from evaluations.checks.selectors.signs import (
    earlier_cards,
    marks_by_person,
    photos_since,
    seen_by_others,
    shots_of,
)
from evaluations.checks.signs import (
    Elsewhere,
    Tap,
    chance_of_clean,
    deserves_a_look,
    outside_hours,
    pace,
    reused,
    run_of_same,
    too_quick,
)
from outlets.places.models import Outlet
from staffing.people.models import User

# Days before yesterday are looked at again where something of them came since.
CAME_LATELY = timedelta(days=2)
# Who was looked at and found fine is not asked the same again for so long.
QUIET = timedelta(days=28)
DAYS_OF_A_MONTH = 31


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag to be raised, unless it is there already."""

    kind: FlagKind
    key: str
    evidence: Mapping[str, Any]
    author: User | None = None
    standard_id: int | None = None


@dataclass(frozen=True, slots=True)
class DayOfOutlet:
    """The checks of people that were tapped at an outlet on a day and count."""

    outlet: Outlet
    on: date
    checks: Sequence[Check]
    cards: Mapping[tuple[int, int], list[Check]] = field(default_factory=dict)

    @classmethod
    def read(cls, outlet: Outlet, on: date) -> "DayOfOutlet":
        rows = Check.objects.standing().filter(outlet=outlet, on=on)
        rows = rows.filter(by__isnull=False, employee__isnull=False, score=None)
        rows = rows.select_related("by", "standard", "device__outlet")
        checks = list(rows.prefetch_related("marks__item").in_order())
        cards: dict[tuple[int, int], list[Check]] = defaultdict(list)
        for check in checks:
            cards[check.by_id or 0, check.standard_id].append(check)
        return cls(outlet, on, checks, cards)

    def by_author(self, checks: Iterable[Check]) -> Mapping[User, list[Check]]:
        found: dict[User, list[Check]] = defaultdict(list)
        for check in checks:
            if check.by is not None:
                found[check.by].append(check)
        return found


def flag_checked_days(today: date) -> int:
    """Look through yesterday, and what came late of the days before; return how many.

    Running it again raises nothing twice. A day is looked at as it stands now: what is
    undone or set aside raises nothing.
    """
    raised = 0
    days = settings.CHECKS_KEPT_ON_TABLET.days
    for ago in range(1, max(days, 1) + 1):
        on = today - timedelta(days=ago)
        checks = Check.objects.standing().filter(on=on, by__isnull=False)
        if ago > 2:
            checks = checks.filter(received_at__gte=timezone.now() - CAME_LATELY)
        places = checks.order_by().values("outlet").distinct()
        for outlet in Outlet.objects.filter(pk__in=places).order_by("pk"):
            raised += flag_day(outlet, on)
        _settle_answered(on)
    return raised


@transaction.atomic
def flag_day(outlet: Outlet, on: date) -> int:
    """Raise what one outlet's day deserves to be asked; return how many are new."""
    day = DayOfOutlet.read(outlet, on)
    found = [
        *_quick_cards(day),
        *_same_marks(day),
        *_reused_photos(day),
        *_away_from_the_outlet(day),
        *_after_hours(day),
        *_photos_that_did_not_come(day),
    ]
    new = 0
    for one in found:
        _flag, is_new = Flag.objects.get_or_create(
            outlet=outlet,
            on=on,
            kind=one.kind,
            key=one.key,
            defaults={
                "author": one.author,
                "standard_id": one.standard_id,
                "evidence": dict(one.evidence),
            },
        )
        new += is_new
    return new


def _uuids(checks: Iterable[Check]) -> list[str]:
    return [str(check.uuid) for check in checks]


def _quick_cards(day: DayOfOutlet) -> Iterable[Raised]:
    for checks in day.cards.values():
        taps = [
            Tap(check.observed_at, check.seconds)
            for check in checks
            if check.observed_at is not None
        ]
        found = pace(taps)
        quick = too_quick(
            found,
            least_seconds=settings.CHECKS_QUICK_SECONDS,
            least_people=settings.CHECKS_QUICK_PEOPLE,
        )
        if quick and found is not None and (author := checks[0].by) is not None:
            evidence = {
                "people": found.people,
                "seconds": round(found.seconds, 1),
                "checks": _uuids(checks),
            }
            yield Raised(
                FlagKind.TOO_QUICK,
                _card_key(checks[0]),
                evidence,
                author,
                checks[0].standard_id,
            )


def _card_key(check: Check) -> str:
    """Return the name of an author's card: her uuid and the checklist."""
    return f"{check.by.uuid if check.by else ''}:{check.standard_id}"


def _same_marks(day: DayOfOutlet) -> Iterable[Raised]:
    for (by_id, standard_id), checks in day.cards.items():
        today = marks_by_person(checks)
        if run_of_same([today], settings.CHECKS_SAME_PEOPLE) is None:
            continue
        before = earlier_cards(day.outlet, standard_id, by_id, day.on)
        run = run_of_same([*before, today], settings.CHECKS_SAME_PEOPLE)
        if run is None or run.days < settings.CHECKS_SAME_DAYS:
            continue
        others = Elsewhere()
        if run.all_passed:
            others = seen_by_others(day.outlet, standard_id, by_id, day.on)
        asked = deserves_a_look(
            run,
            others,
            least_days=settings.CHECKS_SAME_DAYS,
            least_others=settings.CHECKS_OTHERS_LEAST,
            least_chance=settings.CHECKS_OTHERS_CHANCE,
        )
        key = _card_key(checks[0])
        if not asked or _was_fine(day, FlagKind.SAME_MARKS, key):
            continue
        evidence = {
            "days": run.days,
            "people": run.checks,
            "marks": sorted(map(list, run.marks)),
            "others": others.checks,
            "others_failed": others.with_failure,
            "chance": chance_of_clean(run.checks, others) if run.all_passed else None,
        }
        author = checks[0].by
        yield Raised(FlagKind.SAME_MARKS, key, evidence, author, standard_id)


def _was_fine(day: DayOfOutlet, kind: FlagKind, key: str) -> bool:
    rows = Flag.objects.filter(outlet=day.outlet, kind=kind, key=key)
    rows = rows.filter(state=FlagState.FINE, on__gte=day.on - QUIET)
    return rows.exists()


def _reused_photos(day: DayOfOutlet) -> Iterable[Raised]:
    asked = PhotoRequest.objects.filter(outlet=day.outlet, on=day.on)
    owners = [
        *(check.uuid for check in day.checks),
        *asked.values_list("uuid", flat=True),
    ]
    rows = CheckPhoto.objects.filter(check_uuid__in=owners).complete()
    photos = list(rows.select_related("author"))
    came = [photo.complete_at for photo in photos if photo.complete_at is not None]
    if not came:
        return
    months = timedelta(days=settings.CHECKS_REUSED_MONTHS * DAYS_OF_A_MONTH)
    kept = photos_since(day.outlet, min(came) - months)
    # Of two that came on the same day the later one repeats the earlier.
    for photo in photos:
        earlier = shots_of(one for one in kept if one.pk < photo.pk)
        for found in reused(shots_of([photo]), earlier, settings.CHECKS_REUSED_BITS):
            evidence = {
                "photo": found.shot.key,
                "earlier": found.earlier.key,
                "bits": found.bits,
                "same_file": found.same_file,
            }
            yield Raised(FlagKind.REUSED_PHOTO, found.shot.key, evidence, photo.author)


def _away_from_the_outlet(day: DayOfOutlet) -> Iterable[Raised]:
    """Ask about what was made far off, or on a tablet that stands elsewhere."""
    most = settings.CHECKS_OFF_SITE_METRES
    far = [
        check
        for check in day.checks
        if (check.distance_m or 0) > most
        or (check.device is not None and check.device.outlet_id != day.outlet.pk)
    ]
    for author, checks in day.by_author(far).items():
        tablets = {
            check.device.outlet.code
            for check in checks
            if check.device and check.device.outlet_id != day.outlet.pk
        }
        distances = [c.distance_m for c in checks if (c.distance_m or 0) > most]
        evidence = {
            "tablets_of": sorted(tablets),
            "metres": max(filter(None, distances), default=None),
            "checks": _uuids(checks),
        }
        yield Raised(FlagKind.OFF_SITE, str(author.uuid), evidence, author)


def _after_hours(day: DayOfOutlet) -> Iterable[Raised]:
    outlet = day.outlet
    late = [
        check
        for check in day.checks
        if check.observed_at is not None
        and outside_hours(
            outlet.opening_spans,
            check.observed_at.astimezone(outlet.zone),
            settings.CHECKS_HOURS_MARGIN,
        )
    ]
    for author, checks in day.by_author(late).items():
        seen = [c.observed_at for c in checks if c.observed_at]
        evidence = {
            "first": min(seen).isoformat(),
            "last": max(seen).isoformat(),
            "checks": _uuids(checks),
        }
        yield Raised(FlagKind.AFTER_HOURS, str(author.uuid), evidence, author)


def _photos_that_did_not_come(day: DayOfOutlet) -> Iterable[Raised]:
    """Ask about photos of people who were checked that day; who was not here, is not.

    A photo may wait on a tablet: it has a day longer than its check.
    """
    if timezone.now() - _ends(day) < timedelta(days=1):
        return
    checks = {check.employee_id: check for check in day.checks}
    rows = PhotoRequest.objects.filter(outlet=day.outlet, on=day.on)
    rows = rows.filter(employee__in=checks)
    for asked in with_photos(list(rows)):
        if taken_on_its_day(asked, day.outlet):
            continue
        check = checks[asked.request.employee_id]
        taken = asked.photo.taken_at if asked.photo else None
        evidence = {
            "request": str(asked.request.uuid),
            "check": str(check.uuid),
            "taken_at": taken.isoformat() if taken else None,
        }
        key = str(asked.request.uuid)
        yield Raised(FlagKind.NO_PHOTO, key, evidence, check.by)


def _ends(day: DayOfOutlet) -> datetime:
    return datetime.combine(
        day.on + timedelta(days=1), day.outlet.day_starts_at, tzinfo=day.outlet.zone
    )


def _settle_answered(on: date) -> None:
    """Take back the question about a photo that has come after all."""
    rows = Flag.objects.open().filter(on=on, kind=FlagKind.NO_PHOTO)
    for flag in rows.select_related("outlet"):
        requests = list(PhotoRequest.objects.filter(uuid=flag.key))
        if any(taken_on_its_day(one, flag.outlet) for one in with_photos(requests)):
            flag.state, flag.settled_at = FlagState.GONE, timezone.now()
            flag.save(update_fields=["state", "settled_at"])
