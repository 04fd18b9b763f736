from datetime import date

import factory
from factory.django import DjangoModelFactory

from staffing.people.models import Agency, Assignment, Employee, RoleGrant, User
from tests.outlets.places.factories import OutletFactory


class EmployeeFactory(DjangoModelFactory[Employee]):
    class Meta:
        model = Employee

    number = factory.Sequence(lambda n: f"E{n:05}")
    name = factory.Sequence(lambda n: f"Person {n}")
    post = "clerk"


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    employee = factory.SubFactory(EmployeeFactory)
    outlet = factory.SubFactory(OutletFactory)
    starts_on = date(2020, 1, 1)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")


class AgencyFactory(DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"AG{n}")
    name = factory.Sequence(lambda n: f"Agency {n}")


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    """A role everywhere unless `region`, `outlet` or `agency` is given."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = "operations"
    starts_on = date(2020, 1, 1)


def staff_user(post="clerk", outlet=None, **employee) -> User:
    """Return a user whose employee holds `post`, assigned at `outlet` or a new one."""
    person = EmployeeFactory(post=post, **employee)
    places = {} if outlet is None else {"outlet": outlet}
    AssignmentFactory(employee=person, **places)
    return UserFactory(employee=person)


def granted_user(role, **scope) -> User:
    """Return a user who holds `role` by a grant, everywhere unless scoped.

    An agency's user works for a new agency unless one is given.
    """
    if role == "agency":
        scope.setdefault("agency", AgencyFactory())
    return RoleGrantFactory(role=role, **scope).user
