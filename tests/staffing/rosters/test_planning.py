"""The search for rosters, against a checker, brute force and published costs."""

import csv
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rosters import read
from staffing.rosters.planning.costs import Breach, Rule, breaches, costs, unmet
from staffing.rosters.planning.problem import (
    Balance,
    Cover,
    NoRosterError,
    Person,
    Problem,
    Shift,
    Weights,
    Wish,
    without_minima,
)
from staffing.rosters.planning.solving import solve
from tests.real import DATA
from tests.staffing.rosters.instances import judged

E, N = Shift("E", 450, frozenset()), Shift("N", 450, frozenset({"E"}))
WEEK = 7


def one_week(person, *, covers=(), wishes=(), **rest):
    return Problem(WEEK, [E, N], [person], covers, wishes, weekends=[(5, 6)], **rest)


def row(text):
    """Turn `EE-N` into cells of the first person."""
    return {(0, day): code for day, code in enumerate(text) if code != "-"}


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("EEEEE--", {}, []),
        ("EE-----", {"least_minutes": 901}, [(Rule.LEAST_MINUTES, None, 900, 901)]),
        ("EE-----", {"most_minutes": 899}, [(Rule.MOST_MINUTES, None, 900, 899)]),
        ("NN-E---", {"most_of": {"N": 1}}, [(Rule.MOST_OF, None, 2, 1)]),
        ("EEEEEE-", {"most_run": 5}, [(Rule.MOST_RUN, 5, 6, 5)]),
        ("--E----", {"least_run": 2}, [(Rule.LEAST_RUN, 2, 1, 2)]),
        ("E------", {"least_run": 2}, []),
        ("------E", {"least_run": 2}, []),
        ("E-E----", {"least_rest": 2}, [(Rule.LEAST_REST, 1, 1, 2)]),
        ("-EEEEE-", {"least_rest": 2}, []),
        ("-----E-", {"most_weekends": 0}, [(Rule.MOST_WEEKENDS, None, 1, 0)]),
        ("-E-----", {"off": frozenset({1})}, [(Rule.OFF, 1, 1, 0)]),
        ("NE-----", {}, [(Rule.REST, 1, 1, 0)]),
        ("E------", {"before": ("N",)}, [(Rule.REST, 0, 1, 0)]),
        (
            "EE-----",
            {"before": ("E", "E"), "most_run": 3},
            [(Rule.MOST_RUN, 1, 4, 3)],
        ),
        (
            "E------",
            {"before": (None, "E"), "least_run": 3},
            [(Rule.LEAST_RUN, 0, 2, 3)],
        ),
        ("E------", {"before": ("E", None), "least_rest": 2}, []),
        ("-------", {"before": (None, "E", None), "least_run": 2}, []),
    ],
)
def test_each_hard_rule_is_named_where_it_is_broken(text, rules, expected):
    found = breaches(one_week(Person("a", **rules)), row(text))
    assert [(b.rule, b.day, b.found, b.allowed) for b in found] == expected


def test_a_locked_cell_that_moved_and_a_cover_too_small_are_breaches():
    cover = Cover(((0, "E"), (0, "N")), needed=2, least=1, name="morning")
    problem = one_week(Person("a"), covers=[cover], locked={(0, 3): "N"})
    assert breaches(problem, {}) == [
        Breach(Rule.LOCKED, 0, 3, 1, 0, "N"),
        Breach(Rule.COVER, None, 0, 0, 1, "morning"),
    ]


def test_costs_are_told_apart():
    problem = Problem(
        days=WEEK,
        shifts=[E, N],
        people=[Person("a", contract_minutes=1000), Person("b")],
        covers=[Cover(((0, "E"),), needed=2, under=10), Cover(((1, "N"),), 0, over=3)],
        wishes=[Wish(0, 2, None, wanted=False, weight=5), Wish(1, 3, "E", True, 7)],
        weekends=[(5, 6)],
        balances=[Balance(frozenset("E"), frozenset("N"), slack=1, weight=2)],
        weights=Weights(weekends=4, hours=1, changes=6),
        published={(0, 0): None, (0, 1): "N"},
    )
    cells = row("ENE---E")
    found = costs(problem, cells)
    assert vars(found) == {
        "wishes": 12,  # works on day 2, and b does not on day 3
        "under": 10,
        "over": 3,
        "balance": 2,  # three early, one night, one allowed
        "weekends": 4,
        "hours": 14,  # 1,800 minutes for 1,000: 13 hours 20 minutes
        "changes": 6,
    }
    assert found.total == 51
    assert [wish.day for wish in unmet(problem, cells)] == [2, 3]


def test_the_minutes_and_pairs_of_single_days_replace_the_usual():
    problem = one_week(
        Person("a", most_minutes=900),
        odd_minutes={(1, "E"): 510},
        odd_pairs=frozenset({(0, "E", "N")}),
    )
    found = breaches(problem, row("EN-----"))
    assert [b.rule for b in found] == [Rule.REST]
    found = breaches(problem, row("EE-----"))
    assert [(b.rule, b.found) for b in found] == [(Rule.MOST_MINUTES, 960)]


def test_no_roster_is_said_and_which_minimum_is_to_blame():
    covers = [
        Cover(((0, "E"),), needed=1, least=1, name="Monday"),
        Cover(((1, "E"),), needed=1, least=1, name="Tuesday"),
    ]
    problem = one_week(Person("a", off=frozenset({1})), covers=covers)
    with pytest.raises(NoRosterError):
        solve(problem, seconds=5)
    relaxed = without_minima(problem)
    plan = solve(relaxed, seconds=5)
    assert [b.detail for b in breaches(problem, plan.cells)] == ["Tuesday"]


def test_a_locked_cell_stays_whatever_it_costs():
    wish = Wish(0, 2, None, wanted=False, weight=100)
    problem = one_week(Person("a"), wishes=[wish], locked={(0, 2): "E", (0, 3): None})
    plan = solve(problem, seconds=5)
    assert plan.cells == {(0, 2): "E"}
    assert plan.cost == 100


def test_the_watcher_is_told_of_rosters_and_ends_the_search():
    people = [Person(str(n)) for n in range(6)]
    covers = [Cover(((day, "E"),), 3, under=10, over=1) for day in range(WEEK)]
    problem = Problem(WEEK, [E, N], people, covers)
    told = []

    def watch(plan):
        told.append(plan)
        return False

    plan = solve(problem, seconds=20, watch=watch, workers=1)
    assert len(told) == 1
    assert costs(problem, told[0].cells).total == told[0].cost == plan.cost


@st.composite
def small_problems(draw):
    """Two people over three days, with every kind of rule and wish."""
    days = 3
    whole = st.integers(0, 3)
    codes = st.sampled_from([None, "E", "N"])

    def person(key):
        return Person(
            key=key,
            least_minutes=450 * draw(st.integers(0, 2)),
            most_minutes=draw(st.none() | st.integers(1, 4).map(lambda n: 450 * n)),
            most_of=draw(st.dictionaries(st.sampled_from("EN"), whole)),
            least_run=draw(st.integers(1, 3)),
            most_run=draw(st.none() | st.integers(1, 3)),
            least_rest=draw(st.integers(1, 3)),
            most_weekends=draw(st.none() | st.integers(0, 1)),
            off=frozenset(draw(st.sets(st.integers(0, 2), max_size=2))),
            skills=frozenset(draw(st.sets(st.sampled_from(["flow"])))),
            before=tuple(draw(st.lists(codes, max_size=3))),
            contract_minutes=draw(st.none() | st.integers(0, 1800)),
        )

    slots = st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("EN")),
        min_size=1,
        max_size=3,
        unique=True,
    )
    return Problem(
        days=days,
        shifts=[E, N],
        people=[person("a"), person("b")],
        covers=[
            Cover(
                tuple(draw(slots)),
                draw(whole),
                draw(whole),
                draw(whole),
                least=draw(st.sampled_from([0, 0, 1])),
                skill=draw(st.sampled_from([None, "flow"])),
            )
            for _ in range(draw(whole))
        ],
        wishes=draw(
            st.lists(
                st.builds(
                    Wish,
                    st.integers(0, 1),
                    st.integers(0, 2),
                    codes,
                    st.booleans(),
                    whole,
                ),
                max_size=4,
            )
        ),
        weekends=[(1, 2)],
        balances=[Balance(frozenset("E"), frozenset("N"), draw(whole), draw(whole))],
        weights=Weights(draw(whole), draw(whole), draw(whole)),
        published=draw(
            st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 2)), codes)
        ),
        locked=draw(
            st.dictionaries(
                st.tuples(st.integers(0, 1), st.integers(0, 2)), codes, max_size=1
            )
        ),
    )


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_no_roster_of_all_is_better_than_the_one_found(problem):
    """Of all 729 rosters none keeps the rules and costs less."""
    places = list(product(range(2), range(problem.days)))
    best = None
    for choice in product((None, "E", "N"), repeat=len(places)):
        cells = {cell: code for cell, code in zip(places, choice, strict=True) if code}
        if best is not None and costs(problem, cells).total >= best:
            continue
        if not _forgiven(problem, cells):
            best = costs(problem, cells).total
    try:
        plan = solve(problem, seconds=20, workers=1)
    except NoRosterError:
        assert best is None
        return
    assert plan.proven
    assert (plan.cost, plan.bound) == (best, best)
    assert not _forgiven(problem, plan.cells)


def _forgiven(problem, cells):
    """A day off that was locked as work stays work: that is what locking is for."""
    return [
        breach
        for breach in breaches(problem, cells)
        if not (
            breach.rule is Rule.OFF and (breach.person, breach.day) in problem.locked
        )
    ]


def real(name):
    path = DATA / "rosters" / name
    if not path.exists():
        pytest.skip("no published instances at STARHALL_DATA")
    return path


@pytest.mark.real
@pytest.mark.parametrize(("number", "cost"), [(1, 607), (2, 828)])
def test_published_rosters_cost_what_was_published(number, cost):
    instance = real(f"Instance{number}.txt")
    with real(f"Instance{number}_roster_cost{cost}.csv").open() as file:
        roster = {
            (line["employee"], int(line["day"])): line["shift"]
            for line in csv.DictReader(file)
        }
    assert judged(instance, roster) == (cost, [])
    problem = read(instance)
    index = {person.key: n for n, person in enumerate(problem.people)}
    cells = {(index[who], day): shift for (who, day), shift in roster.items()}
    assert costs(problem, cells).total == cost
    assert breaches(problem, cells) == []


@pytest.mark.real
def test_the_first_instance_is_solved_to_its_best_and_checked():
    instance = real("Instance1.txt")
    problem = read(instance)
    plan = solve(problem, seconds=60)
    assert (plan.cost, plan.bound, plan.proven) == (607, 607, True)
    roster = {
        (problem.people[person].key, day): shift
        for (person, day), shift in plan.cells.items()
    }
    assert judged(instance, roster) == (607, [])


@pytest.mark.real
@pytest.mark.parametrize("number", [2, 4])
def test_what_the_product_and_the_checker_say_of_a_roster_is_the_same(number):
    """A roster cut short after some seconds, and one made worse by hand."""
    instance = real(f"Instance{number}.txt")
    problem = read(instance)
    plan = solve(problem, seconds=60, watch=lambda _plan: False, workers=1)
    broken = dict(list(plan.cells.items())[::2])
    for cells in (plan.cells, broken):
        roster = {
            (problem.people[person].key, day): shift
            for (person, day), shift in cells.items()
        }
        cost, wrong = judged(instance, roster)
        assert cost == costs(problem, cells).total
        assert len(wrong) == len(breaches(problem, cells))
    assert breaches(problem, plan.cells) == []
    assert breaches(problem, broken)
