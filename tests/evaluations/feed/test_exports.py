"""Bulk exports: the same rows in four forms, with a manifest that holds."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from functools import partial
from itertools import zip_longest
from uuid import uuid4

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.feed import exporting
from evaluations.feed.models import Export
from outlets.places.models import Outlet
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.sight.routes import OF_ONE_SERVICE
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import EmployeeFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_service(scopes=["registry:read"])[0]


@pytest.fixture
def call(client, account, django_capture_on_commit_callbacks):
    header = bearer(account)

    def ask(method, address, body=None, **headers):
        with django_capture_on_commit_callbacks(execute=True):
            return client.generic(
                method,
                address,
                json.dumps(body),
                content_type="application/json",
                headers=header | headers,
            )

    return ask


def exported(call, form, kinds=("outlets", "employees")):
    """Return the manifest and the content of each file."""
    asked = {"format": form, "kinds": list(kinds)}
    answer = call("POST", reverse("api-exports"), asked)
    assert answer.status_code == 202, answer.content
    shown = call("GET", reverse("api-export", args=[answer.json()["id"]])).json()
    assert shown["state"] == "done"
    contents = {}
    for one in shown["files"]:
        content = b"".join(call("GET", one["url"]).streaming_content)
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert len(content) == one["bytes"]
        contents[one["kind"]] = content
    return shown, contents


def rows_of(form, content):
    if form == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    if form == "parquet":
        return pq.read_table(io.BytesIO(content)).to_pylist()
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip_longest(heading, row)) for row in rows]


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx", "parquet"])
def test_every_form_holds_all_rows_and_says_how_many(call, form):
    OutletFactory(code="O1", name="=1+1", latitude=22.5, brand_store=True)
    EmployeeFactory(number="E1", name="李娜", hired_on="2021-07-01")
    EmployeeFactory(number="E2", name="王伟")
    shown, contents = exported(call, form)
    assert {one["kind"]: one["rows"] for one in shown["files"]} == {
        "employees": 2,
        "outlets": 1,
    }
    assert shown["rows"] == 3
    (outlet,) = rows_of(form, contents["outlets"])
    people = {row["number"]: row for row in rows_of(form, contents["employees"])}
    assert people["E1"]["name"] == "李娜"
    assert outlet["name"] == ("'=1+1" if form == "csv" else "=1+1")
    assert float(outlet["latitude"]) == 22.5
    assert str(people["E1"]["hired_on"])[:10] == "2021-07-01"
    assert people["E2"]["hired_on"] in (None, "")


def test_the_cursor_of_an_export_goes_on_where_its_files_end(call):
    outlet = OutletFactory(code="O1", name="Old")
    shown, contents = exported(call, "ndjson")
    held = {row["id"]: row for row in rows_of("ndjson", contents["outlets"])}
    address = f"{reverse('api-changes')}?cursor={shown['cursor']}"
    # The region stands in no file; the outlet does, and is not told again.
    told = call("GET", address).json()
    assert [one["kind"] for one in told["results"]] == ["regions"]
    Outlet.objects.filter(pk=outlet.pk).update(name="New")
    address = f"{reverse('api-changes')}?cursor={told['cursor']}"
    (change,) = call("GET", address).json()["results"]
    assert held[change["id"]]["name"] == "Old"
    assert change["row"]["name"] == "New"


def test_what_changes_while_other_kinds_are_still_told_comes_with_them(call):
    outlet = OutletFactory(code="O1", name="Old")
    EmployeeFactory()
    shown, _contents = exported(call, "ndjson", ("outlets",))
    Outlet.objects.filter(pk=outlet.pk).update(name="New")
    told, cursor = [], shown["cursor"]
    for _page in range(4):
        address = f"{reverse('api-changes')}?cursor={cursor}&limit=1"
        answer = call("GET", address).json()
        told += [(one["kind"], one["row"].get("name")) for one in answer["results"]]
        cursor = answer["cursor"]
    assert sorted(kind for kind, _name in told[:-1]) == ["employees", "regions"]
    assert told[-1] == ("outlets", "New")


def test_a_file_is_not_handed_out_once_its_service_sees_less(call, account):
    near, far = RegionFactory(), RegionFactory()
    OutletFactory(code="NEAR", region=near)
    OutletFactory(code="FAR", region=far)
    shown, contents = exported(call, "ndjson", ("outlets",))
    assert b"FAR" in contents["outlets"]
    account.region = near
    account.save()
    refused = call("GET", shown["files"][0]["url"])
    assert (refused.status_code, refused.json()["code"]) == (409, "export_outdated")
    _again, contents = exported(call, "ndjson", ("outlets",))
    assert (b"FAR" in contents["outlets"], b"NEAR" in contents["outlets"]) == (
        False,
        True,
    )


def test_a_download_that_broke_off_goes_on(call):
    OutletFactory.create_batch(3)
    shown, contents = exported(call, "ndjson")
    (file,) = [one for one in shown["files"] if one["kind"] == "outlets"]
    whole, url = contents["outlets"], file["url"]
    rest = call("GET", url, Range="bytes=10-")
    assert (rest.status_code, rest["Content-Range"]) == (
        206,
        f"bytes 10-{len(whole) - 1}/{len(whole)}",
    )
    assert b"".join(rest.streaming_content) == whole[10:]
    first = call("GET", url, Range="bytes=0-9")
    assert b"".join(first.streaming_content) == whole[:10]
    last = call("GET", url, Range="bytes=-5")
    assert b"".join(last.streaming_content) == whole[-5:]
    other = call("GET", url, Range="bytes=10-", **{"If-Range": '"another"'})
    assert (other.status_code, b"".join(other.streaming_content)) == (200, whole)
    assert call("GET", url, Range=f"bytes={len(whole)}-").status_code == 416
    assert call("GET", url, Range="bytes=5-2").status_code == 200


def test_an_export_holds_only_what_the_token_opens(call):
    EmployeeFactory()
    shown, _contents = exported(call, "ndjson", kinds=())
    assert {one["kind"] for one in shown["files"]} == {
        "regions",
        "outlets",
        "employees",
    }
    refused = call(
        "POST", reverse("api-exports"), {"format": "doc", "kinds": ["secrets"]}
    )
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"format", "kinds"}


def test_files_go_when_their_time_is_over(call):
    OutletFactory()
    shown, _contents = exported(call, "csv")
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert exporting.remove_expired() == 1
    answer = call("GET", shown["files"][0]["url"])
    assert (answer.status_code, answer.json()["code"]) == (409, "export_not_ready")


def test_another_service_and_a_narrower_token_find_nothing(call, client, account):
    OutletFactory()
    shown, _contents = exported(call, "csv")
    other, _secret = make_service(name="Other", scopes=["registry:read"])
    addresses = [reverse("api-export", args=[shown["id"]]), shown["files"][0]["url"]]
    for address in addresses:
        assert client.get(address, headers=bearer(other)).status_code == 404
    account.scopes = ["awards:read", "registry:read"]
    account.save()
    narrower = bearer(account, "awards:read")
    for address in addresses:
        assert client.get(address, headers=narrower).status_code == 404


ADDRESSES = [
    ("POST", "api-exports", 0),
    ("GET", "api-export", 1),
    ("GET", "api-export-file", 2),
    ("GET", "api-webhooks", 0),
    ("POST", "api-webhooks", 0),
    ("GET", "api-webhook", 1),
    ("DELETE", "api-webhook", 1),
    ("POST", "api-webhook-pause", 1),
    ("POST", "api-webhook-resume", 1),
    ("POST", "api-webhook-rotate", 1),
    ("POST", "api-webhook-replay", 1),
    ("GET", "api-webhook-deliveries", 1),
]


def test_what_is_kept_for_a_service_is_for_no_person_and_for_no_other_scope(client):
    """A guest gets 401, a person 403, a service without a kind to read 403."""
    assert {name for _method, name, _count in ADDRESSES} == OF_ONE_SERVICE
    pads, _secret = make_service(name="Pads", scopes=["feedback:write"])
    user = granted_user("operations")
    for method, name, count in ADDRESSES:
        address = reverse(name, args=[uuid4(), "outlets.csv"][:count])
        ask = partial(client.generic, method, address, "{}", "application/json")
        client.logout()
        assert (name, ask().status_code) == (name, 401)
        assert (name, ask(headers=bearer(pads)).status_code) == (name, 403)
        client.force_login(user)
        assert (name, ask().status_code) == (name, 403)
