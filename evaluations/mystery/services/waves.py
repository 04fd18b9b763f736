"""Waves: made, changed while a draft, started, closed. Planning: see `planning`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Questionnaire,
    Quota,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    Scenario,
    Wave,
    WaveState,
    plans_visits,
)
from evaluations.mystery.rules.spreading import usual_visits
from outlets.exchange.errors import DomainError
from outlets.places.models import OutletClass, Region
from staffing.people.models import Agency, User


class WaveCodeTaken(DomainError):
    code = "wave_code_taken"
    message = _("There is a wave with this code already.")


class WaveNotDraft(DomainError):
    code = "wave_not_draft"
    message = _("Only a draft can be changed: discard the plan first.")


class WaveNotPlanned(DomainError):
    code = "wave_not_planned"
    message = _("Plan the visits of this wave first.")


class WaveNotRunning(DomainError):
    code = "wave_not_running"
    message = _("This wave is not in the field.")


class WaveUnderWay(DomainError):
    code = "wave_under_way"
    message = _("This wave is in the field already: its plan stands.")


class WaveBeingPlanned(DomainError):
    code = "wave_being_planned"
    message = _("The visits of this wave are being planned. Wait until they are.")


class NothingToAsk(DomainError):
    code = "nothing_to_ask"
    message = _("The questionnaire has no published version yet: publish one first.")


class WaveEndsFirst(DomainError):
    code = "wave_ends_first"
    message = _("The wave ends before it begins.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a wave is; see `Wave`. `budget` and `fee` in yuan, None: no limit."""

    title: str
    questionnaire: Questionnaire
    scenarios: Sequence[Scenario]
    agencies: Sequence[Agency]
    opens_on: date
    closes_on: date
    budget: Decimal | None = None
    fee: Decimal | None = None
    lockout_days: int = 90
    most_each: int = 15

    @property
    def plain(self) -> dict[str, Any]:
        names = ("title", "questionnaire", "opens_on", "closes_on", "budget", "fee")
        return {
            name: getattr(self, name) for name in (*names, "lockout_days", "most_each")
        }


def require_planner(user: User) -> None:
    """Refuse who does not plan visits for the chain.

    Raises:
        PermissionDenied: she does not.
    """
    if not plans_visits(user.sight):
        raise PermissionDenied


def locked_wave(wave_id: int) -> Wave:
    """Return a wave, its row locked until the transaction ends.

    Lock it before its visits: who closes it does so too.
    """
    return Wave.objects.select_for_update(of=("self",)).get(pk=wave_id)


def wave_for_writing(code: str, by: User) -> Wave:
    """Return a wave, its row locked until the transaction ends.

    A planning of which nothing was heard is given up: should its worker come after
    all, it leaves the wave alone.

    Raises:
        PermissionDenied: she does not plan visits.
        Wave.DoesNotExist: there is none with this code.
        WaveBeingPlanned: a worker is at it.
    """
    require_planner(by)
    wave = Wave.objects.select_for_update(of=("self",)).get(code=code)
    if wave.is_being_planned:
        raise WaveBeingPlanned
    if wave.planning_since is not None:
        wave.planning_since = None
        wave.save(update_fields=["planning_since"])
    return wave


@transaction.atomic
def make_wave(*, code: str, terms: Terms, by: User) -> Wave:
    """Make a draft, with the visits that the classes of outlets are usually due."""
    require_planner(by)
    _in_order(terms)
    wave, made = Wave.objects.get_or_create(
        code=code, defaults={**terms.plain, "made_by": by}
    )
    if not made:
        raise WaveCodeTaken
    wave.scenarios.set(terms.scenarios)
    wave.agencies.set(terms.agencies)
    for letter in OutletClass.values:
        visits = usual_visits(letter, terms.opens_on, terms.closes_on)
        Quota.objects.create(wave=wave, outlet_class=letter, visits=visits)
    return wave


def _in_order(terms: Terms) -> None:
    if terms.closes_on < terms.opens_on:
        raise WaveEndsFirst


@transaction.atomic
def change_wave(*, code: str, terms: Terms, by: User) -> Wave:
    """Change a draft; its quotas stay."""
    wave = draft_for_writing(code, by)
    _in_order(terms)
    for name, value in terms.plain.items():
        setattr(wave, name, value)
    wave.save(update_fields=list(terms.plain))
    wave.scenarios.set(terms.scenarios)
    wave.agencies.set(terms.agencies)
    return wave


def draft_for_writing(code: str, by: User) -> Wave:
    """Return a draft, locked.

    Raises:
        WaveNotDraft: it is planned already, or further.
    """
    wave = wave_for_writing(code, by)
    if wave.state != WaveState.DRAFT:
        raise WaveNotDraft
    return wave


@transaction.atomic
def set_quota(
    *, code: str, outlet_class: str, region: Region | None, visits: int, by: User
) -> Quota:
    """Say how many visits each outlet of a class in a region gets; 0: none."""
    wave = draft_for_writing(code, by)
    quota, _made = Quota.objects.update_or_create(
        wave=wave,
        outlet_class=outlet_class,
        region=region,
        defaults={"visits": visits},
    )
    return quota


@transaction.atomic
def drop_quota(*, code: str, quota_id: int, by: User) -> None:
    """Take a quota back; one that is gone stays gone."""
    wave = draft_for_writing(code, by)
    wave.quotas.filter(pk=quota_id).delete()


@transaction.atomic
def discard_plan(*, code: str, by: User) -> Wave:
    """Make a planned wave a draft again; what was cancelled stays on record."""
    wave = wave_for_writing(code, by)
    if wave.state == WaveState.DRAFT:
        return wave
    if wave.state != WaveState.PLANNED:
        raise WaveUnderWay
    not_begun(wave).delete()
    wave.state, wave.plan, wave.planning_failed = WaveState.DRAFT, None, False
    wave.save(update_fields=["state", "plan", "planning_failed"])
    return wave


def not_begun(wave: Wave) -> Any:
    """Return the visits of a wave that nobody has begun."""
    return Report.objects.filter(wave=wave, state=ReportState.NEW, version=None)


@transaction.atomic
def start_wave(*, code: str, by: User) -> Wave:
    """Let the agencies see their visits. Starting again changes nothing."""
    wave = wave_for_writing(code, by)
    if wave.state == WaveState.RUNNING:
        return wave
    if wave.state != WaveState.PLANNED:
        raise WaveNotPlanned
    if not wave.questionnaire.versions.exists():
        raise NothingToAsk
    wave.state, wave.planning_failed = WaveState.RUNNING, False
    wave.save(update_fields=["state", "planning_failed"])
    return wave


@transaction.atomic
def close_wave(*, code: str, by: User) -> int:
    """End a wave and cancel what nobody has begun; returns how many that were."""
    wave = wave_for_writing(code, by)
    if wave.state == WaveState.CLOSED:
        return 0
    if wave.state != WaveState.RUNNING:
        raise WaveNotRunning
    ids = list(
        not_begun(wave).select_for_update(of=("self",)).values_list("pk", flat=1)
    )
    Report.objects.filter(pk__in=ids).update(state=ReportState.CANCELLED)
    ReportEvent.objects.bulk_create(
        ReportEvent(
            report_id=pk,
            what=ReportActionKind.CANCEL,
            words=gettext("The wave was closed."),
            by=by,
        )
        for pk in ids
    )
    wave.state = WaveState.CLOSED
    wave.save(update_fields=["state"])
    return len(ids)
