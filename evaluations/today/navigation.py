"""The navigation: one list of entries; each role sees only what it can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import keeps_bank
from evaluations.mystery.models import Shopper, enters_visits
from outlets.exchange.access import sees_all_imports
from outlets.places.sight import Power
from staffing.accounts.models.history import groups_seen_by
from staffing.people.models import User
from staffing.people.roles import Role
from staffing.rosters.services.configuring import sets_anything

Condition = Callable[[User], bool]


def everybody(user: User) -> bool:
    return True


def staff_member(user: User) -> bool:
    """Tell whether the user is on the staff herself, so that she has scores."""
    return user.sight.employee_id is not None


def holding(*powers: Power) -> Condition:
    """Return the condition that any one of `powers` is held somewhere."""
    return lambda user: any(user.sight.may(power) for power in powers)


def reading_visits(user: User) -> bool:
    """Tell whether the user reads mystery visits: the chain's, or her agency's."""
    return user.sight.may(Power.SEE_RECORDS) or enters_visits(user.sight)


def carrying_out_visits(user: User) -> bool:
    """Tell whether the user is a shopper; asks only about who is nothing else."""
    sight = user.sight
    if sight.powers or sight.agency_ids or sight.employee_id is not None:
        return False
    return Shopper.objects.working(user).exists()


def working_for_an_agency(user: User) -> bool:
    return bool(user.sight.agency_ids)


def in_the_chain(user: User) -> bool:
    """Tell whether the user works for the chain, as staff or by a power."""
    return staff_member(user) or bool(user.sight.powers)


def reading_only(user: User) -> bool:
    """Tell whether the user reads records of places where she does not keep them."""
    return user.sight.may(Power.SEE_RECORDS) and not user.sight.may(Power.RECORD)


def meeting_customers(user: User) -> bool:
    """Tell whether the user logs what customers come with, or reads what was."""
    return staff_member(user) or user.sight.may(Power.SEE_RECORDS)


def reading_everywhere(user: User) -> bool:
    return user.sight.reach(Power.SEE_RECORDS).everywhere


def reading_imports(user: User) -> bool:
    return holding(Power.INGEST, Power.CONFIGURE)(user) or sees_all_imports(user)


def keeping_bank(user: User) -> bool:
    return keeps_bank(user.sight)


def reading_access(user: User) -> bool:
    return user.sight.reach(Power.SEE_ACCESS).everywhere


def reading_history(user: User) -> bool:
    return bool(groups_seen_by(user.sight))


@dataclass(frozen=True)
class Entry:
    """One line of the navigation. `icon` is a Tabler icon's name.

    `for_room` says that it stands for the pages of its room that have no entry.
    """

    label: Promise
    icon: str
    url_name: str
    shown_to: Condition
    for_room: bool = True


ENTRIES = (
    Entry(_("Today"), "home", "today:home", everybody),
    Entry(_("My score"), "user-star", "rankings:mine", staff_member),
    Entry(_("My roster"), "calendar-user", "my_roster:mine", staff_member),
    Entry(_("My tests"), "writing", "knowledge:mine", staff_member, for_room=False),
    Entry(
        _("Leave and swaps"),
        "calendar-question",
        "my_roster:decisions",
        holding(Power.PUBLISH_ROSTERS),
        for_room=False,
    ),
    Entry(_("Daily checks"), "checklist", "checks:card", holding(Power.RECORD)),
    Entry(_("Daily checks"), "checklist", "checks:list", reading_only),
    Entry(_("Rosters"), "calendar-month", "rosters:list", holding(Power.SEE_RECORDS)),
    Entry(_("Knowledge tests"), "school", "knowledge:list", holding(Power.SEE_RECORDS)),
    Entry(
        _("Knowledge base"),
        "book",
        "knowledge:articles",
        in_the_chain,
        for_room=False,
    ),
    Entry(_("Mystery visits"), "spy", "mystery:list", reading_visits),
    Entry(
        _("Reports to review"),
        "list-check",
        "mystery:reviews",
        working_for_an_agency,
        for_room=False,
    ),
    Entry(
        _("My visits"),
        "notes",
        "mystery:field",
        carrying_out_visits,
        for_room=False,
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
        meeting_customers,
    ),
    Entry(_("Customer flow"), "users-group", "flow:region", holding(Power.SEE_FLOW)),
    Entry(_("Targets"), "target-arrow", "targets:list", holding(Power.SEE_RECORDS)),
    Entry(_("Rankings"), "trophy", "rankings:list", holding(Power.SEE_RECORDS)),
    Entry(_("Awards"), "award", "awards:list", in_the_chain),
    Entry(_("Innovation"), "bulb", "growth:projects", in_the_chain),
    Entry(
        _("Skills contests"), "medal", "growth:contests", in_the_chain, for_room=False
    ),
    Entry(_("Periods"), "calendar-check", "ledger:periods", reading_everywhere),
    Entry(_("People"), "users", "people:list", holding(Power.SEE_REGISTRY)),
    Entry(_("Access"), "key", "people:users", reading_access),
    Entry(
        _("Personal data"),
        "user-shield",
        "personal:desk",
        holding(Power.MANAGE_PERSONAL_DATA),
    ),
    Entry(
        _("Retention"),
        "calendar-off",
        "personal:retention",
        holding(Power.OVERSEE_PERSONAL_DATA),
    ),
    Entry(_("Import"), "table-import", "imports:list", reading_imports),
    Entry(_("Checklists"), "list-check", "checks:standards", holding(Power.CONFIGURE)),
    Entry(
        _("Question bank"),
        "help-circle",
        "knowledge:questions",
        keeping_bank,
        for_room=False,
    ),
    Entry(
        _("Shifts and rules"),
        "calendar-cog",
        "roster_settings:kinds",
        sets_anything,
    ),
    Entry(_("Services"), "robot", "services:list", reading_access),
    Entry(_("Webhooks"), "broadcast", "webhooks:list", reading_access),
    Entry(
        _("Shared tablets"),
        "device-tablet",
        "accounts:devices",
        holding(Power.CONFIGURE, Power.SEE_ACCESS),
        for_room=False,
    ),
    Entry(
        _("Second factors"),
        "shield-lock",
        "accounts:policy",
        reading_access,
        for_room=False,
    ),
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
    it is the one whose address the path begins with, else the first for the room.
    """
    shown = [
        (entry, reverse(entry.url_name)) for entry in ENTRIES if entry.shown_to(user)
    ]
    of_room = [
        (entry, url)
        for entry, url in shown
        if room and entry.url_name.startswith(f"{room}:")
    ]
    above = [url for _entry, url in of_room if path.startswith(url)]
    first = next((url for entry, url in of_room if entry.for_room), "")
    here = max(above, key=len, default=first)
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
    return user.called


def role_names(user: User) -> list[str]:
    """Return the labels of the roles held, the one with most to do first."""
    held = [role for role in Role if role in user.roles]
    if len(held) > 1 and Role.CLERK in held:
        held.remove(Role.CLERK)
    return [str(role.label) for role in held]
