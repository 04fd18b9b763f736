"""The pages of alerts: exceptions first, seen to with one press, both languages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outlets.flow.alert_words import sentence_of
from outlets.flow.alerting import Alarm
from outlets.flow.models import FlowAlert
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
QUEUE = {"waiting": 20, "limit": 15}
WAIT = {"wait_s": 660, "limit_s": 600, "waiting": 3}


@pytest.fixture
def outlet():
    return OutletFactory(code="P1", name="North Gate")


@pytest.fixture
def manager(client, outlet):
    user = granted_user("store_manager", outlet=outlet)
    client.force_login(user)
    return user


def alert(outlet, kind="queue_long", figures=QUEUE, **given):
    at = timezone.now() - timedelta(minutes=5)
    return FlowAlert.objects.create(
        outlet=outlet, kind=kind, raised_at=at, figures=figures, **given
    )


def text_of(answer):
    return answer.content.decode()


def test_what_nobody_has_seen_comes_first_the_more_pressing_before(
    client, outlet, manager
):
    now = timezone.now()
    seen = {"acknowledged_by": manager, "acknowledged_at": now}
    alert(
        outlet,
        "arrivals_high",
        dict.fromkeys(("arrivals", "usual", "low", "high", "hour"), 9),
        ended_at=now,
    )
    alert(outlet, "wait_near", WAIT, **seen)
    alert(outlet)
    alert(outlet, "wait_over", WAIT)
    url = reverse("flow:alerts")
    page = client.get(url).context
    found = [line.alert.kind for line in page["lines"]]
    assert found == ["wait_over", "queue_long", "wait_near"]
    page = client.get(url, {"all": "1"}).context
    assert [line.alert.kind for line in page["lines"]] == [*found, "arrivals_high"]


def test_one_press_says_that_it_is_seen_to(client, outlet, manager):
    one = alert(outlet)
    url = reverse("flow:alerts")
    text = text_of(client.get(url))
    assert "Waiting: 20; the limit is 15." in text
    assert "I see to it" in text
    answer = client.post(
        reverse("flow:alert_acknowledge", args=[one.uuid]) + "?outlet=P1"
    )
    assert answer.url == f"{url}?outlet=P1"
    text = text_of(client.get(answer.url))
    assert "seen to" in text
    assert "I see to it" not in text


def test_htmx_gets_the_list_anew_and_is_told_what_is_over(client, outlet, manager):
    one = alert(outlet, ended_at=timezone.now())
    answer = client.post(
        reverse("flow:alert_acknowledge", args=[one.uuid]),
        headers={"HX-Request": "true"},
    )
    text = text_of(answer)
    assert text.strip().startswith('<section class="card" id="flow-alerts"')
    assert "This is over already" in text


def test_an_auditor_reads_and_has_nothing_to_press(client, outlet):
    client.force_login(granted_user("auditor"))
    one = alert(outlet)
    assert "I see to it" not in text_of(client.get(reverse("flow:alerts")))
    address = reverse("flow:alert_acknowledge", args=[one.uuid])
    assert client.post(address).status_code == 403


def test_other_outlets_are_out_of_sight(client, outlet, manager):
    far = alert(OutletFactory(code="P2", name="Far Away"))
    assert "Far Away" not in text_of(client.get(reverse("flow:alerts")))
    assert client.get(reverse("flow:alerts"), {"outlet": "P2"}).status_code == 404
    address = reverse("flow:alert_acknowledge", args=[far.uuid])
    assert client.post(address).status_code == 404


def test_who_sees_no_flow_is_refused(client):
    client.force_login(granted_user("hr"))
    for name in ("alerts", "alert_count"):
        assert client.get(reverse(f"flow:{name}")).status_code == 403


def test_an_empty_list_says_what_will_come(client, manager):
    assert "Nothing is out of its limits" in text_of(client.get(reverse("flow:alerts")))


def test_floor_and_region_say_how_many_wait(client, outlet):
    client.force_login(granted_user("regional_supervisor", region=outlet.region))
    seen = {"acknowledged_by": granted_user("auditor")}
    alert(outlet)
    alert(outlet, "wait_over", WAIT)
    alert(outlet, "priority", WAIT, acknowledged_at=timezone.now(), **seen)
    count = reverse("flow:alert_count")
    floor = text_of(client.get(reverse("flow:floor", args=["P1"])))
    assert f'hx-get="{count}?outlet=P1"' in floor
    region = text_of(client.get(reverse("flow:region")))
    assert f'hx-get="{count}?region={outlet.region.code}"' in region
    text = text_of(client.get(count, {"outlet": "P1"}))
    assert '>2<span class="visually-hidden"> not seen yet</span>' in text


def test_a_page_of_twenty_costs_the_queries_of_one(
    client, outlet, manager, django_assert_num_queries
):
    alert(outlet)
    client.get(reverse("flow:alerts"))  # the session is written once a minute
    for more in (0, 19):
        for n in range(more):
            alert(OutletFactory(code=f"X{n}", region=outlet.region))
        client.force_login(granted_user("regional_supervisor", region=outlet.region))
        client.get(reverse("flow:alerts"))
        # Session, user, grants; top regions, the page, whose alerts may be seen to.
        with django_assert_num_queries(6):
            client.get(reverse("flow:alerts"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "The longest wait is 11:00; the limit is 10 minutes."),
        ("zh-hans", "最长等候 11:00，上限为 10 分钟。"),
    ],
)
def test_a_wait_is_said_in_the_readers_language(settings, language, expected):
    from django.utils import translation

    with translation.override(language):
        assert sentence_of("wait_over", WAIT) == expected


ALL = {
    **{"wait_s": 200, "limit_s": 360, "waiting": 4, "limit": 15, "silent_s": 2400},
    **{"expected": 13.3, "arrivals": 37, "usual": 0.1, "low": 8, "high": 36},
    **{"hour": 23, "share": 0.4, "of": 20},
}


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        (
            Alarm.PRIORITY,
            "A priority customer has been here for 3:20; the limit is 6 minutes.",
        ),
        (
            Alarm.NOBODY,
            "Waiting: 4, for up to 3:20, and nobody calls or serves.",
        ),
        (
            Alarm.SILENT,
            "Nothing came from the queue machine for 40 minutes, in which about 13 "
            "customers were to be expected.",
        ),
        (
            Alarm.ARRIVALS_LOW,
            "23:00–00:00: 37 arrivals; about 0.1 are usual, and 8 to 36 by chance.",
        ),
        (
            Alarm.ABANDONED_HIGH,
            "23:00–00:00: 40.0% of 20 customers left before being called; 10.0% is "
            "usual, and up to 1500.0% by chance.",
        ),
    ],
)
def test_every_kind_says_its_figures(alarm, expected):
    assert sentence_of(alarm, ALL) == expected


def test_every_kind_has_a_sentence():
    assert all(sentence_of(alarm, ALL) for alarm in Alarm)
