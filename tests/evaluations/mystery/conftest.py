import pytest

from evaluations.mystery.models import Quota
from tests.evaluations.mystery.factories import (
    ScenarioFactory,
    ShopperFactory,
    VersionFactory,
    WaveFactory,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    granted_user,
)


@pytest.fixture
def office():
    return granted_user("operations")


@pytest.fixture
def agency():
    return AgencyFactory(code="CLEAR", name="Clear Eyes")


@pytest.fixture
def programme(agency, office):
    """Four outlets of class A, two visits each, six shoppers, a draft that is whole."""
    region = RegionFactory()
    outlets = OutletFactory.create_batch(4, region=region, outlet_class="A")
    shoppers = ShopperFactory.create_batch(6, agency=agency)
    wave = WaveFactory(code="OCT", state="draft", made_by=office, most_each=4)
    VersionFactory(questionnaire=wave.questionnaire)
    wave.agencies.add(agency)
    wave.scenarios.add(*ScenarioFactory.create_batch(2))
    Quota.objects.create(wave=wave, outlet_class="A", visits=2)
    return wave, outlets, shoppers
