"""State × action × role: who may do what to a nomination, row by row."""

import pytest

from evaluations.awards.acting import (
    IMPARTIAL,
    LEADS_TO,
    Action,
    Choice,
    Part,
    State,
    Verdict,
    allowed,
    may,
    verdict,
)

# Columns: lead, reviewer, decider, member. Rows that are not here are nobody's.
EXPECTED = """
draft            edit        lead
draft            submit      lead
draft            withdraw    lead
submitted        withdraw    lead
submitted        endorse     reviewer
submitted        return      reviewer
submitted        refuse      reviewer
county_approved  withdraw    lead
county_approved  vote        member
county_approved  recuse      member
county_approved  approve     decider
county_approved  reject      decider
approved         disqualify  decider
rejected         reopen      decider
disqualified     reopen      decider
"""
ROWS = {tuple(line.split()) for line in EXPECTED.strip().splitlines()}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("part", Part)
def test_the_table_is_what_the_handbook_says(state, action, part):
    assert may(action, state, {part}) == ((state, action, part) in ROWS)


PARTIAL = [Part.CONCERNED, Part.CONFLICTED, Part.NOMINATOR, Part.RECUSED]


@pytest.mark.parametrize("partial", PARTIAL)
@pytest.mark.parametrize("action", sorted(IMPARTIAL))
def test_nobody_partial_judges_in_any_state_whatever_else_she_is(partial, action):
    everything = {Part.LEAD, Part.REVIEWER, Part.DECIDER, Part.MEMBER, partial}
    assert [state for state in State if may(action, state, everything)] == []


def test_who_stepped_back_has_no_vote_and_cannot_come_back():
    parts = {Part.MEMBER, Part.DECIDER, Part.RECUSED}
    assert [state for state in State if allowed(state, parts)] == []


def test_a_nominee_who_leads_her_outlet_only_withdraws():
    parts = {Part.LEAD, Part.CONCERNED}
    assert allowed(State.DRAFT, parts) == (Action.WITHDRAW,)


def test_who_leads_too_only_withdraws_what_a_program_drafted_for_another():
    parts = {Part.LEAD, Part.BYSTANDER}
    assert allowed(State.DRAFT, parts) == (Action.WITHDRAW,)


def test_only_approval_leads_to_approved():
    assert [a for a, to in LEADS_TO.items() if to is State.APPROVED] == [Action.APPROVE]


@pytest.mark.parametrize(
    ("ballots", "quorum", "said"),
    [
        ("", 1, "no_quorum"),
        ("y", 1, "for"),
        ("y", 0, "for"),
        ("yn", 2, "against"),
        ("yyn", 3, "for"),
        ("yaa", 3, "for"),
        ("yrr", 2, "no_quorum"),
        ("yyrr", 2, "for"),
        ("nyrrrr", 2, "against"),
        ("aaa", 3, "against"),
    ],
)
def test_the_recused_count_for_nothing(ballots, quorum, said):
    letters = {"y": "yes", "n": "no", "a": "abstain", "r": "recused"}
    choices = [Choice(letters[one]) for one in ballots]
    assert verdict(choices, quorum) is Verdict(said)
