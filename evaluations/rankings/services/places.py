"""Computing the outlets and regions of a run."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, IntegerField, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.models import (
    PlaceRun,
    PlaceScheme,
    PlaceStanding,
    RegionStanding,
    Run,
    RunState,
)
from evaluations.rankings.rules.people import Place
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.places import (
    OutletInput,
    OutletResult,
    PlaceRanking,
    Pool,
    rank_places,
)
from evaluations.rankings.rules.scheme import Level, canonical
from evaluations.rankings.selectors.inputs import PlaceIds, outlet_places
from evaluations.rankings.services.computing import Digest
from outlets.exchange.errors import DomainError
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User

DEFAULT_PLACE_SCHEME = "outlet_service"
BATCH = 1000


class PeopleNotRanked(DomainError):
    code = "people_not_ranked"
    message = _("Outlets are ranked once the people of the run are.")


class OutletSchemeMissing(DomainError):
    code = "outlet_scheme_missing"
    message = _(
        "The outlets of %(period)s are not ranked: there are no rules “%(scheme)s” for "
        "outlets. Whoever holds the server puts those of the product back with "
        "“manage.py ship_schemes”; then rank the outlets again."
    )


@transaction.atomic
def compute_places(*, run_id: int, by: User | None) -> PlaceRun:
    """Rank the outlets and regions of a computed run, once; a second call is silent.

    The ledger is read up to the entry that the people's run was read up to, so that
    both say the same. `by` None is the system itself.

    Raises:
        OutletSchemeMissing: there are no rules for outlets.
        PeopleNotRanked: the run is not computed yet.
    """
    if by is not None and not by.sight.reach(Power.RANK).everywhere:
        raise PermissionDenied
    run = Run.objects.select_for_update(of=["self"]).get(pk=run_id)
    made = PlaceRun.objects.filter(run=run).first()
    if made is not None:
        return made
    if not run.is_computed:
        raise PeopleNotRanked
    period = run.parsed_period
    scheme = PlaceScheme.objects.for_period(DEFAULT_PLACE_SCHEME, period)
    if scheme is None:
        raise OutletSchemeMissing(scheme=DEFAULT_PLACE_SCHEME, period=period.code)
    rules = PlaceRules.parse(scheme.rules)
    head = canonical(
        {
            "period": period.code,
            "rules": scheme.rules,
            "scheme": scheme.code,
            "version": scheme.number,
        }
    )
    places = outlet_places()
    inputs = collect_outlets(run, period, rules, places)
    ids = {place.outlet: keys for place, keys in places.values()}
    _say(run_id, "")
    return _write(run, scheme, head, inputs, rules, ids)


def compute_after_people(*, run_id: int) -> PlaceRun:
    """Rank the outlets of a run that was just computed.

    What stops it is said in the run's row, for its page, before it is raised.

    Raises:
        DomainError: as in `compute_places`.
    """
    try:
        return compute_places(run_id=run_id, by=None)
    except DomainError as error:
        _say(run_id, str(error))
        raise


def _say(run_id: int, message: str) -> None:
    drafts = Run.objects.exclude(state=RunState.PUBLISHED).exclude(message=message)
    drafts.filter(pk=run_id).update(message=message[:500])


def collect_outlets(
    run: Run,
    period: Period,
    rules: PlaceRules,
    places: dict[int, tuple[Place, PlaceIds]],
) -> list[OutletInput]:
    """Return every outlet with people in the run or with entries, by its code.

    System read: it sees everything, in a fixed number of queries.
    """
    people: dict[int, int] = defaultdict(int)
    scores: dict[int, list[int]] = defaultdict(list)
    rows = run.standings.exclude(outlet=None).order_by().values_list("outlet", "score")
    for outlet_id, score in rows.iterator(chunk_size=BATCH):
        people[outlet_id] += 1
        if score is not None:
            scores[outlet_id].append(int(score * 100))
    pools: dict[int, dict[str, Pool]] = defaultdict(dict)
    for outlet_id, component, *sums in _sums(run, period, rules):
        pools[outlet_id][component] = Pool(*sums)
    found = [
        OutletInput(
            code=places[pk][0].outlet or "",
            place=places[pk][0],
            people=people.get(pk, 0),
            scores=tuple(sorted(scores.get(pk, ()))),
            pools=pools.get(pk, {}),
        )
        for pk in {*people, *pools}
    ]
    return sorted(found, key=lambda one: one.code)


def _sums(
    run: Run, period: Period, rules: PlaceRules
) -> Iterator[tuple[int, str, int, int, int, int]]:
    signed = Case(
        When(reverses=None, then=Value(1)),
        default=Value(-1),
        output_field=IntegerField(),
    )
    entries = Entry.objects.filter(
        kind=EntryKind.SCORE,
        component__in=rules.read_components,
        on__range=(period.first, period.last),
        outlet__isnull=False,
        pk__lte=run.entries_until or 0,
    )
    yield from (
        entries.order_by()
        .values_list("outlet", "component")
        .annotate(
            entries=Sum(signed),
            records=Sum("n"),
            had=Sum("points"),
            could_be_had=Sum("out_of"),
        )
        .iterator(chunk_size=BATCH)
    )


def _write(
    run: Run,
    scheme: PlaceScheme,
    head: str,
    inputs: Sequence[OutletInput],
    rules: PlaceRules,
    ids: dict[str | None, PlaceIds],
) -> PlaceRun:
    lines = [one.line() for one in inputs]
    ranking = rank_places(rules, lines)
    input_hash, whole = place_hashes(head, lines, ranking)
    made = PlaceRun.objects.create(
        run=run,
        scheme=scheme,
        head=head,
        outlets=len(lines),
        ranked=sum(one.score is not None for one in ranking.outlets),
        input_hash=input_hash,
        hash=whole,
    )
    rows = [
        _standing(made, one, result, line, ids[one.code], rules)
        for one, result, line in zip(inputs, ranking.outlets, lines, strict=True)
    ]
    rows.sort(key=lambda row: -1 if row.score is None else row.score, reverse=True)
    for position, row in enumerate(rows, start=1):
        row.position = position
    PlaceStanding.objects.bulk_create(rows, batch_size=BATCH)
    regions = dict(Region.objects.order_by().values_list("code", "pk"))
    RegionStanding.objects.bulk_create(
        [
            RegionStanding(
                places=made,
                region_id=regions[one.code],
                level=one.level,
                score=_decimal(one.score),
                outlets=one.outlets,
                people=one.people,
                rank=one.rank,
                rank_province=one.rank_province,
            )
            for one in ranking.regions
        ],
        batch_size=BATCH,
    )
    return made


def place_hashes(
    head: str, lines: Sequence[str], ranking: PlaceRanking
) -> tuple[str, str]:
    """Return the hashes over head and input, and over these and the output."""
    digest = Digest(head)
    for line in lines:
        digest.add(line)
    over_input = digest.hexdigest()
    for outlet in ranking.outlets:
        digest.add(outlet.line())
    for region in ranking.regions:
        digest.add(region.line())
    return over_input, digest.hexdigest()


def _standing(
    made: PlaceRun,
    one: OutletInput,
    result: OutletResult,
    line: str,
    ids: PlaceIds,
    rules: PlaceRules,
) -> PlaceStanding:
    in_city = result.ranks[Level.CITY]
    return PlaceStanding(
        places=made,
        **ids._asdict(),
        score=_decimal(result.score),
        people=one.people,
        staff=len(one.scores),
        parts=dict(result.parts),
        **{f"rank_{level}": rank for level, rank in result.ranks.items()},
        rank_low=result.low,
        rank_high=result.high,
        winner=in_city is not None and in_city <= rules.winners,
        input=line,
    )


def _decimal(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)
