"""Webhooks paused, given another secret, sent once more one by one, and refused."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.feed.models import Delivery, Webhook
from evaluations.feed.subscribing import (
    OVERLAP,
    AddressUnknown,
    NotDelivered,
    ServiceEnded,
    WebhookEnded,
    create_webhook,
    end_webhook,
    pause_webhook,
    resume_webhook,
    rotate_secret,
    send_again,
)
from evaluations.feed.webhooks import secret_of, work
from outlets.places.models import Outlet
from staffing.accounts.services.service_tokens import revoke_service
from tests.evaluations.feed.receiving import receiver, verified
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hook(settings):
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    account, _secret = make_service(scopes=["registry:read"])
    with receiver() as found:
        webhook = create_webhook(account=account, url=found.url, kinds=[], cursor="")
        yield webhook, found


def test_a_pause_sends_nothing_and_loses_nothing(hook):
    webhook, found = hook
    OutletFactory(code="A")
    pause_webhook(webhook=webhook)
    work(webhook_id=webhook.pk, now=START)
    assert found.calls == []
    Outlet.objects.update(name="Changed")
    resume_webhook(webhook=webhook, now=START + MINUTE)
    work(webhook_id=webhook.pk, now=START + MINUTE)
    told = [one["row"]["name"] for one in found.events if one["kind"] == "outlets"]
    assert told == ["Changed"]


def test_who_pauses_while_calls_go_out_is_heard_before_the_next_one(hook, monkeypatch):
    webhook, found = hook
    OutletFactory(code="A")
    for _number in range(3):
        Delivery.objects.create(webhook=webhook, events=[], made_at=START, due_at=START)

    def paused(*given):
        pause_webhook(webhook=webhook)
        return 204

    monkeypatch.setattr("evaluations.feed.addresses.post", paused)
    assert work(webhook_id=webhook.pk, now=START) == 1
    webhook.refresh_from_db()
    assert (webhook.state, webhook.deliveries.filter(state="waiting").count()) == (
        "paused",
        3,
    )


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(hook):
    webhook, found = hook
    before = secret_of(webhook)
    after = secret_of(rotate_secret(webhook=webhook, now=START))
    assert before != after
    for moment in (START + OVERLAP - MINUTE, START + OVERLAP):
        OutletFactory()
        work(webhook_id=webhook.pk, now=moment)
    during, later = found.calls
    assert (verified(before, during), verified(after, during)) == (True, True)
    assert (verified(before, later), verified(after, later)) == (False, True)


def test_one_delivery_is_sent_once_more_with_the_same_event_ids(hook):
    webhook, found = hook
    OutletFactory(code="A")
    work(webhook_id=webhook.pk, now=START)
    (first,) = webhook.deliveries.all()
    assert send_again(webhook=webhook, delivery=first, now=START) == 1
    again = webhook.deliveries.last()
    with pytest.raises(NotDelivered):
        send_again(webhook=webhook, delivery=again)
    work(webhook_id=webhook.pk, now=START + MINUTE)
    one, other = found.calls
    assert one["body"]["events"] == other["body"]["events"]
    assert webhook.deliveries.count() == 2


def test_while_it_is_paused_what_is_sent_once_more_waits_too(hook):
    webhook, found = hook
    OutletFactory(code="A")
    work(webhook_id=webhook.pk, now=START)
    pause_webhook(webhook=webhook)
    send_again(webhook=webhook, delivery=webhook.deliveries.get(), now=START)
    work(webhook_id=webhook.pk, now=START + MINUTE)
    assert len(found.calls) == 1
    webhook.refresh_from_db()
    assert webhook.state == "paused"


def test_what_has_ended_stays_ended(hook):
    webhook, _found = hook
    end_webhook(webhook=webhook)
    for refused in (pause_webhook, resume_webhook, rotate_secret):
        with pytest.raises(WebhookEnded):
            refused(webhook=webhook)
    webhook.refresh_from_db()
    assert (webhook.state, webhook.old_until) == ("ended", None)


def test_a_name_that_leads_nowhere_is_refused_with_a_code(monkeypatch, client):
    def nowhere(*given, **named):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    account, _secret = make_service(scopes=["registry:read"])
    answer = client.post(
        "/api/v1/webhooks/",
        {"url": "https://nowhere.example/hook"},
        content_type="application/json",
        headers=bearer(account),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "address_unknown")
    assert "nowhere.example" in answer.json()["detail"]
    with pytest.raises(AddressUnknown):
        create_webhook(account=account, url="https://no.example", kinds=[], cursor="")
    assert not Webhook.objects.exists()


def test_a_service_that_has_ended_gets_none():
    account, _secret = make_service(scopes=["registry:read"])
    revoke_service(
        service_id=account.pk, reason="gone", by=granted_user("administrator")
    )
    account.refresh_from_db()
    with pytest.raises(ServiceEnded):
        create_webhook(
            account=account, url="https://hr.example.com", kinds=[], cursor=""
        )


def test_only_who_configures_the_whole_chain_does_anything(hook):
    webhook, _found = hook
    auditor = granted_user("auditor")
    for what in (pause_webhook, resume_webhook, rotate_secret, end_webhook):
        with pytest.raises(PermissionDenied):
            what(webhook=webhook, by=auditor)
    webhook.refresh_from_db()
    assert webhook.state == "active"


class TestOverHttp:
    @pytest.fixture
    def call(self, client, hook):
        header = bearer(hook[0].service)

        def call(path, body=None, status=200):
            answer = client.post(
                f"/api/v1/webhooks/{hook[0].uuid}/{path}/",
                body or {},
                content_type="application/json",
                headers=header,
            )
            assert answer.status_code == status, answer.content
            return answer.json()

        return call

    def test_paused_resumed_and_given_another_secret(self, call, hook):
        webhook, _found = hook
        assert call("pause")["state"] == "paused"
        assert call("resume")["state"] == "active"
        before, told = secret_of(webhook), call("rotate")["secret"]
        webhook.refresh_from_db()
        assert told == secret_of(webhook) != before

    def test_a_replay_names_a_moment_or_a_delivery(self, call, hook):
        webhook, _found = hook
        OutletFactory(code="A")
        work(webhook_id=webhook.pk, now=START)
        one = str(webhook.deliveries.get().uuid)
        assert call("replay", {"delivery": one}) == {"deliveries": 1}
        assert call("replay", {"since": START.isoformat()}) == {"deliveries": 1}
        assert call("replay", {}, 400)["code"] == "invalid"
        both = {"delivery": one, "since": START.isoformat()}
        assert call("replay", both, 400)["code"] == "invalid"
        call("replay", {"delivery": str(webhook.uuid)}, 404)


class TestPages:
    @pytest.fixture
    def admin(self, client):
        user = granted_user("administrator")
        client.force_login(user)
        return user

    def filled(self, webhook, **changes):
        key = "6f1f3f0e-52a5-5d0c-9d5b-6c3f2f0f7a10"
        given = {"account": webhook.service.pk, "url": "https://10.0.0.1/", "key": key}
        return given | changes

    def test_an_address_of_our_own_network_is_refused_in_words(
        self, client, admin, hook
    ):
        answer = client.post(reverse("webhooks:new"), self.filled(hook[0]))
        assert "The name leads into a private network." in answer.content.decode()
        answer = client.post(
            reverse("webhooks:new"), self.filled(hook[0], cursor="no cursor")
        )
        assert "This is no cursor" in answer.content.decode()
        assert Webhook.objects.count() == 1

    def test_it_is_made_once_and_its_secret_is_shown(self, client, admin, hook):
        webhook, found = hook
        form = self.filled(webhook, url=found.url, kinds=["outlets"])
        first, second = (client.post(reverse("webhooks:new"), form) for _n in (1, 2))
        made = Webhook.objects.exclude(pk=webhook.pk).get()
        assert (made.service, made.kinds) == (webhook.service, ["outlets"])
        for answer in (first, second):
            assert secret_of(made) in answer.content.decode()
            assert "no-store" in answer.headers["Cache-Control"]
        page = client.get(reverse("webhooks:detail", args=[made.uuid]))
        assert secret_of(made) not in page.content.decode()
        assert "outlets" in page.content.decode()

    def test_the_log_says_answers_errors_and_the_next_try(self, client, admin, hook):
        webhook, found = hook
        OutletFactory(code="A", region=RegionFactory())
        found.status = 503
        work(webhook_id=webhook.pk, now=START)
        page = client.get(reverse("webhooks:detail", args=[webhook.uuid]))
        (line,) = page.context["log"].lines
        assert (line.tried, line.last.status, dict(line.told)) == (
            *(1, 503),
            {"regions": 1, "outlets": 1},
        )
        assert "HTTP 503" in page.content.decode()
        assert page.context["condition"].head.due_at == START + timedelta(seconds=10)
        found.status = 204
        work(webhook_id=webhook.pk, now=START + MINUTE)
        page = client.get(reverse("webhooks:detail", args=[webhook.uuid]))
        (line,) = page.context["log"].lines
        again = reverse("webhooks:again", args=[webhook.uuid, line.row.uuid])
        assert again in page.content.decode()
        client.post(again)
        assert webhook.deliveries.filter(replay=True, state="waiting").count() == 1

    def test_paused_and_ended_on_the_page(self, client, admin, hook):
        webhook, _found = hook
        for step, state in (
            ("pause", "paused"),
            ("resume", "active"),
            ("end", "ended"),
        ):
            client.post(reverse(f"webhooks:{step}", args=[webhook.uuid]))
            webhook.refresh_from_db()
            assert webhook.state == state
        page = client.get(reverse("webhooks:detail", args=[webhook.uuid]))
        assert reverse("webhooks:resume", args=[webhook.uuid]) not in (
            page.content.decode()
        )

    def test_a_moment_that_has_not_come_is_refused(self, client, admin, hook):
        webhook, _found = hook
        address = reverse("webhooks:replay", args=[webhook.uuid])
        answer = client.post(address, {"since": "2999-01-01T00:00"})
        assert "Choose a moment that is over." in answer.content.decode()

    @pytest.mark.parametrize("count", [1, 20])
    def test_the_pages_cost_the_same_for_many(
        self, client, admin, hook, count, django_assert_num_queries
    ):
        webhook, _found = hook
        for number in range(count):
            made = Webhook.objects.create(
                service=webhook.service, url=f"https://{number}", salt="s", cursor=""
            )
            for one in (webhook, made):
                delivery = Delivery.objects.create(
                    webhook=one, events=[], made_at=START, due_at=START
                )
                delivery.tries.create(at=START, status=500)
        client.get(reverse("webhooks:list"))
        with django_assert_num_queries(LIST_QUERIES):
            client.get(reverse("webhooks:list"))
        with django_assert_num_queries(DETAIL_QUERIES):
            client.get(reverse("webhooks:detail", args=[webhook.uuid]))


LIST_QUERIES = 4
DETAIL_QUERIES = 9
