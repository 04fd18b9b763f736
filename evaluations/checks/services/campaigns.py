"""Opening campaigns, carrying their checks out, extending them and calling them off."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Check
from evaluations.checks.models.campaigns import Campaign, CampaignTarget, CarriedBy
from evaluations.checks.rules import Mark
from evaluations.checks.services.cards import (
    holds,
    lock,
    post,
    require_valid,
    today_at,
    write_marks,
)
from evaluations.checks.services.recording import author_of
from evaluations.checks.services.refusals import UuidTaken
from evaluations.standards.models import StandardVersion
from evaluations.standards.rules import OUTLET, Judged
from evaluations.standards.selectors import sheets
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import User


class NoOutlets(DomainError):
    code = "campaign_without_outlets"
    message = _("No outlet is open there on these days. Choose a region or outlets.")


class AsksNothing(DomainError):
    code = "campaign_asks_nothing"
    message = _("%(title)s has no items that judge an outlet. Choose another one.")


class EndsInThePast(DomainError):
    code = "campaign_ends_in_the_past"
    message = _("The last day has passed. Choose a later one.")


class OutsideTheWindow(DomainError):
    code = "outside_the_window"
    message = _("This campaign is open %(window)s. At the outlet it is now %(now)s.")


class CampaignEnded(DomainError):
    code = "campaign_ended"
    message = _("This campaign was called off. Nothing more is taken for it.")


class AlreadyDone(DomainError):
    code = "campaign_check_done"
    message = _("This outlet has been checked in this campaign already.")


class ReasonNeeded(DomainError):
    code = "campaign_reason_missing"
    message = _("Say in a few words why.")


def may_run(outlet: Outlet, by: User) -> bool:
    """Tell whether `by` may have this outlet inspected; reads its region."""
    return holds(by, Power.CORRECT, outlet)


@transaction.atomic
def open_campaign(
    *,
    title: str,
    version: StandardVersion,
    region: Region | None,
    outlets: Sequence[Outlet],
    first_on: date,
    last_on: date,
    opens_at: time | None,
    closes_at: time | None,
    carried_by: CarriedBy,
    by: User,
) -> Campaign:
    """Have the outlets of a region, or these, inspected once within the window.

    A region takes in whatever is open below it on one of the days; what opens later is
    not added.

    Raises:
        PermissionDenied: one of the outlets is not `by`'s to have inspected.
        DomainError: no outlet, nothing asked of an outlet, or days that have passed.
    """
    chosen = _open_then(region, outlets, first_on, last_on)
    if not chosen:
        raise NoOutlets
    if not all(may_run(outlet, by) for outlet in chosen):
        raise PermissionDenied
    if last_on < min(today_at(outlet) for outlet in chosen):
        raise EndsInThePast
    rules = sheets([version.pk]).get(version.pk)
    # The rounds of a day are not those of a campaign: items for one round are left out.
    if rules is None or not rules.applicable(Judged(OUTLET)):
        raise AsksNothing(title=version.standard.title)
    campaign = Campaign.objects.create(
        title=title,
        version=version,
        region=region,
        first_on=first_on,
        last_on=last_on,
        opens_at=opens_at,
        closes_at=closes_at,
        carried_by=carried_by,
        counts=version.standard.on_card,
        opened_by=by,
    )
    CampaignTarget.objects.bulk_create(
        [CampaignTarget(campaign=campaign, outlet=outlet) for outlet in chosen],
        batch_size=500,
    )
    return campaign


@transaction.atomic
def take_campaign_check(
    *,
    uuid: UUID,
    target: CampaignTarget,
    marks: Mapping[str, Mark],
    note: str = "",
    by: User,
) -> Check:
    """Keep the one check of an outlet; the same `uuid` again changes nothing.

    Raises:
        PermissionDenied: it is not `by` who carries it out.
        DomainError: outside the window, called off, done already, or an unknown item.
    """
    campaign, outlet = target.campaign, target.outlet
    if not holds(by, CarriedBy(campaign.carried_by).power, outlet):
        raise PermissionDenied
    lock(outlet, None)
    known = Check.objects.filter(uuid=uuid).first()
    if known is not None:
        if (known.outlet_id, known.slot) != (outlet.pk, campaign.slot):
            raise UuidTaken
        return known
    rows = CampaignTarget.objects.select_for_update(of=("self",))
    row = rows.select_related("campaign", "check_record").get(pk=target.pk)
    campaign, now = row.campaign, timezone.now()
    if row.is_done:
        raise AlreadyDone
    if campaign.ended_at is not None:
        raise CampaignEnded
    if not campaign.window.holds(now, outlet.zone):
        local = now.astimezone(outlet.zone)
        raise OutsideTheWindow(
            window=window_words(campaign),
            now=date_format(local, "SHORT_DATETIME_FORMAT"),
        )
    version = campaign.version
    check = Check(
        uuid=uuid,
        outlet=outlet,
        on=today_at(outlet),
        slot=campaign.slot,
        standard=version.standard,
        version=version,
        note=note,
        observed_at=now,
        received_at=now,
        by=by,
        **author_of(by),
    )
    sheet = sheets([version.pk])[version.pk]
    require_valid(sheet, check.judged, marks, None)
    check.save()
    write_marks(check, sheet, marks)
    row.check_record = check
    row.save(update_fields=["check_record"])
    post(check, by)
    return check


@transaction.atomic
def extend_campaign(*, campaign: Campaign, last_on: date, by: User) -> Campaign:
    """Give a campaign a later last day, also once it is over."""
    row = _locked(campaign, by)
    if last_on <= row.last_on or last_on < timezone.localdate():
        raise EndsInThePast
    row.last_on = last_on
    row.save(update_fields=["last_on"])
    return row


@transaction.atomic
def end_campaign(*, campaign: Campaign, reason: str, by: User) -> Campaign:
    """Call a campaign off; what was checked stays, nothing more is taken."""
    row = _locked(campaign, by)
    if not reason.strip():
        raise ReasonNeeded
    row.ended_at, row.ended_by = timezone.now(), by
    row.ended_because = reason.strip()
    row.save(update_fields=["ended_at", "ended_by", "ended_because"])
    return row


def may_change(campaign: Campaign, by: User) -> bool:
    """Tell whether every outlet of it is `by`'s to have inspected."""
    targets = CampaignTarget.objects.filter(campaign=campaign)
    reached = targets.filter(by.sight.outlets(Power.CORRECT, "outlet__"))
    return reached.exists() and reached.count() == targets.count()


def window_words(campaign: Campaign) -> str:
    """Say when a campaign is open, in the reader's language."""
    first, last = (
        date_format(day, "SHORT_DATE_FORMAT")
        for day in (campaign.first_on, campaign.last_on)
    )
    if campaign.opens_at is None or campaign.closes_at is None:
        return str(_("from %(first)s to %(last)s") % {"first": first, "last": last})
    return str(
        _("from %(first)s to %(last)s, each day from %(opens)s to %(closes)s")
        % {
            "first": first,
            "last": last,
            "opens": time_format(campaign.opens_at, "H:i"),
            "closes": time_format(campaign.closes_at, "H:i"),
        }
    )


def _locked(campaign: Campaign, by: User) -> Campaign:
    row = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not may_change(row, by):
        raise PermissionDenied
    if row.ended_at is not None:
        raise CampaignEnded
    return row


def _open_then(
    region: Region | None, outlets: Sequence[Outlet], first_on: date, last_on: date
) -> list[Outlet]:
    rows = Outlet.objects.select_related("region")
    if region is not None:
        rows = rows.beneath(region)
    else:
        rows = rows.filter(pk__in=[outlet.pk for outlet in outlets])
    return [outlet for outlet in rows if outlet.is_in_business(first_on, last_on)]
