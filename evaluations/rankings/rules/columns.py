"""A month of everybody as columns: read off the people once, and small enough to hold.

A person takes some hundred bytes here instead of the kilobytes of her sums as objects.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from evaluations.rankings.rules.column import Column, Floats, real, whole
from evaluations.rankings.rules.people import MonthEvidence, PersonInput, Place
from evaluations.rankings.rules.ranks import NOBODY, Ints
from evaluations.rankings.rules.scheme import ComponentRule, SchemeRules
from evaluations.rankings.rules.scores import table_scores, whole_weights
from evaluations.rankings.rules.values import Value, extra_value


class MonthColumns:
    """One month of everybody who has something in it and a post that is scored.

    `rows` says who they are; everything else goes by their numbers here. Once `close`
    was called, `score` holds the raw scores in hundredths, -1 without one.
    """

    def __init__(self, code: str, version: int, rules: SchemeRules) -> None:
        self.code, self.version, self.rules = code, version, rules
        self.rows = array("q")
        self.posts: list[str] = []
        self.places: list[Place] = []
        self.columns = {rule.code: Column() for rule in rules.components}
        self.extras = {extra: Column() for extra in rules.extras}
        self.raters: dict[str, int] = {}
        self.score: Ints = np.array([], dtype=np.int64)
        self._at: dict[str, Ints] = {}
        self._rules: dict[str, SchemeRules] = {}
        self._weights: dict[str, dict[str, int]] = {}

    @classmethod
    def of(
        cls, code: str, version: int, rules: SchemeRules, people: Sequence[PersonInput]
    ) -> "MonthColumns":
        """Return the columns of these people, numbered as they come."""
        found = cls(code, version, rules)
        for row, person in enumerate(people):
            found.add(row, person)
        found.close()
        return found

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: int, person: PersonInput) -> None:
        """Add the person that the caller numbers `row`, where she belongs in."""
        months = person.months.get(self.code)
        if months is None or not self.rules.scores(person.post):
            return
        own = len(self.rows)
        self.rows.append(row)
        self.posts.append(person.post)
        self.places.append(person.place)
        evidence = person.evidence.get(self.code)
        for rule in self.of_post(person.post).components:
            if sums := months.get(rule.code):
                column = self.columns[rule.code]
                column.note(own, sums, rule)
                if evidence is not None and (rule.severity or rule.load):
                    self._note_evidence(own, evidence, rule, column)
        for code, column in self.extras.items():
            extra = extra_value(months.get(code, ()), code, self.rules)
            if extra is not None:
                column.add(own, extra, 0.0)

    def _note_evidence(
        self, own: int, evidence: MonthEvidence, rule: ComponentRule, column: Column
    ) -> None:
        numbers, note = self.raters, column.ratings.note
        for rater, out_of, entries, points, squares in evidence.raters.get(
            rule.severity, ()
        ):
            if out_of > 0 and rater and entries:
                number = numbers.setdefault(rater, len(numbers))
                note(own, number, out_of, entries, points, squares)
        load = evidence.load.get(rule.code) if rule.load else None
        if load is not None and load.n > 0:
            column.load[0].append(own)
            # A record is worth 1.00, so that its hundredths are points of 100.
            # Satisfied or not: the square of a record is a hundred times itself.
            column.load[1].extend(
                (
                    load.n,
                    load.points,
                    100 * load.points,
                    load.pressure / 100,
                    load.pressures / 10_000,
                    load.cross / 100,
                )
            )

    def close(self, place: Ints | None = None) -> None:
        """Compute the values and scores; nobody is added afterwards.

        `place` numbers all people anew, in whose order they are then kept.
        """
        anew = None if place is None else self._put_in_order(place)
        rule_of = {rule.code: rule for rule in self.rules.components}
        for code, column in (*self.columns.items(), *self.extras.items()):
            column.close(rule_of.get(code), anew)
        size = len(self)
        self.score = np.full(size, NOBODY, dtype=np.int64)
        self._at = {
            code: column.places(size)
            for code, column in (*self.columns.items(), *self.extras.items())
        }
        for rules, rows in self._by_rules():
            table = np.full((len(rows), len(rules.components)), np.nan)
            for number, rule in enumerate(rules.components):
                column, at = self.columns[rule.code], self._at[rule.code][rows]
                there = at != NOBODY
                if rule.curve is None:
                    table[there, number] = real(column.value)[at[there]]
                else:
                    table[there, number] = [
                        float(column.exact(one).earned(rule.curve))
                        for one in at[there].tolist()
                    ]
            scores = table_scores(table, rules, self._values_at(rows.tolist()))
            self.score[rows] = [NOBODY if one is None else one for one in scores]

    def _put_in_order(self, place: Ints) -> Ints:
        """Number the people of the month by `place`; return the new number of each."""
        rows = place[whole(self.rows)]
        order = np.argsort(rows)
        self.rows = array("q", rows[order].tobytes())
        self.posts = [self.posts[own] for own in order.tolist()]
        self.places = [self.places[own] for own in order.tolist()]
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        return number

    def _values_at(self, rows: Sequence[int]) -> Callable[[int], dict[str, Value]]:
        return lambda at: self.values(rows[at])

    def _by_rules(self) -> Iterator[tuple[SchemeRules, Ints]]:
        """Yield the rules of each post with weights of its own, and whose they are."""
        of_post: dict[str, list[int]] = {}
        for row, post in enumerate(self.posts):
            of_post.setdefault(post if post in self.rules.variants else "", []).append(
                row
            )
        for post, rows in of_post.items():
            yield self.of_post(post), np.array(rows, dtype=np.int64)

    def of_post(self, post: str) -> SchemeRules:
        """Return the rules as they are for one post."""
        if not self.rules.variants:
            return self.rules
        found = self._rules.get(post)
        if found is None:
            found = self._rules[post] = self.rules.of_post(post)
        return found

    def weights(self, post: str) -> Mapping[str, int]:
        """Return the weights of a post as whole numbers in the same proportion."""
        found = self._weights.get(post)
        if found is None:
            found = self._weights[post] = whole_weights(self.of_post(post))
        return found

    def row_of(self, size: int) -> Ints:
        """Return the own row of each of `size` people; -1 for who is not in here."""
        found = np.full(size, NOBODY, dtype=np.int64)
        found[whole(self.rows)] = np.arange(len(self))
        return found

    def places_in(self, code: str) -> Ints:
        """Return everybody's place in the column of a component; -1 without a value."""
        return self._at[code]

    def values(self, own: int) -> dict[str, Value]:
        """Return a person's values that count, bonus and deduction among them."""
        return {
            code: column.exact(at)
            for code, column in (*self.columns.items(), *self.extras.items())
            if (at := int(self._at[code][own])) != NOBODY
        }

    def extra_points(self) -> Floats:
        """Return what bonus and deduction add to everybody's score, in points."""
        total = np.zeros(len(self), dtype=np.int64)
        for column in self.extras.values():
            np.add.at(total, whole(column.row), whole(column.numerator))
        return total / 100
