"""One visit of a wave: given to another shopper, or given up."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import Entry
from evaluations.mystery.models import (
    Report,
    ReportActionKind,
    ReportState,
    Shopper,
    Visit,
    WaveState,
)
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.selectors.planning import lockouts
from evaluations.mystery.services.evidence import forget_begun
from evaluations.mystery.services.posting import SOURCE
from evaluations.mystery.services.steps import locked, note, require
from evaluations.mystery.services.waves import WaveNotRunning, locked_wave
from outlets.exchange.errors import DomainError
from staffing.people.models import User


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why.")


class ShopperKnown(DomainError):
    code = "shopper_known"
    message = _("Somebody knows her at this outlet.")


class ShopperNotInWave(DomainError):
    code = "shopper_not_in_wave"
    message = _("She carries out no visits of this wave.")


class ShopperLockedOut(DomainError):
    code = "shopper_locked_out"
    message = _(
        "She was or will be at this outlet within %(days)d days. Say why she goes "
        "nevertheless, or choose somebody else."
    )


class ShopperFull(DomainError):
    code = "shopper_full"
    message = _(
        "She has %(visits)d visits already, and takes %(most)d at most. Say why she "
        "takes one more, or choose somebody else."
    )


class ShopperElsewhere(DomainError):
    code = "shopper_elsewhere"
    message = _(
        "This outlet is in none of her regions. Say why she goes nevertheless, or "
        "choose somebody else."
    )


def _report_for(number: str, by: User) -> Report:
    """Return a report within sight; its wave is locked, then its row.

    Closing a wave locks in the same order. Two hand-overs to one shopper at a time
    would both find room.

    Raises:
        Report.DoesNotExist: she sees none with this number.
    """
    seen = Report.objects.visible_to(by).only("pk", "wave").get(number=number)
    wave = locked_wave(seen.wave_id)
    report = locked(seen.pk)
    report.wave = wave
    return report


@transaction.atomic
def hand_over(*, number: str, shopper: Shopper, why: str, by: User) -> Report:
    """Give a visit that is to be done to another shopper.

    Lock-out, regions and the most visits may be passed over by saying `why`; an outlet
    where she is known may not. What the former shopper had begun is forgotten.

    Raises:
        Report.DoesNotExist: out of sight.
        PermissionDenied, ReportMoved: not for her to do, or not now.
        WaveNotRunning: the wave is closed, maybe a moment ago.
        ShopperNotInWave, ShopperKnown, ShopperElsewhere, ShopperLockedOut,
            ShopperFull: as they say.
    """
    report = _report_for(number, by)
    require(Action.HAND_OVER, report, by)
    if report.wave.state == WaveState.CLOSED:
        raise WaveNotRunning
    if shopper.pk == report.shopper_id:
        return report
    _check(report, shopper, why=why.strip(), by=by)
    _forget(report)
    report.shopper = shopper
    report.save(update_fields=["shopper"])
    note(report, ReportActionKind.HAND_OVER, by=by, words=why)
    return report


def _forget(report: Report) -> None:
    """Let a visit be as if nobody had begun it: the next one sees for herself."""
    _take_back_visit(report)
    forget_begun(report)
    report.answers.all().delete()
    report.version = report.submitted_at = report.delivery = None
    report.visited_on = report.arrived_at = report.left_at = None
    report.points = report.out_of = None
    report.badge = report.described = report.comment = ""
    report.save(
        update_fields=[
            *("version", "submitted_at", "delivery", "visited_on", "arrived_at"),
            *("left_at", "points", "out_of", "badge", "described", "comment"),
        ]
    )


def _take_back_visit(report: Report) -> None:
    """Delete the visit that a report had become before the region sent it back.

    The region would wait for it in vain, or find in it whom somebody else had met. One
    on which something stands already, which no page leads to, stays.
    """
    if report.visit_id is None:
        return
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=report.visit_id)
    entered = Entry.objects.filter(source=SOURCE, source_id=visit.visit_no)
    if visit.released_at or visit.appeals.exists() or entered.exists():
        return
    report.visit = None
    report.save(update_fields=["visit"])
    visit.delete()


def _check(report: Report, shopper: Shopper, *, why: str, by: User) -> None:
    wave, theirs = report.wave, Shopper.objects.visible_to(by)
    fits = theirs.filter(
        pk=shopper.pk,
        active=True,
        agency__active=True,
        agency__in=wave.agencies.values("pk"),
    )
    if not fits.exists():
        raise ShopperNotInWave
    if shopper.avoids.filter(pk=report.outlet_id).exists():
        raise ShopperKnown
    if why:
        return
    regions = [region.path for region in shopper.regions.all()]
    path = report.outlet.region.path
    if regions and not any(path.startswith(region) for region in regions):
        raise ShopperElsewhere
    hers = wave.reports.filter(shopper=shopper).exclude(state=ReportState.CANCELLED)
    again = hers.filter(outlet=report.outlet_id).exclude(pk=report.pk)
    if again.exists() or (report.outlet_id, shopper.pk) in lockouts(wave):
        raise ShopperLockedOut(days=wave.lockout_days)
    count = hers.count()
    if count >= wave.most_each:
        raise ShopperFull(visits=count, most=wave.most_each)


@transaction.atomic
def cancel_visit(*, number: str, why: str, by: User) -> Report:
    """Give a visit up, saying why; files brought to a report never sent are dropped.

    Raises:
        Report.DoesNotExist: out of sight.
        PermissionDenied, ReportMoved: not for her to do, or not now.
        ReasonMissing: nothing was said.
    """
    report = _report_for(number, by)
    require(Action.CANCEL, report, by)
    if not why.strip():
        raise ReasonMissing
    _take_back_visit(report)
    if report.state == ReportState.NEW:
        forget_begun(report)
    report.state = ReportState.CANCELLED
    report.save(update_fields=["state"])
    note(report, ReportActionKind.CANCEL, by=by, words=why)
    return report
