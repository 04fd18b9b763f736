import factory
from factory.django import DjangoModelFactory

from outlets.places.models import Outlet, Region, Zone


class RegionFactory(DjangoModelFactory[Region]):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"R{n}")
    name = factory.Sequence(lambda n: f"Region {n}")
    level = "county"


class OutletFactory(DjangoModelFactory[Outlet]):
    class Meta:
        model = Outlet

    code = factory.Sequence(lambda n: f"O{n}")
    name = factory.Sequence(lambda n: f"Outlet {n}")
    region = factory.SubFactory(RegionFactory)
    timezone = "Asia/Shanghai"


class ZoneFactory(DjangoModelFactory[Zone]):
    class Meta:
        model = Zone

    outlet = factory.SubFactory(OutletFactory)
    code = factory.Sequence(lambda n: f"Z{n}")
    name = "Counter"
    kind = "counter"
