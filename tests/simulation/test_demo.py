from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from evaluations.awards.models import AwardList
from evaluations.checks.models import (
    Campaign,
    DeviceDay,
    FloorTap,
    PhotoRequest,
    RoundDraw,
    Spill,
    TrialDevice,
)
from evaluations.feedback.models import CallBack, CallDraw
from evaluations.feedback.services.calls_drawing import differences
from evaluations.knowledge.models import Sitting
from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import is_closed
from evaluations.rankings.models import Run
from outlets.flow.models import Fault
from outlets.places.models import RegionLevel
from outlets.places.sight import Power
from simulation.results import finished_periods
from simulation.signins import (
    CLIENT_ID,
    CLIENT_SCOPES,
    DEMO_PASSWORD,
    NoChain,
    PasswordMissing,
    make_client,
    make_sign_ins,
)
from staffing.accounts.models import ServiceSecret
from staffing.accounts.services.service_tokens import WeakSecret
from staffing.notices.models import Bulletin, Notice
from staffing.people.models import RoleGrant, User
from staffing.people.roles import Role
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import AssignmentFactory


@pytest.fixture
def staffed_outlet(db):
    city = RegionFactory(level=RegionLevel.CITY)
    county = RegionFactory(level=RegionLevel.COUNTY, parent=city)
    outlet = OutletFactory(region=county, outlet_class="A")
    for post in ("store_manager", "supervisor", "clerk", "clerk"):
        AssignmentFactory(outlet=outlet, employee__post=post)
    return outlet


def run(command: str, **options) -> str:
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


def test_make_sign_ins_gives_every_role(staffed_outlet):
    made = make_sign_ins(password=None)
    assert [one.role for one in made] == [
        Role.CLERK, Role.STORE_MANAGER, Role.SUPERVISOR, Role.REGIONAL_SUPERVISOR,
        Role.HR, Role.OPERATIONS, Role.OPERATIONS, Role.ADMINISTRATOR,
        Role.AUDITOR, Role.AGENCY, None,
    ]  # fmt: skip
    for one in made[:-1]:
        user = User.objects.get(username=one.username)
        assert one.role in user.roles
        assert user.check_password(DEMO_PASSWORD)
        assert not user.is_superuser
    regional = User.objects.get(username="regional")
    city = staffed_outlet.region.parent
    assert regional.sight.reach(Power.SEE_RECORDS).region_paths == {city.path}
    shopper = User.objects.get(username="shopper")
    assert (shopper.shopper.code, shopper.roles) == ("S01", frozenset())
    assert shopper.check_password(DEMO_PASSWORD)


def test_make_sign_ins_twice_changes_nothing_but_the_password(staffed_outlet):
    first = make_sign_ins(password=None)
    grants = list(RoleGrant.objects.values_list("pk", flat=True))
    assert make_sign_ins(password="another-good-one") == first
    assert list(RoleGrant.objects.values_list("pk", flat=True)) == grants
    assert User.objects.count() == len(first)
    assert User.objects.get(username="hr").check_password("another-good-one")


def test_make_sign_ins_outside_a_demo_wants_a_password(staffed_outlet, settings):
    settings.DEMO = False
    with pytest.raises(PasswordMissing):
        make_sign_ins(password=None)
    assert not User.objects.exists()
    assert len(make_sign_ins(password="given-by-somebody")) == 11


@pytest.mark.django_db
def test_make_sign_ins_without_a_chain_says_so():
    with pytest.raises(NoChain):
        make_sign_ins(password=None)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_make_client_gets_a_token_for_the_scopes_of_hr(client):
    client_id, secret = make_client(secret=None)
    assert make_client(secret=None) == (CLIENT_ID, secret)
    answer = client.post(
        "/api/v1/oauth/token/",
        {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": CLIENT_SCOPES,
        },
    )
    assert answer.status_code == 200
    assert answer.json()["scope"] == CLIENT_SCOPES


@pytest.mark.django_db
def test_make_client_outside_a_demo_gets_a_secret_that_nobody_thought_up(settings):
    settings.DEMO = False
    _client_id, secret = make_client(secret=None)
    assert len(secret) == 46
    with pytest.raises(WeakSecret):
        make_client(secret="given-by-somebody")
    assert ServiceSecret.objects.get(revoked_at=None).tail == secret[-4:]


@pytest.mark.parametrize(
    ("first", "until", "codes"),
    [
        (date(2026, 6, 1), date(2026, 11, 21),
         ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-Q3"]),
        (date(2026, 9, 1), date(2026, 9, 30), ["2026-09"]),
        (date(2026, 9, 1), date(2026, 9, 29), []),
    ],
)  # fmt: skip
def test_finished_periods_lie_wholly_within_the_span(first, until, codes):
    assert [period.code for period in finished_periods(first, until)] == codes


@pytest.mark.one_database  # each service that it calls is asked on both
@pytest.mark.django_db
def test_demo_ends_with_published_lists_one_draft_and_sign_ins():
    size = {"outlets": 2, "months": 3, "until": date(2025, 10, 3), "ticket_days": 2}
    said = run("demo", **size)
    assert "operations" in said
    assert DEMO_PASSWORD in said
    assert {r.period: r.state for r in Run.objects.all()} == {
        "2025-08": "published",
        "2025-09": "published",
    }
    statuses = AwardList.objects.values_list("period", "status").distinct().order_by()
    assert set(statuses) == {("2025-08", "published"), ("2025-09", "draft")}
    assert is_closed(Period.parse("2025-08"))
    assert not is_closed(Period.parse("2025-09"))

    places = set(TrialDevice.objects.values_list("outlet", flat=True))
    assert "floor: two weeks at" in said
    assert "voices: " in said
    calls = set(CallBack.objects.values_list("state", flat=True))
    assert calls == {"waiting", "reached", "given_up"}
    sat = set(Sitting.objects.values_list("state", flat=True))
    assert sat == {"prepared", "done"}
    assert Sitting.objects.get(employee__user__username="clerk").state == "prepared"
    assert CallBack.objects.exclude(case_no="").exists()
    assert not any(differences(draw) for draw in CallDraw.objects.all())
    assert len(places) in (1, 2)
    for rows in (Spill.objects, Fault.objects, PhotoRequest.objects):
        assert rows.filter(outlet__in=places).exists(), rows.model
    assert DeviceDay.objects.count() == 14 * TrialDevice.objects.count()
    assert not FloorTap.objects.exclude(observed_at__lt=F("received_at")).exists()
    assert not any(tap.is_late for tap in FloorTap.objects.select_related("outlet"))
    campaign = Campaign.objects.get()
    assert campaign.targets.filter(check_record__isnull=False).count() == (
        len(places) // 2
    )
    assert all(draw.holds for draw in RoundDraw.objects.all())
    told = Notice.objects.filter(bulletin=Bulletin.objects.get())
    assert told.filter(acknowledged_at=None).exists()

    before = (Entry.objects.count(), Run.objects.count(), User.objects.count())
    taps = FloorTap.objects.count()
    again = run("demo", **size)
    assert "ingest" not in again
    assert again.strip() == said[said.index("Sign in at") :].strip()
    assert (Entry.objects.count(), Run.objects.count(), User.objects.count()) == before
    assert FloorTap.objects.count() == taps


@pytest.mark.django_db
def test_simulate_into_a_folder_loads_nothing(tmp_path):
    size = {"outlets": 1, "months": 1, "until": date(2025, 10, 3)}
    said = run("simulate", out=tmp_path, **size)
    assert "16_targets.csv.gz" in said
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_simulate_refuses_an_impossible_size():
    with pytest.raises(CommandError, match="at least one outlet"):
        run("simulate", outlets=0)
