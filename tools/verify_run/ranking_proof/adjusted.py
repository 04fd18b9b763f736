"""Adjusted figures from the estimates in the file.

How much people and judgements vary (`fits`) was found by searching; here it is taken
from the file. What follows from it is computed again: values drawn towards their peers,
crowded days, curves, scores and their deviations. What severe raters took needs the
solution of a large system: for a month it is taken from the file and everything behind
it computed; in quarters and years, where the file has means over months only, the
score is added up from its parts.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import sqrt
from typing import Any, NamedTuple

from .file import Export, Found, Json
from .scoring import Person, earned, slope

UNKNOWN = "reliability_unknown"
# Kept figures have six decimals: half a unit of the last one, and a little for floats.
LAST = 6e-7
# Values lie between 0 and 100: nothing takes more of one than all of it.
MOST = 100.0
SHOWN = ("adjusted", "reliability", "severity", "load", "adjusted_points", "notes")


class Guess(NamedTuple):
    """An adjusted value of one month: between `low` and `high`, and how it came.

    `variance` is (low, high), None where it cannot be told; `taken` tells that the
    raters' severity is the file's.
    """

    low: float
    high: float
    variance: tuple[float, float] | None
    shown: Json
    taken: bool


class Checked(NamedTuple):
    found: list[Found]
    done: Counter[str]


def check_adjusted(file: Export, people: list[Person]) -> Checked:
    head, fits = file.about.read["head"], file.about.read["fits"]
    outputs = [one.read["output"] for one in file.people]
    alone = len(head["months"]) == 1
    found: list[Found] = []
    done: Counter[str] = Counter()
    guesses: list[dict[tuple[str, str], Guess]] = [{} for _person in people]
    for month in sorted(head["months"]):
        for rule in head["months"][month]["rules"]["components"]:
            column = _Column(month, rule, fits[month][rule["code"]], people)
            for row, one in column.guesses(outputs if alone else None):
                guesses[row][month, rule["code"]] = one
    for row, (line, person) in enumerate(zip(file.people, people, strict=True)):
        output = line.read["output"]
        for where, said, kind in _of_person(output, person, guesses[row], head):
            done[kind] += 1
            if said:
                found.append(Found(line.number, f"output.{where}", said))
    return Checked(found, done)


class _Column:
    """One component of one month."""

    def __init__(self, month: str, rule: Json, fit: Json, people: list[Person]) -> None:
        self.month, self.rule, self.fit, self.people = month, rule, fit, people
        self.code: str = rule["code"]
        self.rows = [
            row
            for row, person in enumerate(people)
            if month in person.months and self.code in person.months[month].values
        ]
        self.value = {
            row: people[row].months[month].values[self.code] for row in self.rows
        }

    def guesses(self, outputs: list[Json] | None) -> Iterator[tuple[int, Guess]]:
        """Yield what can be told; `outputs` say what raters took, of a single month."""
        corrected: dict[int, float] = {}
        severity: dict[int, tuple[float, bool]] = {}
        crowd = self._crowd()
        for row in self.rows:
            taken = self._severity(row, outputs)
            if taken is not None:
                severity[row] = taken
                value = float(self.value[row].exact)
                corrected[row] = value + taken[0] + crowd[row][0]
        spread = 0.0
        if self.fit["within"] is None and corrected:
            mean = sum(corrected.values()) / len(corrected)
            spread = sum((one - mean) ** 2 for one in corrected.values())
            spread /= len(corrected)
        for row, value in corrected.items():
            shift, known = severity[row]
            part = outputs[row]["components"][self.code] if outputs else None
            yield row, self._guess(row, value, shift, crowd[row], known, part, spread)

    def _severity(
        self, row: int, outputs: list[Json] | None
    ) -> tuple[float, bool] | None:
        """Return what raters took, and whether that is known to be nothing."""
        if not self.rule.get("severity"):
            return 0.0, True
        part = outputs[row]["components"].get(self.code) if outputs else None
        if not part or part["adjusted"] is None:
            return None
        uncorrected = any(note != UNKNOWN for note in part["notes"])
        return float(part["severity"]), uncorrected and not part["severity"]

    def _crowd(self) -> dict[int, tuple[float, float]]:
        """Return what crowded days took, and the variance that comes with it."""
        found = dict.fromkeys(self.rows, (0.0, 0.0))
        if not self.rule.get("load") or self.fit["load"] is None:
            return found
        rise, error, usual = self.fit["load"]
        classes: dict[str, list[float]] = {}
        for row in self.rows:
            weight, value = float(self.value[row].n), float(self.value[row].exact)
            name = self.people[row].given["place"]["class"]
            if name and weight > 0:
                sums = classes.setdefault(name, [0.0, 0.0])
                sums[0] += weight
                sums[1] += weight * value
        total = sum(one[0] for one in classes.values())
        overall = sum(one[1] for one in classes.values()) / total if total else 0.0
        for row in self.rows:
            given = self.people[row].given
            evidence = given["evidence"].get(self.month, {}).get("load", {})
            n, _points, pressure, *_squares = evidence.get(self.code, (0, 0, 0, 0, 0))
            off = pressure / 100 / n - usual if n > 0 else 0.0
            weight, total_of = classes.get(given["place"]["class"], (0.0, 0.0))
            shift = overall - total_of / weight if weight else 0.0
            took = min(max(shift - rise * off, -MOST), MOST)
            found[row] = (took, min(off**2 * error, MOST**2))
        return found

    def _guess(
        self,
        row: int,
        value: float,
        shift: float,
        crowd: tuple[float, float],
        known: bool,
        part: Json | None,
        spread: float,
    ) -> Guess:
        shown: Json = {"severity": shift, "load": crowd[0]}
        if not self.rule.get("severity"):
            shown["notes"] = [UNKNOWN] if self.fit["within"] is None else []
        if self.fit["within"] is None:
            shown |= {"adjusted": value, "reliability": 1.0}
            return Guess(value - LAST, value + LAST, (spread, spread), shown, not known)
        n = max(self.value[row].n, 1)
        least = max(max(self.fit["within"], 1e-6) / n + crowd[1], 1e-9)
        peers = self.fit["peers"].get(self._peers(row)) or self.fit["peers"].get("")
        if peers is None:
            shown |= {"adjusted": value, "reliability": 1.0}
            least_both = (least, least) if known else None
            return Guess(value - LAST, value + LAST, least_both, shown, not known)
        between = peers[1]
        reliability = between / (between + least)
        if known or part is None:
            adjusted = peers[0] + reliability * (value - peers[0])
            variance = _variance(peers, value, reliability)
            shown |= {"adjusted": adjusted, "reliability": reliability}
            e = 1e-9
            return Guess(adjusted - e, adjusted + e, (variance, variance), shown, False)
        # What raters took came with an error of its own: it can only draw in further.
        stated = float(part["reliability"])
        shown["most_reliable"] = reliability
        reach = LAST * (2 + abs(value - peers[0]))
        shown["near"] = (peers[0] + stated * (value - peers[0]), reach)
        both = sorted(
            _variance(peers, value, min(max(one, 1e-9), 1.0))
            for one in (stated - LAST, stated + LAST)
        )
        at = float(part["adjusted"])
        return Guess(at - LAST, at + LAST, (both[0], both[1]), shown, True)

    def _peers(self, row: int) -> str:
        given = self.people[row].given
        of = self.rule.get("peers", "all")
        if of == "all":
            return "all"
        return (given["post"] if of == "post" else given["place"][of]) or "unknown"


def _variance(peers: list[float], value: float, reliability: float) -> float:
    mean, between, mean_error, between_error = peers
    own = between * (1 - reliability) / reliability
    change = own / (between + own) ** 2
    drawn = 1 - reliability
    off = value - mean
    return (
        own * reliability + drawn**2 * mean_error + off**2 * change**2 * between_error
    )


_Said = tuple[str, str, str]  # field, what differs ("" nothing), kind of check


def _of_person(
    output: Json, person: Person, guesses: dict[tuple[str, str], Guess], head: Json
) -> Iterator[_Said]:
    ranked = [m for m, one in person.months.items() if one.score is not None]
    for code, part in output["components"].items():
        if part is None:
            continue
        having = [m for m in ranked if code in person.months[m].values]
        if not having:
            if part.get("adjusted") is not None:
                yield f"components.{code}.adjusted", "stands where no score does", "own"
            continue
        own = [guesses[m, code] for m in having if (m, code) in guesses]
        if len(own) < len(having):
            yield f"components.{code}", "", "left"
        else:
            yield from _component(code, part, own)
            yield from _points(code, part, person, ranked, having, own)
    if person.score is None or output["adjusted"] is None:
        return
    codes = {c for m in ranked for c in person.months[m].values}
    whole = all((m, c) in guesses for m in ranked for c in person.months[m].values)
    yield _score(output, person, ranked, guesses if whole else None, codes, head)
    variances = [_month_variance(person, m, guesses) if whole else None for m in ranked]
    if any(one is None for one in variances):
        yield "deviation", "", "left"
        return
    low = sqrt(sum(one[0] for one in variances if one)) / len(ranked)
    high = sqrt(sum(one[1] for one in variances if one)) / len(ranked)
    given = output["deviation"]
    fine = given is not None and low * 1e6 - 1.1 <= given <= high * 1e6 + 1.1
    taken = any(one.taken for one in guesses.values())
    said = "" if fine else f"is {given}, computed {1e6 * low:.1f} to {1e6 * high:.1f}"
    yield "deviation", said, "taken" if taken else "own"


def _component(code: str, part: Json, own: list[Guess]) -> Iterator[_Said]:
    kind = "taken" if any(one.taken for one in own) else "own"
    for name in ("adjusted", "reliability", "severity", "load"):
        if not all(name in one.shown for one in own):
            continue
        mean = sum(one.shown[name] for one in own) / len(own)
        yield _close(f"components.{code}.{name}", part.get(name), mean, 2 * LAST, kind)
    if all("notes" in one.shown for one in own):
        notes = sorted({note for one in own for note in one.shown["notes"]})
        fine = part.get("notes") == notes
        said = "" if fine else f"are {part.get('notes')}, computed {notes}"
        yield f"components.{code}.notes", said, kind
    for one in own:
        if "near" in one.shown:
            at, reach = one.shown["near"]
            field = f"components.{code}.adjusted"
            yield _close(field, part.get("adjusted"), at, reach, kind)
        if part.get("reliability", 2) > one.shown.get("most_reliable", 1) + LAST:
            said = f"is {part.get('reliability')}: more than its records can have"
            yield f"components.{code}.reliability", said, kind


def _points(
    code: str,
    part: Json,
    person: Person,
    ranked: list[str],
    having: list[str],
    own: list[Guess],
) -> Iterator[_Said]:
    low = high = 0.0
    for month, one in zip(having, own, strict=True):
        least, most = _earned(person, month, code, one)
        low += least / len(ranked)
        high += most / len(ranked)
    given = part.get("adjusted_points")
    fine = given is not None and low - 2 * LAST <= given <= high + 2 * LAST
    said = "" if fine else f"is {given}, computed {low:.7f} to {high:.7f}"
    kind = "taken" if any(one.taken for one in own) else "own"
    yield f"components.{code}.adjusted_points", said, kind


def _earned(person: Person, month: str, code: str, one: Guess) -> tuple[float, float]:
    of = person.months[month]
    share = float(of.weights[code])
    least, most = (
        float(earned(of.curves[code], Fraction(at))) for at in (one.low, one.high)
    )
    return share * max(least, 0.0), share * max(most, 0.0)


def _score(
    output: Json,
    person: Person,
    ranked: list[str],
    guesses: dict[tuple[str, str], Guess] | None,
    codes: set[str],
    head: Json,
) -> _Said:
    low = high = 0.0
    kind = "own"
    if guesses is not None:
        for month in ranked:
            of = person.months[month]
            both = [_earned(person, month, c, guesses[month, c]) for c in of.values]
            sums = [sum(one[at] for one in both) + float(of.extra) for at in (0, 1)]
            rules = head["months"][month]["rules"]
            if rules.get("bonus_limit") or rules.get("deduction_limit"):
                sums = [max(one, 0.0) for one in sums]
            low += sums[0] / len(ranked)
            high += sums[1] / len(ranked)
        kind = "taken" if any(one.taken for one in guesses.values()) else "own"
    else:
        kind = "taken"
        parts = output["components"]
        below = any(person.months[month].extra < 0 for month in ranked)
        if below or not all(parts.get(code) for code in codes):
            return "adjusted", "", "left"
        total = sum(parts[code]["adjusted_points"] for code in codes)
        total += sum(float(person.months[month].extra) for month in ranked) / len(
            ranked
        )
        low, high = total - LAST * len(codes), total + LAST * len(codes)
    given = output["adjusted"]
    fine = low * 1e6 - 1.1 <= given <= high * 1e6 + 1.1
    said = f"is {given}, its parts add up to {500_000 * (low + high):.1f}"
    return "adjusted", "" if fine else said, kind


def _month_variance(
    person: Person, month: str, guesses: dict[tuple[str, str], Guess]
) -> tuple[float, float] | None:
    low = high = 0.0
    of = person.months[month]
    for code in of.values:
        one = guesses[month, code]
        if one.variance is None:
            return None
        curve = of.curves[code]
        slopes = [float(slope(curve, Fraction(at))) for at in (one.low, one.high)]
        share = float(of.weights[code]) ** 2
        spread = [
            min(slopes) ** 2 * one.variance[0],
            max(slopes) ** 2 * one.variance[1],
        ]
        if curve is not None:
            # Points lie between 0 and 100: they vary by no more than 50 squared.
            spread = [min(of_both, 2500.0) for of_both in spread]
        low += share * spread[0]
        high += share * spread[1]
    return low, high


def _close(field: str, given: Any, computed: float, reach: float, kind: str) -> _Said:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    fine = number and abs(given - computed) <= reach
    return field, "" if fine else f"is {given}, computed {computed:.7f}", kind
