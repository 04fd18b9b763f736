"""docs/roles.md says what the code does. The tables are printed when they differ."""

from pathlib import Path

from outlets.places.sight import Power
from staffing.people.roles import POST_ROLES, POWERS, SCOPES, Role

PAGE = Path(__file__).parents[3] / "docs" / "roles.md"


def scopes_of(role):
    held = [f"post `{post}`" for post, given in POST_ROLES.items() if given is role]
    held += [scope.value for scope in SCOPES.get(role, ())]
    return ", ".join(held) or "every member of the staff"


def table():
    yield "| Role | By | " + " | ".join(f"`{power}`" for power in Power) + " |"
    yield "|---|---|" + "---|" * len(Power)
    for role in Role:
        marks = ("●" if power in POWERS[role] else "" for power in Power)
        yield f"| `{role}` | {scopes_of(role)} | " + " | ".join(marks) + " |"


def test_the_page_shows_which_role_holds_which_power_for_what():
    wanted = "\n".join(table())
    assert wanted in PAGE.read_text("utf-8"), wanted


def test_every_role_is_by_a_post_or_granted_or_for_all_staff():
    assert set(POWERS) == set(Role)
    assert set(SCOPES) | {Role.CLERK} == set(Role)


def test_who_gives_powers_sees_no_scores():
    assert POWERS[Role.ADMINISTRATOR].isdisjoint(
        {Power.SEE_RECORDS, Power.SEE_FLOW, Power.SEE_AWARDS, Power.RECORD}
    )
    holders = {role for role in Role if Power.CONFIGURE in POWERS[role]}
    assert holders == {Role.ADMINISTRATOR}
