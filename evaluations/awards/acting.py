"""Who may do what to a nomination in which state: one table, nowhere else said.

Pure. `TABLE` gives the parts that may act; a person plays all parts that fit her. Page,
API, tasks and commands ask `may`; the services ask it again under a lock.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class State(StrEnum):
    """How far a nomination is (domain: draft to approved, and the ways out)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COUNTY_APPROVED = "county_approved"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


class Part(StrEnum):
    """What somebody is to a nomination."""

    LEAD = "lead"  # nominates at the nominee's outlet
    REVIEWER = "reviewer"  # reviews for the county
    DECIDER = "decider"  # decides for the operations department
    MEMBER = "member"  # sits on the round's committee
    RECUSED = "recused"  # has stepped back, or was made to
    NOMINATOR = "nominator"  # wrote it, or a program did in her name
    BYSTANDER = "bystander"  # leads there too, but a program named another
    CONFLICTED = "conflicted"  # is the nominee, leads her, or works at her outlet
    CONCERNED = "concerned"  # is the nominee


class Action(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ENDORSE = "endorse"
    RETURN = "return"
    REFUSE = "refuse"
    VOTE = "vote"
    RECUSE = "recuse"
    APPROVE = "approve"
    REJECT = "reject"
    DISQUALIFY = "disqualify"
    REOPEN = "reopen"


_Row = Mapping[State, frozenset[Part]]
_UNDECIDED = (State.DRAFT, State.SUBMITTED, State.COUNTY_APPROVED)


def _row(states: Collection[State], *parts: Part) -> _Row:
    return {state: frozenset(parts) for state in states}


TABLE: Mapping[Action, _Row] = {
    Action.EDIT: _row((State.DRAFT,), Part.LEAD),
    Action.SUBMIT: _row((State.DRAFT,), Part.LEAD),
    Action.WITHDRAW: _row(_UNDECIDED, Part.LEAD),
    Action.ENDORSE: _row((State.SUBMITTED,), Part.REVIEWER),
    Action.RETURN: _row((State.SUBMITTED,), Part.REVIEWER),
    Action.REFUSE: _row((State.SUBMITTED,), Part.REVIEWER),
    Action.VOTE: _row((State.COUNTY_APPROVED,), Part.MEMBER),
    Action.RECUSE: _row((State.COUNTY_APPROVED,), Part.MEMBER),
    Action.APPROVE: _row((State.COUNTY_APPROVED,), Part.DECIDER),
    Action.REJECT: _row((State.COUNTY_APPROVED,), Part.DECIDER),
    Action.DISQUALIFY: _row((State.APPROVED,), Part.DECIDER),
    # After an appeal was upheld: it is decided once more, by the same rules.
    Action.REOPEN: _row((State.REJECTED, State.DISQUALIFIED), Part.DECIDER),
}
# Where a nomination is once the action is done; the others leave it where it is.
LEADS_TO: Mapping[Action, State] = {
    Action.SUBMIT: State.SUBMITTED,
    Action.WITHDRAW: State.WITHDRAWN,
    Action.ENDORSE: State.COUNTY_APPROVED,
    Action.RETURN: State.DRAFT,
    Action.REFUSE: State.REJECTED,
    Action.APPROVE: State.APPROVED,
    Action.REJECT: State.REJECTED,
    Action.DISQUALIFY: State.DISQUALIFIED,
    Action.REOPEN: State.COUNTY_APPROVED,
}
# What asks an impartial person: nobody judges herself, those she leads or works with,
# what she proposed, or what she has stepped back from.
IMPARTIAL = frozenset(
    {
        Action.ENDORSE,
        Action.RETURN,
        Action.REFUSE,
        Action.VOTE,
        Action.APPROVE,
        Action.REJECT,
        Action.DISQUALIFY,
        Action.REOPEN,
    }
)
# What moves a nomination on: an open case or a bar stops it there.
ONWARD = frozenset({Action.SUBMIT, Action.ENDORSE, Action.APPROVE})
# What is done within the days of a round for nominating, or for reviewing.
NOMINATING = frozenset({Action.EDIT, Action.SUBMIT})
REVIEWING = frozenset({Action.ENDORSE, Action.RETURN, Action.REFUSE})
# What is done until the round's last day for decisions, as long as it is open.
DECIDING = frozenset({Action.VOTE, Action.APPROVE, Action.REJECT})
# What can be done while winners are shown and after: an answer to an objection or an
# appeal has consequences, and nothing else has.
LATER = frozenset(
    {Action.DISQUALIFY, Action.REOPEN, Action.APPROVE, Action.REJECT}
    | {Action.VOTE, Action.RECUSE}
)
PARTIAL = frozenset({Part.CONCERNED, Part.CONFLICTED, Part.NOMINATOR, Part.RECUSED})


def fits(action: Action, state: State) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: Action, state: State, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state."""
    if action in IMPARTIAL and not PARTIAL.isdisjoint(parts):
        return False
    # The nominee does not push her own nomination; she may only ask to be left out.
    # What a program drafted is for her in whose name it stands to read and to submit.
    if not {Part.CONCERNED, Part.BYSTANDER}.isdisjoint(parts) and action in NOMINATING:
        return False
    if action is Action.RECUSE and Part.RECUSED in parts:
        return False
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: Action, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state."""
    return any(may(action, state, parts) for state in State)


def allowed(state: State, parts: Collection[Part]) -> tuple[Action, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    RECUSED = "recused"


class Verdict(StrEnum):
    """What a committee's ballots say together."""

    NO_QUORUM = "no_quorum"
    FOR = "for"
    AGAINST = "against"


def verdict(choices: Collection[Choice], quorum: int) -> Verdict:
    """Count ballots: those of the recused count for nothing, not for the quorum either.

    More for than against carries; a tie does not. `quorum` is at least 1.
    """
    counted = [choice for choice in choices if choice is not Choice.RECUSED]
    if len(counted) < max(quorum, 1):
        return Verdict.NO_QUORUM
    carried = counted.count(Choice.YES) > counted.count(Choice.NO)
    return Verdict.FOR if carried else Verdict.AGAINST
