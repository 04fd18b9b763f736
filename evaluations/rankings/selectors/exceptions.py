"""Review by exception: what somebody looks at before a draft may be published.

A ranking of thousands is not read from top to bottom. These lists name who stands out;
each is counted first, and at most `MOST_ROWS` of a list are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.ledger.components import component_label
from evaluations.ledger.models import Entry
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.eligibility import TOO_FEW_DAYS
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.scheme import Basis, Level, Quota
from evaluations.rankings.rules.winners import Candidate, select
from evaluations.rankings.selectors.raters import far_raters
from outlets.places.models import Outlet

MOST_ROWS = 50
AT_ONCE = 8
CHUNK = 2000
# A full score from fewer records than this says more about luck than about work.
TINY_N = 30
MISSING_CHECK, DAILY = "missing_check", "daily"
# Share of rostered days without a check from which an outlet is an exception.
FEW_MISSING = 0.2
_PLACES: Mapping[Level, tuple[str, ...]] = {
    Level.OUTLET: ("outlet_id",),
    Level.COUNTY: ("county_id",),
    Level.CITY: ("city_id",),
    Level.PROVINCE: ("province_id",),
    Level.CLASS: ("province_id", "outlet_class"),
    Level.ALL: (),
}


class Row(NamedTuple):
    """One line of a list. `standing` or `outlet` is what it links to; both None: text.

    `what` says in the viewer's language why it is here.
    """

    what: str
    standing: Standing | None = None
    outlet: Outlet | None = None


@dataclass(slots=True)
class ExceptionList:
    """`count` rows, of which the first are shown."""

    code: str
    title: str
    about: str
    count: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> list[Row]:
        """What a page shows at once; `rest` is a tap away."""
        return self.rows[:AT_ONCE]

    @property
    def rest(self) -> list[Row]:
        return self.rows[AT_ONCE:]


class _Brief(NamedTuple):
    """What the lists need of a standing."""

    pk: int
    employee_id: int
    score: Any
    raw_score: Any
    adjusted_score: Any
    rank_all: int | None
    intervals: dict[str, list[Any]]
    eligible: bool
    reasons: list[str]
    components: dict[str, Any]
    tied_position: int
    outlet_id: int | None
    county_id: int | None
    city_id: int | None
    province_id: int | None
    outlet_class: str

    def place(self, level: Level) -> tuple[Any, ...] | None:
        place = tuple(getattr(self, name) for name in _PLACES[level])
        return None if None in place or "" in place else place


_Found = list[tuple[int, str]]  # standing, and what is said of it


def exceptions_of(run: Run) -> list[ExceptionList]:
    """Return the lists of a computed run, empty ones too, in a fixed order.

    System read over everybody: only who ranks everybody asks for it.
    """
    frame = Frame.parse(run.head)
    rows = run.standings.order_by("position").values_list(*_Brief._fields)
    people = [_Brief(*row) for row in rows.iterator(chunk_size=CHUNK)]
    quotas = frame.rules.quotas.get(run.kind, ())
    lists = [
        _people_list(
            "movers", _("Large movers"), _about_movers(), _movers(run, people)
        ),
        _raters(run, frame),
        _missing(run, people),
        _people_list("holds", _("Open cases"), _about_holds(), _holds(run)),
        _people_list(
            "edges", _("Close to a prize line"), _about_edges(), _edges(people, quotas)
        ),
        _people_list(
            "choice",
            _("Others would win by the other score"),
            _about_choice(),
            _choice(people, quotas, frame.rules.basis),
        ),
        _people_list("odd", _("Odd scores"), _about_odd(), _odd(people)),
    ]
    _load_people(lists)
    return lists


def unseen_lists(run: Run) -> list[str]:
    """Return the codes of the lists with rows that nobody has ticked."""
    seen = set(run.seen_lists.values_list("code", flat=True))
    return [
        one.code for one in exceptions_of(run) if one.count and one.code not in seen
    ]


def _about_movers() -> str:
    return _(
        "Their rank changed by more than chance explains: the intervals of the last "
        "published ranking and of this one do not touch."
    )


def _about_holds() -> str:
    return _("A case is open. It changes no figure; a nomination waits for it.")


def _about_edges() -> str:
    return _(
        "The last who wins and the first who does not are in one band: the figures do "
        "not tell them apart."
    )


def _about_choice() -> str:
    return _("Ranked by the other of the two scores, these would win or not win.")


def _about_odd() -> str:
    return _("A full score or none at all, from very few records.")


def _people_list(code: str, title: str, about: str, found: _Found) -> ExceptionList:
    rows = [Row(what, Standing(pk=pk)) for pk, what in found[:MOST_ROWS]]
    return ExceptionList(code, title, about, len(found), rows)


def _load_people(lists: Sequence[ExceptionList]) -> None:
    """Put the people into the rows, all lists with one query."""
    wanted = {row.standing.pk for one in lists for row in one.rows if row.standing}
    standings = Standing.objects.select_related("employee", "outlet").in_bulk(wanted)
    for one in lists:
        one.rows = [
            row._replace(standing=standings[row.standing.pk]) if row.standing else row
            for row in one.rows
        ]


def _movers(run: Run, people: Sequence[_Brief]) -> _Found:
    runs = Run.objects.published().newest_revisions().filter(scheme=run.scheme_id)
    before = runs.of_period(run.parsed_period.previous).first()
    if before is None:
        return []
    earlier = {
        employee: (rank, low, high)
        for employee, rank, low, high in before.standings.exclude(rank_low=None)
        .order_by()
        .values_list("employee_id", "rank_all", "rank_low", "rank_high")
        .iterator(chunk_size=CHUNK)
    }
    found: list[tuple[int, int, str]] = []
    for one in people:
        interval = one.intervals.get(Level.ALL)
        if interval is None or one.employee_id not in earlier or not one.rank_all:
            continue
        rank, low, high = earlier[one.employee_id]
        if rank is None:
            continue
        if interval[1] < low or interval[0] > high:
            said = _("from rank %(before)s to %(now)s") % {
                "before": rank,
                "now": one.rank_all,
            }
            found.append((abs(rank - one.rank_all), one.pk, said))
    found.sort(key=lambda row: (-row[0], row[1]))
    return [(pk, said) for _size, pk, said in found]


def _raters(run: Run, frame: Frame) -> ExceptionList:
    rows = [Row(said) for said in far_raters(run, frame)]
    return ExceptionList(
        "raters",
        _("Raters far from the others"),
        _(
            "Their severity is beyond two standard errors, or nobody links them with "
            "the other raters, so that nothing can be said of it."
        ),
        len(rows),
        rows[:MOST_ROWS],
    )


def _missing(run: Run, people: Sequence[_Brief]) -> ExceptionList:
    found = _people_list(
        "missing",
        _("Missing checks"),
        _("Outlets whose checks are missing, and people with too few checked days."),
        [
            (one.pk, _("too few checked days"))
            for one in people
            if TOO_FEW_DAYS in one.reasons
        ],
    )
    counts = _days_without_a_check(run)
    outlets = Outlet.objects.in_bulk([pk for pk, _n, _days in counts[:MOST_ROWS]])
    rows = [
        Row(
            ngettext(
                "%(n)s of %(days)s rostered day without a check",
                "%(n)s of %(days)s rostered days without a check",
                days,
            )
            % {"n": n, "days": days},
            outlet=outlets[pk],
        )
        for pk, n, days in counts[:MOST_ROWS]
    ]
    found.rows = (rows + found.rows)[:MOST_ROWS]
    found.count += len(counts)
    return found


def _days_without_a_check(run: Run) -> list[tuple[int, int, int]]:
    """Return (outlet, days without a check, days in all), the largest share first.

    A few days are missed everywhere; outlets below `FEW_MISSING` are no exception.
    """
    period = run.parsed_period
    missing, checked = Q(component=MISSING_CHECK), Q(component=DAILY)
    rows = (
        Entry.objects.standing()
        .filter(
            missing | checked,
            employee__isnull=False,
            on__range=(period.first, period.last),
            pk__lte=run.entries_until or 0,
        )
        .exclude(outlet=None)
        .order_by()
        .values_list("outlet")
        .annotate(n=Count("pk", filter=missing), days=Count("pk"))
        .filter(n__gt=0)
    )
    found = [(pk, n, days) for pk, n, days in rows if n >= FEW_MISSING * days]
    return sorted(found, key=lambda row: (-row[1] / row[2], row[0]))


def _holds(run: Run) -> _Found:
    held = run.standings.exclude(input__contains='"holds":[]').order_by("position")
    return [
        (pk, ", ".join(map(component_label, PersonInput.parse(line).holds)))
        for pk, line in held.values_list("pk", "input").iterator(chunk_size=CHUNK)
    ]


def _edges(people: Sequence[_Brief], quotas: Sequence[Quota]) -> _Found:
    found: _Found = []
    for quota in quotas:
        lists: dict[Any, list[_Brief]] = {}
        for one in people:  # in order of the position
            place = one.place(quota.level)
            if one.score is not None and place is not None:
                lists.setdefault(place, []).append(one)
        for listed in lists.values():
            if len(listed) < quota.least_ranked:
                continue
            able = [one for one in listed if one.eligible]
            if len(able) <= quota.places:
                continue
            last, first = able[quota.places - 1], able[quota.places]
            bands = [one.intervals.get(quota.level) for one in (last, first)]
            if bands[0] and bands[1] and bands[0][2] == bands[1][2]:
                found.append((last.pk, _("just above the line")))
                found.append((first.pk, _("just below the line")))
    return found


def _choice(people: Sequence[_Brief], quotas: Sequence[Quota], basis: Basis) -> _Found:
    def by_other(one: _Brief) -> Any:
        other = one.adjusted_score if basis is Basis.RAW else one.raw_score
        return -other if other is not None else 0

    scored = [one for one in people if one.score is not None]
    ordered = sorted(scored, key=lambda one: (by_other(one), one.tied_position))
    place_of = {one.pk: number for number, one in enumerate(ordered)}
    found: _Found = []
    for quota in quotas:
        now = _winners(scored, quota, lambda one: one.tied_position)
        then = _winners(scored, quota, lambda one: place_of[one.pk])
        found += [(pk, _("would not win")) for pk in sorted(now - then)]
        found += [(pk, _("would win")) for pk in sorted(then - now)]
    return found


def _winners(
    people: Sequence[_Brief], quota: Quota, order: Callable[[_Brief], int]
) -> set[int]:
    chosen = select(
        (
            Candidate(one.pk, place, order(one), one.eligible)
            for one in people
            if (place := one.place(quota.level)) is not None
        ),
        places=quota.places,
        least_ranked=quota.least_ranked,
    )
    return {int(str(one.key)) for one in chosen}


def _odd(people: Sequence[_Brief]) -> _Found:
    found: _Found = []
    for one in people:
        if one.raw_score is None or 0 < one.raw_score < 100:
            continue
        n = sum(part["n"] for part in one.components.values() if part)
        if n < TINY_N:
            said = {"score": one.raw_score, "n": n}
            found.append((one.pk, _("%(score)s from %(n)s records") % said))
    return found
