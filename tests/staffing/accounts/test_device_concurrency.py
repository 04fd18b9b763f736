"""Many guesses and many tablets at the same moment."""

from collections import Counter

import pytest
from django.db import connection

from staffing.accounts.models import DeviceCredential, Lock
from staffing.accounts.services.devices import CodeNotValid, enrol, make_code
from staffing.accounts.services.locks import TooManyAttempts
from staffing.accounts.services.pins import WrongPin, check_pin
from tests.evaluations.checks.test_concurrency import at_once
from tests.staffing.accounts.factories import DeviceFactory, person_with_pin
from tests.staffing.people.factories import granted_user

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite writes one after the other anyway",
    ),
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


def test_guesses_sent_at_once_are_each_counted():
    device = DeviceFactory()
    person = person_with_pin(device.outlet).employee.uuid
    guesses = [
        lambda pin=pin: check_pin(device=device, person=person, pin=f"84020{pin}")
        for pin in range(8)
    ]
    raised = Counter(type(error) for error in at_once(*guesses))
    assert raised == {WrongPin: 3, TooManyAttempts: 5}
    assert sorted(Lock.objects.values_list("failures", flat=True)) == [3, 3]


def test_a_code_opened_on_two_tablets_at_once_enrols_one():
    device = DeviceFactory()
    code = make_code(device_id=device.pk, by=granted_user("administrator"))
    raised = at_once(
        lambda: enrol(code=code, address="10.0.0.1"),
        lambda: enrol(code=code, address="10.0.0.2"),
    )
    assert [type(error) for error in raised] == [CodeNotValid]
    assert DeviceCredential.objects.count() == 1
