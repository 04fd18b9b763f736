from datetime import date

import pytest

from evaluations.standards.models import Standard, StandardVersion
from tests.evaluations.standards.factories import make_standard, publish_items
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


def test_a_version_and_its_items_are_never_changed_nor_deleted():
    version = make_standard().versions.get()
    for row in (version, version.items.first()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()
    assert version.items.count() == 2


def test_in_force_finds_the_version_of_the_day():
    standard = make_standard()
    publish_items(standard, ["S1"], date(2026, 3, 1))
    publish_items(standard, ["S2"], date(2026, 3, 1))

    def number(on):
        return StandardVersion.objects.in_force(on).get(standard=standard).number

    assert number(date(2001, 1, 1)) == 1
    assert number(date(2026, 2, 28)) == 1
    assert number(date(2026, 3, 1)) == 3


def test_standards_are_read_by_everybody_who_works_here_and_by_nobody_else():
    make_standard()
    for user in (staff_user("clerk"), granted_user("auditor")):
        assert Standard.objects.visible_to(user).filter(code="S").exists()
    assert not Standard.objects.visible_to(UserFactory()).exists()
