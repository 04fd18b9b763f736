"""What is gone is told for some time, and after that to nobody any more."""

from datetime import timedelta

import pytest
from auditlog.context import disable_auditlog
from django.utils import timezone

from evaluations.feed.cursors import Resync
from evaluations.feed.keeping import forget_tombstones
from evaluations.feed.models import Change
from evaluations.feed.reading import read
from tests.evaluations.feed.test_changes import all_of, service
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db(transaction=True)


def gone_outlet(code):
    with disable_auditlog():  # a history would keep it from being deleted
        OutletFactory(code=code).delete()


def aged(days):
    Change.objects.update(changed_at=timezone.now() - timedelta(days=days))


def test_after_the_set_days_who_has_not_read_since_begins_again(settings):
    settings.FEED_TOMBSTONES_KEPT_DAYS = 30
    Change.objects.all().delete()  # emptying the database has told of what it held
    OutletFactory(code="STAYS")
    _items, early = all_of(service())
    gone_outlet("GOES")
    _items, late = all_of(service())
    OutletFactory(code="LATER")
    aged(29)
    assert forget_tombstones() == 0
    aged(31)
    before = Change.objects.count()
    assert forget_tombstones() == 1
    assert Change.objects.count() == before - 1
    with pytest.raises(Resync):
        read(service(), early, 100)
    codes = {one.row["code"] for one in all_of(service(), late)[0]}
    assert "LATER" in codes
    assert forget_tombstones() == 0
