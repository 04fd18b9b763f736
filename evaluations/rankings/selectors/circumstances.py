"""What happened to somebody within a period: joined, moved, left, was on leave."""

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from evaluations.ledger.models import Entry
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.people import PersonInput
from outlets.places.sight import Viewer
from staffing.people.models import Assignment
from staffing.rosters.models import Absence, RosterDay


def circumstances(standing: Standing, viewer: Viewer) -> tuple[str, ...]:
    """Return what is worth knowing beside a score, in words.

    Hiring and duty are those of the frozen input; moves, the last day and leave are
    what the registry and the rosters in the viewer's sight say now.
    """
    period = standing.run.parsed_period
    person = PersonInput.parse(standing.input)
    first, last = period.first.isoformat(), period.last.isoformat()
    found: list[str] = []
    if person.hired_on is not None and first <= person.hired_on <= last:
        hired_on = standing.employee.hired_on
        day = _day(hired_on) if hired_on else person.hired_on
        found.append(gettext("joined on %(day)s") % {"day": day})
    assignments = (
        Assignment.objects.visible_to(viewer)
        .filter(employee=standing.employee_id)
        .overlapping(period.first, period.last)
        .select_related("outlet")
        .order_by("starts_on")
    )
    earlier: Assignment | None = None
    for one in assignments:
        if earlier is not None and earlier.outlet_id != one.outlet_id:
            found.append(
                gettext(
                    "moved from %(old)s to %(new)s on %(day)s; listed at %(listed)s"
                )
                % {
                    "old": earlier.outlet.name,
                    "new": one.outlet.name,
                    "day": _day(one.starts_on),
                    "listed": standing.outlet.name if standing.outlet else "–",
                }
            )
        earlier = one
    left_on = standing.employee.left_on
    if left_on is not None and period.first <= left_on <= period.last:
        found.append(gettext("left after %(day)s") % {"day": _day(left_on)})
    elif not person.on_duty:
        found.append(gettext("not on duty on the last day of the period"))
    leave = (
        RosterDay.objects.visible_to(viewer)
        .filter(
            employee=standing.employee_id,
            on__range=(period.first, period.last),
            absence=Absence.LEAVE,
        )
        .count()
    )
    if leave:
        found.append(
            ngettext(
                "on leave on %(n)d day of the period",
                "on leave on %(n)d days of the period",
                leave,
            )
            % {"n": leave}
        )
    if missing := _unchecked(standing, viewer):
        found.append(
            ngettext(
                "nobody checked on %(n)d rostered day; it is left out, not counted as "
                "failed",
                "nobody checked on %(n)d rostered days; they are left out, not counted "
                "as failed",
                missing,
            )
            % {"n": missing}
        )
    return tuple(found)


def _unchecked(standing: Standing, viewer: Viewer) -> int:
    """Return the rostered days without a check that the run knew of."""
    run = standing.run
    period, until = run.parsed_period, run.entries_until or 0
    entries = Entry.objects.visible_to(viewer).filter(
        employee=standing.employee_id,
        component="missing_check",
        on__range=(period.first, period.last),
        pk__lte=until,
        reverses=None,
    )
    return entries.exclude(reversal__pk__lte=until).count()


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]
