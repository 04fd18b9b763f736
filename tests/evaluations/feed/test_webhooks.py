"""Webhooks: sent in order, tried again for a day, and never into our own network."""

import http.client
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from django.urls import reverse

from evaluations.feed import addresses, webhooks
from evaluations.feed.models import Attempt, Delivery, Webhook
from evaluations.feed.subscribing import (
    create_webhook,
    end_webhook,
    replay,
    resume_webhook,
)
from evaluations.feed.webhooks import secret_of, work
from outlets.places.models import Outlet
from staffing.accounts.models import ServiceAccount
from staffing.people.models import Employee
from tests.evaluations.feed.receiving import receiver, verified
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import EmployeeFactory

START = datetime(2026, 10, 6, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here(settings):
    """Let webhooks go to this machine, for tests only."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def hook(db, here):
    account, _secret = make_service(scopes=["registry:read"])
    with receiver() as found:
        webhook = create_webhook(account=account, url=found.url, kinds=[], cursor="")
        yield webhook, found


def run(webhook, start, end, every=MINUTE):
    """Do what the clock does: ask now and then for what is due."""
    now = start
    while now <= end:
        work(webhook_id=webhook.pk, now=now)
        now += every
    return now


@pytest.mark.django_db
def test_a_receiver_down_for_an_hour_gets_everything_in_order_once_it_is_back(hook):
    webhook, found = hook
    outlets = [OutletFactory(code=f"O{n}") for n in range(3)]
    work(webhook_id=webhook.pk, now=START)
    before = len(found.events)
    found.status = 503
    written = []
    for minute in range(60):
        outlet = outlets[minute % 3]
        Outlet.objects.filter(pk=outlet.pk).update(name=f"Minute {minute}")
        written.append((outlet.code, minute))
        work(webhook_id=webhook.pk, now=START + minute * MINUTE)
    assert len(found.events) == before
    assert len(found.calls) < 20  # it backs off
    found.status = 204
    run(webhook, START + 60 * MINUTE, START + 100 * MINUTE)

    got = found.deduplicated()[before:]
    assert len(got) == 60  # one event for each change, nothing lost
    for outlet in outlets:
        numbers = [e["sequence"] for e in got if e["row"]["code"] == outlet.code]
        assert len(numbers) == 20
        assert numbers == sorted(numbers)
    newest = {e["row"]["code"]: e["row"]["name"] for e in got}
    assert newest == {"O0": "Minute 57", "O1": "Minute 58", "O2": "Minute 59"}
    assert not Delivery.objects.filter(state="waiting").exists()
    assert Attempt.objects.filter(status=503).count() == len(
        [call for call in found.calls if call["status"] == 503]
    )


@pytest.mark.django_db
def test_each_call_is_signed_over_its_timestamp_and_body(hook):
    webhook, found = hook
    OutletFactory()
    work(webhook_id=webhook.pk, now=START)
    (call,) = found.calls
    assert call["path"] == "/hook?from=starhall"
    assert call["headers"]["Starhall-Timestamp"] == str(int(START.timestamp()))
    assert verified(secret_of(webhook), call)
    assert not verified(secret_of(webhook), call | {"raw": call["raw"] + b" "})
    assert not verified("whsec_other", call)


@pytest.mark.django_db
def test_what_a_service_may_not_see_is_not_sent_to_it_and_goes_when_it_is_lost(hook):
    webhook, found = hook
    person = EmployeeFactory(name="Li Na")
    webhook.service.scopes = ["awards:read"]
    webhook.service.save()
    work(webhook_id=webhook.pk, now=START)
    assert found.calls == []
    webhook.service.scopes = ["registry:read"]
    webhook.service.save()
    work(webhook_id=webhook.pk, now=START)
    assert [e["row"]["name"] for e in found.events] == ["Li Na"]
    Employee.objects.filter(pk=person.pk).update(name="Wang Wei")
    found.status = 500
    work(webhook_id=webhook.pk, now=START + MINUTE)
    found.status = 204
    webhook.service.scopes = ["awards:read"]
    webhook.service.save()
    run(webhook, START + 2 * MINUTE, START + 4 * MINUTE)
    # Neither the new name, once the scope is gone, nor a doubt about the old row.
    assert {(e["deleted"], e["row"] is None) for e in found.events[1:]} == {
        (True, True)
    }


@pytest.mark.django_db
def test_after_a_day_it_stops_and_resuming_loses_nothing(hook):
    webhook, found = hook
    found.status = 500
    OutletFactory(code="ONE")
    end = run(webhook, START, START + timedelta(hours=25), every=5 * MINUTE)
    webhook.refresh_from_db()
    assert webhook.state == "stopped"
    last = Attempt.objects.latest("at").at
    assert last == START + timedelta(hours=24)
    OutletFactory(code="TWO")
    found.status = 204
    assert work(webhook_id=webhook.pk, now=end) == 0
    resume_webhook(webhook=webhook, now=end)
    work(webhook_id=webhook.pk, now=end)
    codes = [e["row"]["code"] for e in found.events if e["kind"] == "outlets"]
    assert codes == ["ONE", "TWO"]


@pytest.mark.django_db
def test_a_replay_sends_the_same_events_again_under_the_same_ids(hook):
    webhook, found = hook
    OutletFactory()
    work(webhook_id=webhook.pk, now=START)
    first = [one["event"] for one in found.events]
    assert replay(webhook=webhook, since=START, now=START + MINUTE) == 1
    work(webhook_id=webhook.pk, now=START + MINUTE)
    assert [one["event"] for one in found.events] == first * 2
    assert len({call["body"]["delivery"] for call in found.calls}) == 2


@pytest.mark.django_db
def test_a_redirect_is_a_failure_and_is_not_followed(hook):
    webhook, found = hook
    found.status, found.location = 302, found.url
    OutletFactory()
    work(webhook_id=webhook.pk, now=START)
    assert [call["status"] for call in found.calls] == [302]
    assert Delivery.objects.get().state == "waiting"


@pytest.mark.django_db
def test_one_worker_sends_at_a_time(hook):
    webhook, found = hook
    OutletFactory()
    Webhook.objects.update(claimed_until=START + MINUTE)
    assert work(webhook_id=webhook.pk, now=START) == 0
    assert work(webhook_id=webhook.pk, now=START + MINUTE) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fd00:ec2::254",
    ],
)
def test_no_address_within_our_own_network_is_called(address):
    assert not addresses.allowed(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_addresses_are_called(address):
    assert addresses.allowed(ip_address(address))


def test_no_setting_opens_link_local_addresses(settings):
    settings.WEBHOOK_NETWORKS = ["0.0.0.0/0", "::/0"]
    assert addresses.allowed(ip_address("10.0.0.1"))
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1"):
        assert not addresses.allowed(ip_address(address))


def resolving(monkeypatch, *answers):
    """Have names resolve to one list of addresses after another."""
    left = list(answers)

    def found(host, port, **given):
        texts = left.pop(0) if len(left) > 1 else left[0]
        return [(0, 0, 0, "", (text, port)) for text in texts]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hr.example.com/",
        "http://hr.example.com/",
        "https://user:secret@hr.example.com/",
        "https://hr.example.com/#part",
        "https:///path",
        "https://hr.example.com:99999/",
        "https://hr.example.com/a b",
        "https://[::1",
        "hr.example.com",
        "",
    ],
)
def test_an_address_of_another_form_is_refused(monkeypatch, url):
    resolving(monkeypatch, ["93.184.216.34"])
    with pytest.raises(addresses.AddressRefused):
        addresses.check(url)


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch):
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(addresses.AddressRefused):
        addresses.check("https://hr.example.com/")


@pytest.mark.django_db
def test_a_name_that_turns_to_our_network_later_is_refused_when_it_is_called(
    monkeypatch,
):
    account, _secret = make_service(scopes=["registry:read"])
    resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    webhook = create_webhook(
        account=account, url="https://hr.example.com/", kinds=[], cursor=""
    )
    monkeypatch.setattr(
        socket, "create_connection", lambda *given: pytest.fail("it was called")
    )
    OutletFactory()
    assert work(webhook_id=webhook.pk, now=START) == 0
    assert Attempt.objects.get().problem == addresses.Problem.NOT_ALLOWED


def test_the_call_goes_to_the_address_that_was_checked(monkeypatch):
    resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    called = []

    def connect(where, timeout):
        called.append(where)
        raise TimeoutError

    target = addresses.check("https://hr.example.com:8443/hook")
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(addresses.Unreachable, match="timed_out"):
        addresses.post(target, b"{}", {})
    assert called == [("93.184.216.34", 8443)]


@pytest.mark.django_db
def test_what_is_lost_from_sight_and_found_again_is_a_new_event_each_time(hook):
    webhook, found = hook
    person = EmployeeFactory()
    for turn, scopes in enumerate((["registry:read"], ["awards:read"]) * 2):
        ServiceAccount.objects.filter(pk=webhook.service_id).update(scopes=scopes)
        work(webhook_id=webhook.pk, now=START + turn * MINUTE)
    told = [one for one in found.events if one["kind"] == "employees"]
    assert [one["deleted"] for one in told] == [False, True, False, True]
    assert len({one["event"] for one in told}) == 4
    assert {one["id"] for one in told} == {told[0]["id"]}
    assert told[2]["row"]["number"] == person.number


@pytest.mark.django_db
def test_an_address_beyond_ascii_is_called_percent_encoded(here):
    account, _secret = make_service(scopes=["registry:read"])
    with receiver() as found:
        url = f"http://127.0.0.1:{found.port}/通知?to=人事&q=a%20b"
        webhook = create_webhook(account=account, url=url, kinds=[], cursor="")
        OutletFactory()
        work(webhook_id=webhook.pk, now=START)
    assert [call["path"] for call in found.calls] == [
        "/%E9%80%9A%E7%9F%A5?to=%E4%BA%BA%E4%BA%8B&q=a%20b"
    ]


def test_a_receiver_that_drips_its_answer_is_given_up_after_the_whole_time(
    here, monkeypatch
):
    monkeypatch.setattr(addresses, "TIMEOUT_SECONDS", 1)

    def drip(server):
        connection, _address = server.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _byte in range(25):  # five seconds; then the answer is whole
                time.sleep(0.2)
                connection.sendall(b"a")
            connection.sendall(b"\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        target = addresses.check(f"http://127.0.0.1:{server.getsockname()[1]}/")
        with pytest.raises(addresses.Unreachable, match="timed_out"):
            addresses.post(target, b"{}", {})


@pytest.mark.django_db(transaction=True)
def test_a_webhook_that_is_ended_during_a_call_leaves_nothing_behind(hook, monkeypatch):
    webhook, found = hook
    OutletFactory()
    post = addresses.post

    def ended_meanwhile(*given):
        end_webhook(webhook=webhook)
        return post(*given)

    monkeypatch.setattr(addresses, "post", ended_meanwhile)
    work(webhook_id=webhook.pk, now=START)
    assert (len(found.events) > 0, Delivery.objects.count()) == (True, 0)
    assert Attempt.objects.count() == 0


@pytest.mark.django_db
def test_a_worker_whose_hold_ran_out_sends_nothing_more_and_frees_nothing(
    hook, monkeypatch
):
    webhook, found = hook
    OutletFactory()
    work(webhook_id=webhook.pk, now=START)
    sent = len(found.events)
    OutletFactory()
    later = START + timedelta(hours=1)

    def another_takes_it(planned, now):
        Webhook.objects.filter(pk=webhook.pk).update(claimed_until=later)
        return plan(planned, now)

    plan = webhooks._plan
    monkeypatch.setattr(webhooks, "_plan", another_takes_it)
    assert work(webhook_id=webhook.pk, now=START + MINUTE) == 0
    webhook.refresh_from_db()
    assert (len(found.events), webhook.claimed_until) == (sent, later)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ConnectionRefusedError(111, "refused"), "refused"),
        (TimeoutError(), "timed_out"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "certificate"),
        (http.client.RemoteDisconnected("gone"), "failed"),
        (http.client.BadStatusLine("nonsense"), "not_http"),
        (OSError(113, "no route"), "failed"),
    ],
)
def test_a_call_without_an_answer_says_what_went_wrong(error, problem):
    assert addresses.Problem.of(error) == problem


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture
    def call(self, client, here):
        account, _secret = make_service(scopes=["registry:read"])
        header = bearer(account)

        def ask(method, name, *args, **body):
            return client.generic(
                method,
                reverse(name, args=args),
                json.dumps(body),
                content_type="application/json",
                headers=header,
            )

        return ask

    def test_it_is_made_shown_replayed_and_ended(self, call):
        with receiver() as found:
            made = call("POST", "api-webhooks", url=found.url, kinds=["outlets"])
            assert made.status_code == 201, made.content
            ident, secret = made.json()["id"], made.json()["secret"]
            OutletFactory(code="NEW")
            work(webhook_id=Webhook.objects.get().pk)
            assert [one["row"]["code"] for one in found.events] == ["NEW"]
            assert verified(secret, found.calls[0])
            log = call("GET", "api-webhook-deliveries", ident).json()["results"]
            assert [(one["state"], one["events"]) for one in log] == [("delivered", 1)]
            assert [one["status"] for one in log[0]["tries"]] == [204]
            again = call("POST", "api-webhook-replay", ident, since="2020-01-01T00:00Z")
            assert again.json() == {"deliveries": 1}
            shown = call("GET", "api-webhook", ident).json()
            assert (shown["state"], shown["waiting"]) == ("active", 1)
            assert "secret" not in shown
            assert call("POST", "api-webhook-resume", ident).status_code == 200
            assert call("DELETE", "api-webhook", ident).status_code == 204
            assert call("GET", "api-webhooks").json()[0]["state"] == "ended"
            answer = call("POST", "api-webhook-resume", ident)
            assert (answer.status_code, answer.json()["code"]) == (409, "webhook_ended")

    def test_an_address_of_our_own_is_refused_with_a_code(self, call, settings):
        settings.WEBHOOK_NETWORKS = []
        answer = call("POST", "api-webhooks", url="https://169.254.169.254/latest")
        assert (answer.status_code, answer.json()["code"]) == (409, "address_refused")
        assert not Webhook.objects.exists()

    def test_another_service_finds_nothing_of_it(self, call, client):
        with receiver() as found:
            ident = call("POST", "api-webhooks", url=found.url).json()["id"]
        other, _secret = make_service(name="Other", scopes=["registry:read"])
        answer = client.get(reverse("api-webhook", args=[ident]), headers=bearer(other))
        assert answer.status_code == 404
