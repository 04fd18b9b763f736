"""One row of every kind whose every text is an attack."""

from uuid import uuid4

from django.core.files.base import ContentFile

from outlets.exchange.importer import load_values
from outlets.exchange.kinds import registered
from outlets.exchange.models import Import, import_files
from staffing.accounts.models import Device
from staffing.people.models import Agency, Erasure, RoleGrant
from staffing.people.models.access import User
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import EmployeeFactory

TEXT = "\"><img src=x onerror=canary()>'<script>canary()</script>{{7*7}}"
CODE = '"><svg onload=canary()>'
# What may stand in no page as it is: each would run.
RAW = ("<img src=x onerror", "<script>canary", "<svg onload", 'href="javascript:')
AT = "2026-10-05T10:00:00"
FORMULA = "=HYPERLINK(1)"


def _rows() -> dict[str, dict[str, object]]:
    """Return a row per kind, in an order in which they can be loaded."""
    outlet, number = {"outlet_code": CODE}, {"employee_number": CODE}
    return {
        "regions": {"code": CODE, "name": TEXT, "level": "county"},
        "outlets": {
            "code": CODE,
            "name": TEXT,
            "region_code": CODE,
            "address": TEXT,
            "class": "A",
        },
        "employees": {"number": CODE, "name": TEXT, "post": "clerk"},
        "assignments": {**number, **outlet, "from": "2026-01-01"},
        "standards": {
            "standard": "XSS",
            "item": "X1",
            "title_en": TEXT,
            "title_zh": TEXT,
            "section": TEXT,
        },
        "checks": {
            "uuid": uuid4(),
            **outlet,
            **number,
            "date": "2026-10-05",
            "standard": "XSS",
            "failed": "X1",
            "by": TEXT,
            "note": TEXT,
        },
        "tests": {**number, "taken_on": "2026-10-05", "test": CODE, "score": 80},
        "visits": {
            "visit_no": CODE,
            **outlet,
            **number,
            "date": "2026-10-05",
            "agency": TEXT,
            "points": 8,
            "out_of": 10,
            "comment": TEXT,
        },
        "ratings": {
            "uuid": uuid4(),
            **outlet,
            **number,
            "channel": "pad",
            "rated_at": AT,
            "score": 1,
            "ticket_no": CODE,
            "rater": CODE,
            "comment": TEXT,
        },
        "complaints": {
            "case_no": CODE,
            **outlet,
            **number,
            "received_at": AT,
            "channel": TEXT,
            "category": TEXT,
            "kind": "other",
            "summary": TEXT,
        },
        "targets": {**number, "period": "2026-10", "kpi": CODE, "base": 1},
        "tickets": {
            **outlet,
            "ticket_no": CODE,
            "date": "2026-10-05",
            "arrived_at": AT,
            "service": CODE,
            "employee_number": CODE,
        },
    }


def load_attacks() -> list[str]:
    """Load every row; return the kinds of which a row was refused."""
    refused = []
    for name, row in _rows().items():
        if load_values(registered()[name](), [row]).rejected:
            refused.append(name)
    return refused


def write_attacks(world, text: str = TEXT) -> None:
    """Put `text` wherever people write freely: reasons, names, purposes, files."""
    by = world.viewers["administrator"]
    short = text[:60]
    Device.objects.create(outlet=world.own.outlet, name=short, added_by=by)
    make_service(name=text, purpose=text, owner=text)
    # The visits of the spreadsheet have made it already.
    Agency.objects.get_or_create(name=text, defaults={"code": "AG-EVIL"})
    user = User.objects.create(username="evil", first_name=short, last_name=short)
    RoleGrant.objects.create(
        user=user, role="auditor", starts_on="2026-01-01", granted_by=by, reason=text
    )
    Erasure.objects.create(
        employee=EmployeeFactory(name=text), reason=text, proposed_by=by
    )
    refused = import_files().save(
        "refused.csv", ContentFile(f'row,number\n3,"{text}"\n'.encode())
    )
    for viewer in (world.viewers["operations"], by):
        Import.objects.create(
            kind="employees",
            state="checked",
            by=viewer,
            file_name=text,
            stored="evil.csv",
            refused_rows=refused,
            heading=[text, "name", "post"],
            read=1,
            rejected=1,
        )
