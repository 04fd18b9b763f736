"""The OpenAPI document: valid, without guesses, every field described."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command
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
