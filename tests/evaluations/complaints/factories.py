from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from evaluations.complaints.models import Case
from evaluations.complaints.services import log_case
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory


class CaseFactory(DjangoModelFactory[Case]):
    class Meta:
        model = Case

    class Params:
        closed = factory.Trait(
            closed_at=datetime(2026, 10, 14, 4, 0, tzinfo=UTC),
            closed_on=date(2026, 10, 14),
            days_to_close=2,
        )

    case_no = factory.Sequence(lambda n: f"C{n}")
    outlet = factory.SubFactory(OutletFactory)
    employee = factory.SubFactory(EmployeeFactory)
    received_at = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
    on = date(2026, 10, 12)
    category = "billing"
    kind = "other"


def logged(outlet, by, **given):
    """Log a case at an outlet as `by`: an attitude complaint unless told otherwise."""
    usual = {
        "channel": "face_to_face",
        "contact": "complaint",
        "reason": "attitude",
        "subject": "manner",
        "summary": "was not listened to",
        "customer": "Ms Li",
        "phone_tail": "4711",
    }
    return log_case(outlet=outlet, by=by, **{**usual, **given})
