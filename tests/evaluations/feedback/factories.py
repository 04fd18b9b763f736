from datetime import UTC, datetime, time
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from evaluations.feedback.models import Invitation, Rating
from outlets.places.rules import trading_day
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory

NOON = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def _day(moment):
    def on(row):
        # A fresh outlet still holds its default as text.
        starts_at = time.fromisoformat(str(row.outlet.day_starts_at))
        return trading_day(getattr(row, moment), row.outlet.zone, starts_at)

    return factory.LazyAttribute(on)


class RatingFactory(DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    uuid = factory.LazyFunction(uuid4)
    outlet = factory.SubFactory(OutletFactory)
    employee = factory.SubFactory(EmployeeFactory)
    channel = "pad"
    rated_at = NOON
    on = _day("rated_at")
    score = 5


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    uuid = factory.LazyFunction(uuid4)
    outlet = factory.SubFactory(OutletFactory)
    employee = factory.SubFactory(EmployeeFactory)
    sent_at = NOON
    on = _day("sent_at")
