import pytest
from django.urls import reverse

from evaluations.targets.models import KpiDefinition
from tests.evaluations.targets.factories import TargetFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
URL = "/targets/"


@pytest.fixture
def outlet():
    return OutletFactory()


def user_as(role, outlet):
    if role == "nobody":
        return UserFactory()
    if role in ("clerk", "store_manager", "supervisor"):
        return staff_user(role, outlet)
    scope = {"region": outlet.region} if role == "regional_supervisor" else {}
    return granted_user(role, **scope)


@pytest.mark.parametrize(
    ("role", "outlets", "regions", "persons", "foreign"),
    [
        ("clerk", False, False, False, False),
        ("store_manager", True, False, True, False),
        ("supervisor", True, False, True, False),
        ("regional_supervisor", True, True, True, False),
        ("hr", True, True, True, True),
        ("operations", True, True, True, True),
        ("auditor", True, True, True, True),
        ("administrator", False, False, False, False),
        ("agency", False, False, False, False),
        ("nobody", False, False, False, False),
    ],
)
def test_each_role_sees_the_targets_within_its_reach(
    client, outlet, role, outlets, regions, persons, foreign
):
    targets = {
        TargetFactory(employee=None, outlet=outlet): outlets,
        TargetFactory(employee=None, region=outlet.region): regions,
        TargetFactory(employee=AssignmentFactory(outlet=outlet).employee): persons,
        TargetFactory(employee=AssignmentFactory().employee): foreign,
        TargetFactory(employee=None, outlet=OutletFactory()): foreign,
        TargetFactory(employee=None, region=OutletFactory().region): foreign,
    }
    client.force_login(user_as(role, outlet))
    found = client.get(URL).context["page"].rows
    for target, visible in targets.items():
        assert (target in found) is visible
        response = client.get(reverse("targets:target", args=[target.uuid]))
        assert response.status_code == (200 if visible else 404)


def test_a_clerk_sees_her_own_targets(client, outlet):
    clerk = staff_user("clerk", outlet)
    hers = TargetFactory(employee=clerk.employee)
    TargetFactory()
    client.force_login(clerk)
    assert client.get(URL).context["page"].rows == [hers]


def test_targets_narrow_to_period_and_kpi(client):
    hit = TargetFactory(kpi="cards")
    TargetFactory()
    TargetFactory(kpi="cards", period="2026-09")
    client.force_login(granted_user("hr"))
    query = {"period": "2026-10", "kpi": "Cards"}
    assert client.get(URL, query).context["page"].rows == [hit]
    page = client.get(URL, {"period": "October"})
    assert page.context["page"].rows == []
    assert "Write the period as 2026-10" in page.content.decode()


def test_a_target_is_called_as_its_kpi_is_in_the_reader_s_language(client):
    KpiDefinition.objects.create(
        code="cards", name_en="New cards", name_zh="新卡", kind="base_challenge"
    )
    target = TargetFactory(kpi="cards")
    TargetFactory(kpi="volume")
    client.force_login(granted_user("hr"))
    names = [name for _target, name in client.get(URL).context["rows"]]
    assert names == ["New cards", "business volume"]
    found = client.get(URL, {"kpi": "new c"}, headers={"Accept-Language": "zh-hans"})
    assert found.context["rows"] == [(target, "新卡")]
    page = client.get(reverse("targets:target", args=[target.uuid]))
    assert page.context["kpi_name"] == "New cards"


def test_the_list_costs_the_same_queries_for_1_and_20_rows(
    client, django_assert_num_queries
):
    client.force_login(granted_user("hr"))
    for count in (1, 19):
        TargetFactory.create_batch(count)
        with django_assert_num_queries(5):  # session, user, grants, rows, names
            client.get(URL)


def test_strangers_are_sent_to_sign_in(client):
    assert client.get(URL)["Location"].startswith(reverse("accounts:sign_in"))
