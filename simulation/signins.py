"""One sign-in per role on the simulated chain, and a client for the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.mystery.models import Shopper
from outlets.places.models import Outlet, Region, RegionLevel
from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_tokens import create_service, replace_secrets
from staffing.people.models import (
    Agency,
    Assignment,
    Employee,
    Post,
    RoleGrant,
    User,
)
from staffing.people.roles import Role
from staffing.people.services.agencies import AgencyBook

DEMO_PASSWORD = "starhall-demo"  # noqa: S105 (opens nothing but a demo)
CLIENT_ID = "hr-demo"
CLIENT_SCOPES = "registry:read rankings:read awards:read flow:read"
CLERK, MANAGER = "clerk", "manager"
HR, OPERATIONS, REGIONAL = "hr", "operations", "regional"
# Posts come with an employee of the chain, the other roles with a person of the office.
_POSTS = (
    (CLERK, Role.CLERK, Post.CLERK),
    (MANAGER, Role.STORE_MANAGER, Post.STORE_MANAGER),
    ("supervisor", Role.SUPERVISOR, Post.SUPERVISOR),
)
_OFFICE = (
    (REGIONAL, Role.REGIONAL_SUPERVISOR, "梁志强 Liang Zhiqiang"),
    ("hr", Role.HR, "何静怡 He Jingyi"),
    ("operations", Role.OPERATIONS, "谢文斌 Xie Wenbin"),
    # Schemes and rankings take two: one prepares them, somebody else lets them out.
    ("approver", Role.OPERATIONS, "罗晓明 Luo Xiaoming"),
    ("administrator", Role.ADMINISTRATOR, "钟凯 Zhong Kai"),
    ("auditor", Role.AUDITOR, "邓慧 Deng Hui"),
    ("agency", Role.AGENCY, "明察 Clearview Research"),
)
# Works for that agency in the field; her account holds no role.
SHOPPER, SHOPPER_CODE = "shopper", "S01"


class PasswordMissing(Exception):
    """Outside a demo nobody gets a password that everybody knows."""


class NoChain(Exception):
    """There is no outlet with a manager, a supervisor and a clerk."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who can sign in, and what she sees; `role` None: a shopper of an agency."""

    username: str
    role: Role | None
    name: str
    place: str


@transaction.atomic
def make_sign_ins(*, password: str | None) -> list[SignIn]:
    """Make, or find, a user per role and a shopper of the agency's.

    Calling again changes nothing but the password.

    Raises:
        PasswordMissing: no password is given and this is no demo.
        NoChain: nothing was simulated or loaded here.
    """
    password = checked_password(password)
    today = timezone.localdate()
    outlet, staff = _fully_staffed(today)
    city = city_of(outlet)
    agency = _an_agency()
    made = []
    for username, role, post in _POSTS:
        employee = staff[post]
        user = User.objects.filter(employee=employee).first()
        user = user or User.objects.get_or_create(username=username)[0]
        user.employee = employee
        _let_in(user, employee.name, password)
        made.append(SignIn(user.username, role, employee.name, outlet.name))
    for username, role, name in _OFFICE:
        user = User.objects.get_or_create(username=username)[0]
        scope: dict[str, Region | Agency] = {}
        if role is Role.REGIONAL_SUPERVISOR:
            scope = {"region": city}
        elif role is Role.AGENCY:
            scope = {"agency": agency}
        _let_in(user, name, password)
        _grant(user, role, scope, today)
        sees = next((place.name for place in scope.values()), "")
        made.append(SignIn(username, role, name, sees))
    made.append(_shopper(agency, password))
    return made


def demo_outlet() -> Outlet:
    """Return where clerk, manager and supervisor sign in.

    Raises:
        NoChain: no outlet has all three posts today.
    """
    return _fully_staffed(timezone.localdate())[0]


def checked_password(password: str | None) -> str:
    """Return the password to set; without one, the demo's own.

    Raises:
        PasswordMissing: no password is given and this is no demo.
    """
    if password:
        return password
    if not settings.DEMO:
        raise PasswordMissing(
            "STARHALL_DEMO is off: give a password with --password or "
            "STARHALL_DEMO_PASSWORD"
        )
    return DEMO_PASSWORD


def _fully_staffed(today: date) -> tuple[Outlet, dict[str, Employee]]:
    """Return the first outlet that has all three posts today, and who holds them."""
    posts = [post for _username, _role, post in _POSTS]
    assignments = (
        Assignment.objects.on(today)
        .filter(employee__post__in=posts)
        .select_related("employee", "outlet__region")
        .order_by("outlet__outlet_class", "outlet_id", "employee__number")
    )
    outlet: Outlet | None = None
    staff: dict[str, Employee] = {}
    for assignment in assignments:
        if assignment.outlet != outlet:
            outlet, staff = assignment.outlet, {}
        staff.setdefault(assignment.employee.post, assignment.employee)
        if len(staff) == len(posts):
            return outlet, staff
    raise NoChain("run manage.py simulate first: no outlet has all posts filled today")


def city_of(outlet: Outlet) -> Region:
    """Return the city that an outlet lies in, else the widest region above it."""
    region: Region = outlet.region
    while region.level != RegionLevel.CITY and region.parent is not None:
        region = region.parent
    return region


def _let_in(user: User, name: str, password: str) -> None:
    user.first_name = name
    user.email = user.email or f"{user.get_username()}@starhall.example"
    if not user.check_password(password):
        user.set_password(password)
    user.save()


def _shopper(agency: Agency, password: str) -> SignIn:
    user = User.objects.get_or_create(username=SHOPPER)[0]
    _let_in(user, "", password)
    shopper, _is_new = Shopper.objects.update_or_create(
        agency=agency, code=SHOPPER_CODE, defaults={"user": user}
    )
    return SignIn(SHOPPER, None, shopper.code, "her own visits")


def _an_agency() -> Agency:
    """Return an agency that made visits here, else one of its own."""
    found = Agency.objects.order_by("name").first()
    if found is None:
        AgencyBook().id_of("Clearview Research")
        found = Agency.objects.get()
    return found


def _grant(
    user: User, role: Role, scope: Mapping[str, Region | Agency], today: date
) -> None:
    if not user.grants.on(today).filter(role=role, **scope).exists():
        RoleGrant.objects.create(user=user, role=role, starts_on=today, **scope)


@transaction.atomic
def make_client(*, secret: str | None) -> tuple[str, str]:
    """Make, or find, HR's client of the API; return its id and secret.

    Only the secret's digest is kept, so it is set anew each time. Outside a demo a
    secret that people think up is refused, and None gets a random one.

    Raises:
        WeakSecret: the secret given is short and this is no demo.
    """
    if secret is None and settings.DEMO:
        secret = DEMO_PASSWORD
    expires_on = timezone.localdate() + timedelta(days=365)
    service = ServiceAccount.objects.filter(
        application__client_id=CLIENT_ID, revoked_at=None
    ).first()
    if service is None:
        _service, value = create_service(
            name="HR",
            purpose="Reads rankings and awards for the HR system",
            owner="hr",
            scopes=CLIENT_SCOPES.split(),
            expires_on=expires_on,
            client_id=CLIENT_ID,
            secret=secret,
            by=None,
        )
        return CLIENT_ID, value
    if not service.is_active:
        ServiceAccount.objects.filter(pk=service.pk).update(expires_on=expires_on)
    value = replace_secrets(service_id=service.pk, secret=secret, by=None)
    return CLIENT_ID, value


def as_table(made: Sequence[SignIn], *, address: str, password: str) -> list[str]:
    """Return the lines that tell somebody how to sign in as whom."""
    rows = [("user", "role", "name", "sees")]
    rows += [
        (
            one.username,
            one.role.value if one.role else "mystery shopper",
            one.name,
            one.place or "everything her role may",
        )
        for one in made
    ]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    lines = [f"Sign in at {address} with the password {password}", ""]
    for row in rows:
        padded = (
            text + " " * (width - _width(text))
            for text, width in zip(row, widths, strict=False)
        )
        lines.append("  ".join([*padded, row[3]]))
    return lines


def _width(text: str) -> int:
    """Return the columns that a terminal needs: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
