"""A redirect in the table may carry a refusal: these change nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.checks.models import Check, CheckMark, Correction
from evaluations.ledger.models import Entry
from tests.sight.world import build
from tests.staffing.people.factories import RoleGrantFactory


def _recorded():
    checks = Check.objects.order_by("pk").values_list("pk", "state", "note", "score")
    marks = CheckMark.objects.order_by("pk").values_list("pk", "mark")
    counts = (Correction.objects.count(), Entry.objects.count())
    return list(checks), list(marks), counts


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["correct", "undo"])
def test_nobody_changes_a_check_about_herself_whatever_her_roles(action):
    world = build()
    subject = world.viewers["clerk"]
    RoleGrantFactory(user=subject, role="operations")  # may correct everybody else's
    client = Client()
    client.force_login(subject)
    before = _recorded()
    address = reverse(f"checks:{action}", args=[world.own.check.uuid])
    client.post(address, {"failed": "G01", "reason": "misread"})
    assert _recorded() == before
