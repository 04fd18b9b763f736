"""The switch for crowded days: set in the editor, seen in waterfall and words."""

from datetime import date

import pytest
from django.urls import reverse

from evaluations.ledger.services import Line
from evaluations.rankings.models import SchemeVersion
from evaluations.rankings.services import schemes
from evaluations.rankings.services.schemes import (
    approve_version,
    draft_version,
    propose_version,
)
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    ranked,
    worker,
)
from tests.evaluations.rankings.test_schemes_views import sent
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
ONSITE = 3


def crowded(outlet, number: int) -> int:
    """Return the outlet's pressure of a day in percent: every other day is busy."""
    busy = 60 if outlet.code == "BUSY" else 20
    return busy + 20 * (number % 2)


def post_days(person, outlet) -> None:
    """Post twenty days of ten ratings each; crowds cost one of ten per 20 points."""
    days = []
    for number in range(20):
        good = 10 - crowded(outlet, number) // 20
        fields = {"points": 100 * good, "out_of": 1000, "n": 10}
        days.append(line(person, "onsite", date(2026, 10, number + 1), **fields))
    post(*days)


def post_pressure(outlet) -> None:
    post(
        *(
            Line(
                source_id=f"pressure-{outlet.code}-{number}",
                component="pressure",
                on=date(2026, 10, number + 1),
                employee_id=None,
                outlet_id=outlet.pk,
                points=100 * crowded(outlet, number),
                out_of=10_000,
            )
            for number in range(20)
        )
    )


def test_the_switch_in_the_editor_reaches_the_waterfall_and_the_words(
    client, monkeypatch
):
    monkeypatch.setattr(schemes, "_today", lambda: date(2026, 9, 20))
    author = granted_user("operations")
    client.force_login(author)
    shipped = SchemeVersion.objects.get(scheme__code="service_star", number=1)
    draft = draft_version(version_id=shipped.pk, by=author)
    data = sent(draft, **{f"components__{ONSITE}__load": "on"}, starts_on="2026-10-01")
    assert data[f"components-{ONSITE}-code"] == "onsite"
    edit = reverse("rankings:version_edit", args=[draft.pk])
    assert client.post(edit, data).status_code == 302
    draft.refresh_from_db()
    assert [one["code"] for one in draft.rules["components"] if one.get("load")] == [
        "onsite"
    ]
    propose_version(version_id=draft.pk, by=author)
    approve_version(version_id=draft.pk, note="", by=granted_user("operations"))

    team = []
    for code in ("BUSY", "QUIET"):
        outlet = outlet_in_county(code=code)
        post_pressure(outlet)
        for _number in range(3):
            team.append(worker(outlet))
            post_month(team[-1])
            post_days(team[-1], outlet)
    run = ranked()
    assert run.scheme_version == draft
    part = run.standings.get(employee=team[0]).components["onsite"]
    # Her days were 20 points above the mean pressure, at half a point of value each.
    assert part["load"] == pytest.approx(10.0, abs=1e-6)
    page = client.get(reverse("rankings:explain", args=[run.pk, team[0].number]))
    steps = page.context["explanation"].steps
    (row,) = [one for one in steps.rows if one.code == "onsite"]
    weight = part["weight"] / 100
    assert row.bridge.load == pytest.approx(weight * part["load"], abs=1e-4)
    moved = row.raw + row.bridge.raters + row.bridge.load + row.bridge.drawn
    assert moved == pytest.approx(row.adjusted, abs=1e-9)
    text = " ".join(page.content.decode().split())
    assert '<th class="text-end">Crowded days</th>' in text
    assert "Busier days or a busier class of outlet than most: +" in text
    quiet = client.get(reverse("rankings:explain", args=[run.pk, team[5].number]))
    assert "Quieter days or a quieter class of outlet than most: −" in (
        quiet.content.decode()
    )


def test_without_the_switch_no_column_of_crowds_is_shown(client):
    client.force_login(granted_user("operations"))
    outlet = outlet_in_county(code="BUSY")
    post_pressure(outlet)
    person = worker(outlet)
    post_month(person)
    post_days(person, outlet)
    page = client.get(reverse("rankings:explain", args=[ranked().pk, person.number]))
    assert "Why the adjusted score differs" in page.content.decode()
    assert "Crowded days" not in page.content.decode()
