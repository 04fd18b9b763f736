from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from staffing.notices.models import Notice
from tests.staffing.people.factories import EmployeeFactory

AT = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


class NoticeFactory(DjangoModelFactory[Notice]):
    """Something told to a member of staff at AT, of a kind no room registers."""

    class Meta:
        model = Notice

    employee = factory.SubFactory(EmployeeFactory)
    kind = "test"
    key = factory.Sequence(lambda n: f"test:{n}")
    sent_at = AT
    appears_at = factory.SelfAttribute("sent_at")
