"""The real inspections: what must come out of them, to the last digit given."""

import csv
import json
from datetime import date, timedelta
from fractions import Fraction

import pytest

from evaluations.checks.models import Check
from evaluations.checks.posting import settle
from evaluations.checks.selectors import findings
from evaluations.ledger.models import Entry
from evaluations.standards.models import Standard
from outlets.exchange.importer import load
from outlets.exchange.kinds import registered
from outlets.exchange.readers import open_rows
from tests.real import REAL, real_pack

PACK = REAL / "inspections"

pytestmark = [
    pytest.mark.real,
    pytest.mark.django_db,
]


@pytest.fixture(autouse=True)
def pack():
    return real_pack("inspections")


def load_pack():
    lines = []
    for path in sorted(PACK.glob("*.csv.gz")):
        kind = path.name.split("_", 1)[1].split(".", 1)[0]
        with open_rows(path) as rows:
            lines.append(str(load(registered()[kind](), rows)))
    return lines


def expected(name):
    with (PACK / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def close(value, text):
    return float(value) == pytest.approx(float(text), rel=1e-5)


@pytest.fixture
def summary():
    return json.loads((PACK / "expected" / "summary.json").read_text(encoding="utf-8"))


def test_the_pack_loads_and_a_second_time_changes_nothing(summary):
    counts = list(summary["rows"].values())
    kinds = ["regions", "outlets", "standards", "checks"]
    assert load_pack() == [
        f"ingest {kind}: {n} read, {n} created, 0 updated, 0 unchanged, 0 rejected"
        for kind, n in zip(kinds, counts, strict=True)
    ]
    assert load_pack() == [
        f"ingest {kind}: {n} read, 0 created, 0 updated, {n} unchanged, 0 rejected"
        for kind, n in zip(kinds, counts, strict=True)
    ]
    assert Check.objects.count() == summary["checks"]


def test_findings_are_those_expected(summary):
    load_pack()
    standard = Standard.objects.get(code=expected_standard())
    checks = Check.objects.all()
    found = findings.findings(checks, standard)
    whole = findings.summarise(found)
    assert whole.checks == summary["checks"]
    assert whole.failures == summary["failures"]
    assert whole.clean_checks == summary["clean_checks"]
    assert close(whole.pass_rate, summary["pass_rate"])
    assert close(whole.compliance_mean, summary["compliance_mean"])
    assert [min(f.on for f in found), whole.last_check] == [
        date.fromisoformat(day) for day in summary["dates"]
    ]
    assert max(f.failures for f in found) == summary["most_failures_in_one_check"]

    outlets = {outlet.code: outlet.summary for outlet in findings.by_outlet(found)}
    rows = expected("outlets")
    assert len(rows) == len(outlets) == summary["outlets_checked"]
    for row in rows:
        figures = outlets[row["outlet_code"]]
        assert figures.checks == int(row["checks"])
        assert figures.failures == int(row["failures"])
        assert figures.clean_checks == int(row["clean_checks"])
        assert close(figures.compliance_mean, row["compliance_mean"])
        assert figures.last_check == date.fromisoformat(row["last_check"])

    years = findings.by_year(found)
    rows = expected("years")
    assert list(years) == [int(row["year"]) for row in rows]
    for row in rows:
        figures = years[int(row["year"])]
        assert figures.checks == int(row["checks"])
        assert figures.failures == int(row["failures"])
        assert figures.clean_checks == int(row["clean_checks"])
        assert figures.compliant_checks == int(row["compliant_checks"])
        for name in ("clean_share", "compliance_mean", "pass_rate"):
            assert close(getattr(figures, name), row[name])

    items = findings.by_item(checks, standard)
    assert items[0].code == summary["most_failed_item"]
    assert [
        (i.code, i.title, i.failures, i.rank) for i in sorted(items, key=_by_code)
    ] == [
        (row["item"], row["title_en"], int(row["failures"]), int(row["rank"]))
        for row in expected("items")
    ]
    shares = {row["item"]: row["share_of_checks"] for row in expected("items")}
    assert all(round(i.share, 6) == float(shares[i.code]) for i in items)

    worst = findings.worst(findings.by_outlet(found))
    assert [
        (place, outlet.code, outlet.summary.checks, outlet.summary.failures)
        for place, outlet in enumerate(worst, start=1)
    ] == [
        (int(r["place"]), r["outlet_code"], int(r["checks"]), int(r["failures"]))
        for r in expected("worst20")
    ]


def expected_standard():
    """Return the one standard of the pack."""
    with open_rows(next(PACK.glob("*_standards.csv.gz"))) as rows:
        heading = next(rows)
        return next(rows)[heading.index("standard")]


def _by_code(item):
    return item.code


def test_every_check_lands_in_the_ledger_once(summary):
    load_pack()
    last = date.fromisoformat(summary["dates"][1])
    checks = summary["checks"]
    before_last = settle(last - timedelta(days=1))
    assert before_last < checks
    assert settle(last) == checks - before_last
    assert settle(last) == 0
    entries = Entry.objects.filter(source="checks")
    assert set(entries.values_list("component", "employee", "version", "n")) == {
        ("environment", None, 1, 1)
    }
    rates = [
        Fraction(*pair) for pair in entries.values_list("points", "out_of").iterator()
    ]
    assert close(100 * sum(rates) / checks, summary["compliance_mean"])
    assert sum(rate >= Fraction(9, 10) for rate in rates) == sum(
        int(row["compliant_checks"]) for row in expected("years")
    )
