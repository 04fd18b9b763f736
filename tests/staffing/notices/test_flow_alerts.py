"""Alerts of the floor reach who can act on them, and nobody twice."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from outlets.flow import alert_receivers
from outlets.flow.alerts import acknowledge_alert
from outlets.flow.models import FlowAlert
from staffing.notices.flow_alerts import FLOW_ALERT, Receiver
from staffing.notices.kinds import registered
from staffing.notices.models import Notice
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 14, 3, 0, tzinfo=UTC)


@pytest.fixture
def outlet():
    city = RegionFactory(code="SZ", level="city")
    return OutletFactory(
        code="P 1", name="North Gate", region=RegionFactory(code="NS", parent=city)
    )


def alert(outlet, kind="queue_long"):
    return FlowAlert.objects.create(
        outlet=outlet, kind=kind, raised_at=AT, figures={"waiting": 20, "limit": 15}
    )


def told():
    return set(Notice.objects.values_list("employee", "user"))


def test_it_is_registered_with_flow():
    assert isinstance(alert_receivers._receivers["notices"], Receiver)
    assert registered()["flow_alert"] is FLOW_ALERT


def test_who_records_there_is_told_and_the_region_is_not(outlet):
    manager, supervisor = (
        staff_user(post, outlet) for post in ("store_manager", "supervisor")
    )
    staff_user("clerk", outlet)
    granted_user("regional_supervisor", region=outlet.region)
    granted_user("auditor")
    alert_receivers.raised([alert(outlet)])
    assert told() == {(manager.employee_id, None), (supervisor.employee_id, None)}
    alert_receivers.raised(list(FlowAlert.objects.select_related("outlet__region")))
    assert Notice.objects.count() == 2


def test_where_nobody_records_the_nearest_above_is_told(outlet):
    county = granted_user("regional_supervisor", region=outlet.region)
    granted_user("regional_supervisor", region=outlet.region.parent)
    granted_user("operations")
    alert_receivers.raised([alert(outlet)])
    assert told() == {(None, county.pk)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "North Gate: long queue. Waiting: 20; the limit is 15."),
        ("zh-hans", "North Gate：排队过长。等候 20 人，上限为 15 人。"),
    ],
)
def test_it_is_said_in_the_readers_language_and_leads_to_the_alerts(
    outlet, language, words
):
    staff_user("store_manager", outlet)
    alert_receivers.raised([alert(outlet)])
    with translation.override(language):
        assert FLOW_ALERT.words(Notice.objects.get()) == words
    assert FLOW_ALERT.link(Notice.objects.get()) == "/flow/alerts/?outlet=P+1"


def test_once_one_of_them_sees_to_it_nobody_waits(outlet):
    manager = staff_user("store_manager", outlet)
    staff_user("supervisor", outlet)
    one = alert(outlet)
    alert_receivers.raised([one])
    Notice.objects.update(appears_at=AT, sent_at=AT)
    assert Notice.objects.waiting(timezone.now()).count() == 2
    acknowledge_alert(uuid=one.uuid, by=manager)
    assert Notice.objects.waiting(timezone.now()).count() == 0


def test_many_alerts_cost_the_queries_of_one(outlet, django_assert_num_queries):
    for count in (1, 20):
        outlets = [OutletFactory(region=outlet.region) for _n in range(count)]
        for one in outlets:
            staff_user("store_manager", one)
        alerts = [alert(one) for one in outlets]
        # Posts, grants; then as `notify` does.
        with django_assert_num_queries(7):
            alert_receivers.raised(alerts)
