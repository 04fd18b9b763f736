"""What daily checks and the floor keep, one of every sort."""

from datetime import date, time, timedelta
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from evaluations.checks.drawing import moment
from evaluations.checks.models import (
    ActionStep,
    Away,
    Campaign,
    CampaignTarget,
    Check,
    CheckPhoto,
    CorrectiveAction,
    DrawSeed,
    Flag,
    FloorTap,
    HeldCheck,
    LocatedRegion,
    PhotoDraw,
    PhotoRequest,
    Recheck,
    Retaken,
    RoundDraw,
    Spill,
    TrialDevice,
)
from evaluations.standards.models import (
    StandardVersion,
)
from outlets.flow.models import Fault, FaultKind
from outlets.places.models import Outlet, ZoneKind
from staffing.people.models import Employee, User
from tests.sight.days import AT, DAY
from tests.staffing.people.factories import UserFactory


def checked(
    key: str, text: str, outlet: Outlet, employee: Employee
) -> dict[str, object]:
    """Put one record of every sort that daily checks keep on file."""
    about = {"outlet": outlet, "employee": employee}
    check = _check(key, text, standard="GROOMING", **about)
    return {
        "check": check,
        "photo": _photo(check.uuid),
        **_honest(text, check),
        "held": _held(key, text, **about),
        "away": _away(**about),
        "draw": _draw(outlet),
        "campaign": _campaign(outlet, text),
        "action": _action(text, **about),
        "trial_device": _floor(text, outlet),
        "outlet_check": _check(key, text, standard="ENVIRONMENT", outlet=outlet),
        "rival_check": _check(
            key, text, standard="ENVIRONMENT", outlet=outlet, state="conflict"
        ),
    }


def _check(key: str, text: str, *, standard: str, **about) -> Check:
    version = StandardVersion.objects.filter(standard__code=standard).latest("number")
    return Check.objects.create(
        uuid=uuid4(),
        on=DAY,
        slot=f"S-{key}",
        standard=version.standard,
        version=version,
        observed_at=AT,
        received_at=AT,
        by_name=f"{text} manager",
        note=f"{text} note",
        pending=False,
        **about,
    )


def _honest(text: str, check: Check) -> dict[str, object]:
    """Return what honest checking keeps: a photo asked for, two flags, a re-check."""
    outlet, person = check.outlet, check.employee
    seed, _is_new = DrawSeed.objects.get_or_create(
        on=DAY, defaults={"seed": "5eed", "one_in": 1, "most_people": 2}
    )
    draw, _is_new = PhotoDraw.objects.get_or_create(
        outlet=outlet, seed=seed, defaults={"candidates": [str(person.uuid)]}
    )
    request, _is_new = PhotoRequest.objects.get_or_create(
        draw=draw, employee=person, defaults={"outlet": outlet, "on": DAY}
    )
    again = Recheck.objects.create(
        outlet=outlet, on=DAY, seed="5eed", drawn_from=[], by=UserFactory()
    )
    Retaken.objects.create(recheck=again, check_record=check, position=1)
    LocatedRegion.objects.get_or_create(
        region=outlet.region, defaults={"by": UserFactory()}
    )
    return {
        "photo_request": request,
        "live_photo": _photo(request.uuid),
        "flag": _flag(text, check, state="open"),
        "spoken_flag": _flag(text, check, state="talked"),
        "recheck": again,
    }


def _flag(text: str, check: Check, *, state: str) -> Flag:
    """Return a flag about checks that the person herself made of others."""
    settled = {"settled_by": UserFactory(), "settled_at": AT} if state != "open" else {}
    return Flag.objects.create(
        outlet=check.outlet,
        on=timezone.localdate(),
        kind="too_quick",
        key=f"{check.pk}:{state}",
        author=User.objects.filter(employee=check.employee).first(),
        evidence={"people": 5, "seconds": 1.0, "checks": [str(check.uuid)]},
        state=state,
        note=f"{text} flag",
        **settled,
    )


def _photo(belongs_to: UUID) -> CheckPhoto:
    uuid = uuid4()
    name = storages["private"].save(f"checks/photos/{uuid}.jpg", ContentFile(b"jpeg"))
    return CheckPhoto.objects.create(
        uuid=uuid,
        check_uuid=belongs_to,
        length=4,
        received=4,
        file=name,
        complete_at=AT,
    )


def _away(outlet: Outlet, employee: Employee) -> Away:
    """Return that a colleague is not here today, as somebody said."""
    colleagues = outlet.assignments.exclude(employee=employee).order_by("employee")
    return Away.objects.create(
        outlet=outlet,
        employee=colleagues[1].employee,
        on=timezone.localdate(),
        reason="leave",
        by=UserFactory(),
    )


def _draw(outlet: Outlet) -> RoundDraw:
    """Return yesterday's drawn hour: 10:00 of an outlet open from 9 to 18."""
    on = timezone.localdate() - timedelta(days=1)
    hours, day_starts_at = "Mon-Sun 09:00-18:00", time.min
    drawn = {
        "outlet_code": outlet.code,
        "hours": hours,
        "day_starts_at": day_starts_at,
        "seed": "0" * 64,
        "minute": 600,
        "due_at": moment(on, 600, outlet.zone),
        "closes_at": moment(on, 1080, outlet.zone),
    }
    draws = RoundDraw.objects.get_or_create(outlet=outlet, on=on, defaults=drawn)
    return draws[0]


def _campaign(outlet: Outlet, text: str) -> Campaign:
    """Return a campaign that the lead of the outlet may carry out at any time."""
    version = StandardVersion.objects.filter(standard__code="ENVIRONMENT")
    campaign = Campaign.objects.create(
        title=f"{text} campaign",
        version=version.latest("number"),
        first_on=DAY,
        last_on=date(2099, 1, 1),
        carried_by="outlet",
        counts=False,
        opened_by=UserFactory(),
    )
    CampaignTarget.objects.create(campaign=campaign, outlet=outlet)
    return campaign


def _action(text: str, **about) -> CorrectiveAction:
    by = UserFactory()
    action = CorrectiveAction.objects.create(
        outlet=about["outlet"],
        task=f"{text} task",
        owner=about["employee"],
        due_on=DAY,
        opened_by=by,
    )
    ActionStep.objects.create(action=action, kind="opened", note=action.task, by=by)
    return action


def _floor(text: str, outlet: Outlet) -> TrialDevice:
    """Return a trial device where there is a spill, and something is broken."""
    # Over every limit of a minute already: none is passed while pages are asked for.
    by, now = UserFactory(), timezone.now() - timedelta(minutes=10)
    # One of each may be open at a place: a second record is of the next kind.
    area = ZoneKind.values[Spill.objects.filter(outlet=outlet).count()]
    kind = FaultKind.values[Fault.objects.filter(outlet=outlet).count()]
    device = TrialDevice.objects.create(
        outlet=outlet, kind="phone", code=f"{text}-D", since=DAY
    )
    taps = {
        topic: FloorTap.objects.create(
            uuid=uuid4(),
            outlet=outlet,
            on=timezone.localdate(),
            topic=topic,
            step="began",
            place=place,
            note=f"{text} {topic}",
            by=by,
            observed_at=now,
        )
        for topic, place in (("spill", area), ("fault", kind))
    }
    Spill.objects.create(
        uuid=taps["spill"].uuid,
        outlet=outlet,
        on=timezone.localdate(),
        area=area,
        noticed_at=now,
        report=taps["spill"],
    )
    Fault.objects.create(
        uuid=taps["fault"].uuid, outlet=outlet, kind=kind, started_at=now
    )
    return device


def _held(key: str, text: str, **about) -> HeldCheck:
    """Return a record that waits, since it came from a tablet too late."""
    return HeldCheck.objects.create(
        uuid=uuid4(),
        digest=key,
        deed="record",
        reason="day_is_over",
        number=about["employee"].number,
        on=DAY,
        payload={
            "date": f"{DAY:%F}",
            "observed_at": AT.isoformat(),
            "standard": "GROOMING",
            "version": 1,
            "slot": "opening",
        },
        note=f"{text} note",
        observed_at=AT,
        **about,
    )
