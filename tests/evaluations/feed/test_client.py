"""The example client against the API: the three calls of docs/api.md, and the feed."""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evaluations.awards.services import draw_winners, publish_list
from evaluations.feed.models import Mark
from evaluations.feed.reading import everything
from evaluations.feed.webhooks import service_of, signature
from examples.starhall_client import DEFAULT_SCOPES, Client, Copy, Resync, verify
from outlets.exchange.feed_kinds import registered
from outlets.places.models import Outlet
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.fixture
def account():
    return make_service(scopes=list(DEFAULT_SCOPES))


@pytest.fixture
def hr(client, account, django_capture_on_commit_callbacks):
    """The example client, calling without a network."""

    def send(method, url, headers, body):
        parts = urlsplit(url)
        given = dict(headers)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.generic(
                method,
                f"{parts.path}?{parts.query}",
                body or b"",
                content_type=given.pop("Content-Type"),
                headers=given,
            )
        content = (
            b"".join(answer.streaming_content) if answer.streaming else (answer.content)
        )
        return answer.status_code, answer.headers, content

    service, secret = account
    return Client("http://testserver", service.application.client_id, secret, send=send)


def published_lists():
    county_with_scores([80, 95, 90, 85, 70])
    operations = granted_user("operations")
    for drawn in draw_winners(run_id=published_run(operations).pk, by=operations):
        publish_list(award_list_id=drawn.pk, by=operations)


def test_a_complete_award_list_takes_three_calls(client, account):
    """A token, the published lists of the period, and one list by itself."""
    published_lists()
    service, secret = account
    calls = []

    def send(method, url, headers, body):
        parts = urlsplit(url)
        calls.append((method, parts.path))
        given = dict(headers)
        answer = client.generic(
            method,
            f"{parts.path}?{parts.query}",
            body or b"",
            content_type=given.pop("Content-Type"),
            headers=given,
        )
        return answer.status_code, answer.headers, answer.content

    hr = Client("http://testserver", service.application.client_id, secret, send=send)
    lists = list(hr.awards("2026-10"))
    one = hr.call("GET", f"{hr.base}/awards/{lists[0]['id']}/")
    assert len(calls) == 3
    assert {found["level"] for found in lists} == {"outlet", "county"}
    assert one == lists[0]
    (outlet,) = [found for found in lists if found["level"] == "outlet"]
    assert [won["employee_number"] for won in outlet["winners"]] == ["NS-1"]


def test_a_copy_kept_with_the_feed_is_the_full_export(hr, account):
    published_lists()
    copy = Copy()
    for page in hr.changes(limit=7):
        copy.apply(page)
    Outlet.objects.update(name="Another")
    for page in hr.changes(copy.cursor):
        copy.apply(page)
    wanted = {
        (kind, str(ident)): row
        for kind, ident, row in everything(service_of(account[0]))
    }
    assert copy.rows == wanted
    assert {won["name"] for won in copy.of_kind("awards")} == {"NS 1", "NS 2", "NS 3"}


def test_a_cursor_too_old_is_a_resync(hr):
    OutletFactory()
    copy = Copy()
    for page in hr.changes():
        copy.apply(page)
    Mark.objects.update(forgotten=10**9)
    with pytest.raises(Resync):
        list(hr.changes(copy.cursor))


def test_an_export_is_waited_for_downloaded_and_checked(hr):
    OutletFactory(code="O1")
    export = hr.export("ndjson", ("outlets",))
    (file,) = export["files"]
    whole = hr.download(file)
    assert json.loads(whole)["code"] == "O1"
    assert hr.download(file, begun=whole[:20]) == whole


def test_a_signature_is_checked_with_its_age():
    now = str(int(time.time()))
    assert verify("s", now, signature("s", now, b"{}"), b"{}")
    assert not verify("s", now, signature("s", now, b"{}"), b"{ }")
    old = str(int(time.time()) - 3600)
    assert not verify("s", old, signature("s", old, b"{}"), b"{}")


def test_the_page_for_developers_names_every_kind_and_its_fields():
    text = DOCS.read_text(encoding="utf-8")
    for name in registered():
        assert f"`{name}`" in text
    assert not re.search(r"(?i)todo|tbd|coming soon", text)
