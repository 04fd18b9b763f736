"""The OpenAPI document: valid, without guesses, every field described."""

import json
import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate


@pytest.fixture(scope="module")
def schema():
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", stdout=out, stderr=StringIO())
    return yaml.safe_load(out.getvalue())


def test_the_document_is_valid_openapi_3_1_and_made_without_a_warning(schema):
    assert schema["openapi"].startswith("3.1")
    validate(schema)


def test_every_field_has_a_description(schema):
    silent = [
        f"{name}.{field}"
        for name, component in schema["components"]["schemas"].items()
        if not name.endswith(("Enum", "List"))
        for field, value in component.get("properties", {}).items()
        if "description" not in value
    ]
    assert silent == []


def operations(schema):
    return [
        (f"{method.upper()} {path}", path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_call_says_what_it_is_what_it_takes_and_what_it_answers(schema):
    faults = []
    for name, path, call in operations(schema):
        if not (call.get("summary") or call.get("description")):
            faults.append(f"{name}: neither summary nor description")
        if not call.get("tags") or "security" not in call:
            faults.append(f"{name}: no tag, or not whether it takes a token")
        given = call.get("parameters", [])
        faults += [
            f"{name}: {one['name']} has no description"
            for one in given
            if not one.get("description")
        ]
        faults += [
            f"{name}: answer {status} has no description"
            for status, answer in call["responses"].items()
            if not answer.get("description")
        ]
        in_path = {one["name"] for one in given if one["in"] == "path"}
        if in_path != set(re.findall(r"{(\w+)}", path)):
            faults.append(f"{name}: its address holds other names")
    assert faults == []


def test_no_two_calls_share_an_id_and_no_component_is_left_over(schema):
    ids = [call["operationId"] for _name, _path, call in operations(schema)]
    assert sorted(set(ids)) == sorted(ids)
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(schema)))
    assert set(schema["components"]["schemas"]) == used


def test_what_is_made_once_takes_an_idempotency_key(schema):
    takes = {
        name
        for name, _path, call in operations(schema)
        for one in call.get("parameters", [])
        if one["name"] == "Idempotency-Key"
    }
    assert takes == {
        "POST /api/v1/exports/",
        "POST /api/v1/webhooks/",
        "POST /api/v1/nominations/",
    }


def test_every_call_of_the_contract_is_there(schema):
    assert {
        "/api/v1/outlets/",
        "/api/v1/regions/",
        "/api/v1/employees/",
        "/api/v1/employees/{number}/score/",
        "/api/v1/rankings/",
        "/api/v1/rankings/{run}/standings/",
        "/api/v1/awards/",
        "/api/v1/flow/hourly/",
        "/api/v1/tickets/",
        "/api/v1/counts/",
        "/api/v1/ratings/",
        "/api/v1/transactions/",
    } <= set(schema["paths"])


def _examples(schema):
    """Yield (call, where, media) of every JSON body, given or answered with success."""
    for name, _path, call in operations(schema):
        bodies = {"request": call.get("requestBody", {})} | {
            f"answer {status}": answer
            for status, answer in call["responses"].items()
            if status.startswith("2")
        }
        for where, body in bodies.items():
            media = body.get("content", {}).get("application/json")
            if media is not None:
                yield name, where, media


def test_every_body_has_an_example_that_fits_its_schema(schema):
    faults = []
    for name, where, media in _examples(schema):
        examples = media.get("examples", {})
        if not examples:
            faults.append(f"{name} {where}: no example")
        judge = Draft202012Validator(
            media["schema"] | {"components": schema["components"]}
        )
        faults += [
            f"{name} {where}: {error.json_path} {error.message[:120]}"
            for one in examples.values()
            for error in judge.iter_errors(one["value"])
        ]
    assert faults == []
