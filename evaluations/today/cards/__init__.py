"""The cards of the home page, in the order in which they are urgent."""

from collections.abc import Callable, Iterator

from evaluations.today.cards import (
    desk,
    floor,
    growth,
    learning,
    outside,
    shopping,
    voice,
)
from evaluations.today.cards.card import Card
from staffing.people.models import User
from staffing.people.roles import Role

Builder = Callable[[User], Card | None]

# Who holds several roles gets the cards of all of them, each once.
BUILDERS: tuple[tuple[frozenset[Role], Builder], ...] = (
    (frozenset({Role.STORE_MANAGER, Role.SUPERVISOR}), floor.checks_today),
    (
        frozenset(
            {Role.STORE_MANAGER, Role.SUPERVISOR, Role.CLERK, Role.REGIONAL_SUPERVISOR}
        ),
        floor.to_put_right,
    ),
    (frozenset({Role.STORE_MANAGER, Role.SUPERVISOR}), voice.waiting_customers),
    (
        frozenset({Role.CLERK, Role.STORE_MANAGER, Role.SUPERVISOR}),
        learning.weekly_test,
    ),
    (frozenset({Role.CLERK}), floor.roster_changes),
    (frozenset({Role.STORE_MANAGER, Role.SUPERVISOR}), floor.flow_today),
    (frozenset({Role.STORE_MANAGER, Role.SUPERVISOR}), floor.team_ratings),
    (frozenset({Role.CLERK}), floor.own_score),
    (frozenset({Role.REGIONAL_SUPERVISOR}), desk.unchecked_outlets),
    (frozenset({Role.REGIONAL_SUPERVISOR}), desk.exceptions),
    (frozenset({Role.REGIONAL_SUPERVISOR}), desk.worth_a_look),
    (frozenset({Role.REGIONAL_SUPERVISOR}), desk.longest_waits),
    (
        frozenset({Role.REGIONAL_SUPERVISOR, Role.OPERATIONS}),
        shopping.visits_to_check,
    ),
    (frozenset({Role.OPERATIONS}), desk.runs_to_decide),
    (frozenset({Role.OPERATIONS}), desk.awards_to_decide),
    (frozenset({Role.OPERATIONS}), desk.pending_records),
    (
        frozenset({Role.OPERATIONS, Role.REGIONAL_SUPERVISOR}),
        growth.suggestions_to_score,
    ),
    (frozenset(Role) - {Role.AGENCY}, growth.contests_to_judge),
    (
        frozenset({Role.REGIONAL_SUPERVISOR, Role.HR, Role.AUDITOR}),
        desk.latest_run,
    ),
    (
        frozenset({Role.HR, Role.REGIONAL_SUPERVISOR, Role.OPERATIONS, Role.AUDITOR}),
        desk.awards_published,
    ),
    (frozenset({Role.ADMINISTRATOR}), desk.registry),
    (frozenset({Role.ADMINISTRATOR}), desk.interfaces),
    (frozenset({Role.AUDITOR}), desk.reading_room),
    (frozenset({Role.AGENCY}), outside.reports),
    (frozenset({Role.AGENCY}), outside.agency),
)


def cards_for(user: User) -> Iterator[Card]:
    for roles, build in BUILDERS:
        if roles & user.roles:
            card = build(user)
            if card is not None:
                yield card
    if not user.roles:
        # Who holds no role may still carry out visits for an agency.
        errands = outside.errands(user)
        if errands is not None:
            yield errands
