"""What is wrong with a questionnaire before it may be published, and what changed.

Pure. Questions are told as `QUESTION_FIELDS` of the models tell them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from evaluations.mystery.rules.scoring import NO, NOT_APPLICABLE, SCALE_TOP, YES, Kind

SECTIONS = ("process", "answers", "resolution", "speed", "mood", "place")
MOST_WEIGHT, MOST_QUESTIONS, FULL = 100, 80, 100
LEAST_CHOICES = 2
# Kinds whose answers earn something, and kinds that others may hang on.
SCORED_KINDS = frozenset({Kind.YES_NO, Kind.SCALE, Kind.NUMBER, Kind.CHOICE})
ASKED_FIRST = frozenset({Kind.YES_NO, Kind.SCALE, Kind.CHOICE})

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `code` is stable, `question` its code, "" for the whole.

    `told` are words of the questionnaire that belong into the message. A `warning`
    does not keep it from being published.
    """

    code: str
    question: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    warning: bool = False


def problems(questions: Sequence[Told]) -> list[Problem]:
    """Return everything to mend, question by question, then of the whole."""
    found: list[Problem] = []
    before: dict[str, Told] = {}
    for question in questions:
        code = str(question["code"])
        if not code:
            found.append(Problem("code_missing"))
        elif code in before:
            found.append(Problem("code_twice", code))
        found.extend(_of_one(question))
        found.extend(_of_condition(question, before))
        before.setdefault(code, question)
    return found + list(_of_whole(questions))


def answers_of(question: Told) -> list[str]:
    """Return the answers that a later question may depend on; none: it cannot."""
    match question["kind"]:
        case Kind.YES_NO:
            known = [YES, NO]
        case Kind.SCALE:
            known = [str(mark) for mark in range(SCALE_TOP + 1)]
        case Kind.CHOICE:
            known = [str(one.get("code", "")) for one in question["options"]]
        case _:
            return []
    return [*known, NOT_APPLICABLE]


def is_scored(question: Told) -> bool:
    """Tell whether an answer counts on both sides: a bonus adds to one only."""
    return (
        bool(question["weight"])
        and question["kind"] in SCORED_KINDS
        and not question["bonus"]
    )


def _of_one(question: Told) -> Iterator[Problem]:
    code, kind = str(question["code"]), question["kind"]
    if question["section"] not in SECTIONS:
        yield Problem("section", code)
    if kind not in tuple(Kind):
        yield Problem("kind", code)
    if not question["title_en"].strip():
        yield Problem("title", code)
    elif not question["title_zh"].strip():
        yield Problem("title_chinese", code, warning=True)
    elif question["guide_en"].strip() and not question["guide_zh"].strip():
        yield Problem("guide_chinese", code, warning=True)
    weight = question["weight"]
    if not _is_percent(weight):
        yield Problem("weight", code)
    elif weight and kind in tuple(Kind) and kind not in SCORED_KINDS:
        yield Problem("weight_of_words", code)
    if question["critical"] and not weight:
        yield Problem("critical_weight", code)
    if question["critical"] and question["bonus"]:
        yield Problem("critical_bonus", code)
    if kind == Kind.CHOICE:
        yield from _of_choices(code, question["options"])
    if kind == Kind.NUMBER:
        yield from _of_bands(code, question["bands"], scored=bool(weight))


def _of_choices(code: str, options: Sequence[Told]) -> Iterator[Problem]:
    if len(options) < LEAST_CHOICES:
        yield Problem("few_choices", code)
    seen: set[str] = set()
    for number, option in enumerate(options, start=1):
        name, place = str(option.get("code", "")), {"choice": str(number)}
        if not name or name == NOT_APPLICABLE:
            yield Problem("choice_code", code, place)
        elif name in seen:
            yield Problem("choice_twice", code, {"choice": name})
        seen.add(name)
        if not _is_percent(option.get("percent")):
            yield Problem("choice_percent", code, {"choice": name or str(number)})
        if not str(option.get("en", "")).strip():
            yield Problem("choice_words", code, {"choice": name or str(number)})
        elif not str(option.get("zh", "")).strip():
            told = {"choice": name or str(number)}
            yield Problem("choice_chinese", code, told, warning=True)


def _of_bands(code: str, bands: Sequence[Told], *, scored: bool) -> Iterator[Problem]:
    if not bands:
        if scored:
            yield Problem("no_bands", code)
        return
    last: Decimal | None = None
    for number, band in enumerate(bands, start=1):
        up_to, place = band.get("up_to"), {"band": str(number)}
        if not _is_percent(band.get("percent")):
            yield Problem("band_percent", code, place)
        if up_to is None:
            if number < len(bands):
                yield Problem("band_open_early", code, place)
            continue
        limit = _number(str(up_to))
        if limit is None:
            yield Problem("band_number", code, place)
            continue
        if last is not None and limit <= last:
            yield Problem("band_order", code, place)
        last = limit
    if bands[-1].get("up_to") is not None:
        yield Problem("band_closed", code)


def _of_condition(question: Told, before: Mapping[str, Told]) -> Iterator[Problem]:
    condition = question["condition"]
    if not condition:
        return
    code, other = str(question["code"]), str(condition.get("question", ""))
    if other not in before:
        yield Problem("condition_back", code, {"other": other})
        return
    known = answers_of(before[other])
    if not known:
        yield Problem("condition_kind", code, {"other": other})
        return
    asked = [str(answer) for answer in condition.get("answers", ())]
    if not asked:
        yield Problem("condition_empty", code, {"other": other})
    lost = [answer for answer in asked if answer not in known]
    if lost:
        told = {"other": other, "answers": ", ".join(lost)}
        yield Problem("condition_answer", code, told)


def _of_whole(questions: Sequence[Told]) -> Iterator[Problem]:
    if len(questions) > MOST_QUESTIONS:
        yield Problem("too_many", told={"most": str(MOST_QUESTIONS)})
    if not any(is_scored(question) for question in questions):
        yield Problem("nothing_scored")
    scored = {one["section"] for one in questions if is_scored(one)}
    for question in questions:
        if question["bonus"] and question["section"] not in scored:
            yield Problem("bonus_alone", str(question["code"]))


def _is_percent(value: object) -> bool:
    """Tell whether it is a whole number of 0 to 100, as percent and weights are."""
    return isinstance(value, int) and 0 <= value <= FULL


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


@dataclass(frozen=True, slots=True)
class Change:
    """One question in two versions; `before` or `after` None: only in the other.

    `fields` names what it says otherwise; "position" that it stands elsewhere among
    those that both versions have.
    """

    code: str
    before: Told | None
    after: Told | None
    fields: tuple[str, ...] = ()


def changes(before: Sequence[Told], after: Sequence[Told]) -> list[Change]:
    """Return what differs, in the order of `after`, what was taken out at the end."""
    old = {one["code"]: one for one in before}
    new = {one["code"]: one for one in after}
    kept_before = [code for code in old if code in new]
    kept_after = [code for code in new if code in old]
    stayed = _longest_common(kept_before, kept_after)
    found = []
    for code, told in new.items():
        if code not in old:
            found.append(Change(code, None, told))
            continue
        names = [name for name in told if told[name] != old[code].get(name)]
        if code not in stayed:
            names.append("position")
        if names:
            found.append(Change(code, old[code], told, tuple(names)))
    found.extend(
        Change(code, told, None) for code, told in old.items() if code not in new
    )
    return found


def _longest_common(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return what kept its order: a longest run that rises in both."""
    at = {code: place for place, code in enumerate(before)}
    best: list[list[str]] = []
    for code in after:
        runs = [run for run in best if at[run[-1]] < at[code]]
        best.append([*_longest(runs), code])
    return set(_longest(best))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []
