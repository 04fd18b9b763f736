"""The navigation: one list of entries; each role sees only what it can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from outlets.places.sight import Power
from staffing.accounts.models.history import groups_seen_by
from staffing.people.models import User
from staffing.people.roles import Role

Condition = Callable[[User], bool]


def everybody(user: User) -> bool:
    return True


def staff_member(user: User) -> bool:
    """Tell whether the user is on the staff herself, so that she has scores."""
    return user.sight.employee_id is not None


def holding(*powers: Power) -> Condition:
    """Return the condition that any one of `powers` is held somewhere."""
    return lambda user: any(user.sight.may(power) for power in powers)


def in_the_chain(user: User) -> bool:
    """Tell whether the user works for the chain, as staff or by a power."""
    return staff_member(user) or bool(user.sight.powers)


def reading_only(user: User) -> bool:
    """Tell whether the user reads records of places where she does not keep them."""
    return user.sight.may(Power.SEE_RECORDS) and not user.sight.may(Power.RECORD)


def reading_everywhere(user: User) -> bool:
    return user.sight.reach(Power.SEE_RECORDS).everywhere


def reading_history(user: User) -> bool:
    return bool(groups_seen_by(user.sight))


@dataclass(frozen=True)
class Entry:
    """One line of the navigation. `icon` is a Tabler icon's name."""

    label: Promise
    icon: str
    url_name: str
    shown_to: Condition


ENTRIES = (
    Entry(_("Today"), "home", "today:home", everybody),
    Entry(_("My score"), "user-star", "rankings:mine", staff_member),
    Entry(_("Daily checks"), "checklist", "checks:card", holding(Power.RECORD)),
    Entry(_("Daily checks"), "checklist", "checks:list", reading_only),
    Entry(_("Knowledge tests"), "school", "knowledge:list", holding(Power.SEE_RECORDS)),
    Entry(
        _("Mystery visits"),
        "spy",
        "mystery:list",
        holding(Power.SEE_RECORDS, Power.ENTER_VISITS),
    ),
    Entry(
        _("Customer feedback"),
        "message-star",
        "feedback:list",
        holding(Power.SEE_RECORDS),
    ),
    Entry(
        _("Complaints"),
        "message-report",
        "complaints:list",
        holding(Power.SEE_RECORDS),
    ),
    Entry(_("Customer flow"), "users-group", "flow:region", holding(Power.SEE_FLOW)),
    Entry(_("Targets"), "target-arrow", "targets:list", holding(Power.SEE_RECORDS)),
    Entry(_("Rankings"), "trophy", "rankings:list", holding(Power.SEE_RECORDS)),
    Entry(_("Awards"), "award", "awards:list", in_the_chain),
    Entry(_("Periods"), "calendar-check", "ledger:periods", reading_everywhere),
    Entry(_("Checklists"), "list-check", "checks:standards", holding(Power.CONFIGURE)),
    Entry(_("History"), "history", "history:list", reading_history),
    Entry(_("API"), "api", "api-docs", holding(Power.CONFIGURE)),
)


@dataclass(frozen=True)
class Link:
    """An entry as one page shows it: where it leads, whether we are there."""

    label: Promise
    icon: str
    url: str
    current: bool
    exact: bool


def links_for(user: User, path: str, room: str = "") -> list[Link]:
    """Return the entries that `user` may use, the one that the page belongs to marked.

    `room` is the URL namespace of the page at `path`. Of several entries of one room
    it is the one whose address the path begins with, else the first.
    """
    shown = [
        (entry, reverse(entry.url_name)) for entry in ENTRIES if entry.shown_to(user)
    ]
    of_room = [
        url for entry, url in shown if room and entry.url_name.startswith(f"{room}:")
    ]
    above = [url for url in of_room if path.startswith(url)]
    here = max(above, key=len, default=next(iter(of_room), ""))
    return [
        Link(entry.label, entry.icon, url, current=url == here, exact=url == path)
        for entry, url in shown
    ]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every page its navigation and who is signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": (), "display_name": "", "role_names": ()}
    found = request.resolver_match
    room = found.namespace if found else ""
    return {
        "navigation": SimpleLazyObject(lambda: links_for(user, request.path, room)),
        "display_name": display_name(user),
        "role_names": role_names(user),
    }


def display_name(user: User) -> str:
    """Return what the person is called: her name in the registry, else her own."""
    if user.employee is not None:
        return user.employee.name
    return user.get_full_name() or user.get_username()


def role_names(user: User) -> list[str]:
    """Return the labels of the roles held, the one with most to do first."""
    held = [role for role in Role if role in user.roles]
    if len(held) > 1 and Role.CLERK in held:
        held.remove(Role.CLERK)
    return [str(role.label) for role in held]
