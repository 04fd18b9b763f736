"""The whole API against its own schema, as every role and with every scope.

A seed is fixed, so that two runs ask the same. Many more examples than a suite has
time for: `STARHALL_FUZZ=500 .venv/bin/pytest tests/security/test_schema.py`.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from staffing.accounts.authentication import SCOPE_POWERS
from tests.security.tokens import bearer
from tests.sight.asking import nothing_kept
from tests.sight.world import ROLES

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("STARHALL_FUZZ", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
# As many callers as there are kinds of them; "" has no token.
CALLERS = [*ROLES, *(f"scope {scope}" for scope in SCOPE_POWERS)]


@pytest.fixture(scope="module")
def headers(world, cookies):
    """How each caller says who it is."""
    said = {
        role: {"Cookie": f"sessionid={cookies[role]}"} if cookies[role] else {}
        for role in ROLES
    }
    for scope in SCOPE_POWERS:
        said[f"scope {scope}"] = bearer(scope)
    return said


@pytest.fixture(scope="module")
def one_connection(headers):
    """Keep what Django does around a request from closing the world's connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def _real(world) -> dict[str, list]:
    """Return values that exist, for parameters that would never be guessed."""
    own, far = world.own, world.foreign
    return {
        "code": [own.outlet.code, own.county.code, far.outlet.code],
        "number": [own.person.number, far.person.number],
        "id": [world.run.pk],
        "run": [world.run.pk, world.draft.pk],
        "uuid": [str(world.award_list.uuid)],
        "period": ["2026-10"],
        "place": [own.county.code, own.outlet.code],
        "outlet": [own.outlet.code],
        "from": ["2026-10-05"],
        "to": ["2026-10-05"],
    }


def _with_real_values(case, real, draw):
    for given_values in (case.path_parameters, case.query):
        for name in list(given_values or ()):
            if name in real and draw(st.booleans()):
                given_values[name] = draw(st.sampled_from(real[name]))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_the_api_keeps_to_its_schema_whoever_calls(
    operation, world, headers, one_connection
):
    real = _real(world)

    @seed(20261101)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), data=st.data())
    def ask(case, data):
        _with_real_values(case, real, data.draw)
        for caller in data.draw(
            st.lists(st.sampled_from(CALLERS), min_size=3, max_size=5)
        ):
            with nothing_kept():
                answer = case.call(headers=headers[caller])
                case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_every_call_may_be_refused_as_one_too_many(operation):
    assert "429" in operation.definition.raw["responses"]
