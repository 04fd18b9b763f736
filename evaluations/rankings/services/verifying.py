"""Verifying a run: its own figures again from its own input, and what moved since."""

import json
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from evaluations.rankings.models import Run, RunState, Standing
from evaluations.rankings.rules.fits import fits_stored
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.results import Result
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.inputs import collect
from evaluations.rankings.services.computing import ranked
from evaluations.rankings.services.hashing import (
    Digest,
    fits_line,
    output_figures,
    output_line,
    plain,
    seal_line,
)
from evaluations.rankings.services.verification import (
    Difference,
    Verification,
    said_of,
    unlike,
)
from evaluations.rankings.services.verifying_places import verify_places

CHUNK = 2000
# Points: another processor may round the last of six decimals the other way.
TOLERANCE = 1e-6
# Estimates are made again by searching, which stops a little elsewhere.
FIT_TOLERANCE = 1e-3
_ADJUSTED = ("adjusted", "adjusted_points", "reliability", "severity", "load")


def verify_run(*, run_id: int, with_drift: bool = True) -> Verification:
    """Compute a run again from its stored input and compare hash and figures.

    Its outlets and regions too, where it has ranked them. System read: it sees
    everybody and writes nothing.
    """
    run = Run.objects.select_related("scheme", "scheme_version__scheme").get(pk=run_id)
    found = Verification(run)
    if not run.is_computed:
        found.add("the run was never computed")
        return found
    _compare_rules(run, found)
    hashes_hold = _compare_hashes(run, found)
    try:
        # Within the tolerances all is well, unless a hash says that one value moved.
        _compare_figures(run, found, exactly=not hashes_hold)
        _compare_fits(run, found, exactly=not hashes_hold)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        found.add(f"what is stored cannot be read: {error!r}")
    verify_places(run, found)
    if with_drift:
        found.drift += _drift(run)
    return found


def _compare_rules(run: Run, found: Verification) -> None:
    try:
        head = json.loads(run.head)
    except ValueError:
        found.add("the head cannot be read")
        return
    version = run.scheme_version
    kept = (head.get("scheme"), head.get("version"), head.get("rules"))
    if kept != (version.scheme.code, version.number, version.rules):
        found.add("the scheme's version says other rules than the head")
    if head.get("scheme") != run.scheme.code:
        found.add("scheme", run.scheme.code, head.get("scheme"))
    if head.get("period") != run.period:
        found.add("period", run.period, head.get("period"))
    months = Run.objects.filter(pk__in=list(run.month_runs.values()))
    named = {one.period: one.pk for one in months if one.scheme_id == run.scheme_id}
    if named != run.month_runs or any(
        one.state != RunState.PUBLISHED for one in months
    ):
        found.add("month_runs", run.month_runs, named)


def _compare_hashes(run: Run, found: Verification) -> bool:
    """Tell whether the stored lines and the run's own row make the stored hashes."""
    before = len(found.differences)
    inputs, all_of_it = Digest(run.head), Digest(run.head)
    for line in _lines(run):
        inputs.add(line)
        all_of_it.add(line)
    rows = run.standings.order_by("employee_uuid").iterator(chunk_size=CHUNK)
    for standing in rows:
        all_of_it.add(output_line(standing))
    all_of_it.add(fits_line(run.fits))
    if inputs.hexdigest() != run.input_hash:
        found.add("the hash of the stored input differs")
    if all_of_it.hexdigest() != run.hash:
        found.add("the hash over input, output and fits differs")
    if Digest(seal_line(run)).hexdigest() != run.seal:
        found.add("the seal over the run's own row differs")
    return len(found.differences) == before


def _compare_figures(run: Run, found: Verification, *, exactly: bool) -> None:
    ranked_count = eligible = 0
    results = ranked(run.head, _lines(run), fits=run.fits).results
    for standing, result in zip_longest(_standings(run), results):
        found.people += 1
        ranked_count += result.score is not None
        eligible += result.eligible
        found.differences += _differences(standing, result, exactly=exactly)
    computed = {"people": found.people, "ranked": ranked_count, "eligible": eligible}
    for name, number in computed.items():
        if getattr(run, name) != number:
            found.add(name, getattr(run, name), number)


def _compare_fits(run: Run, found: Verification, *, exactly: bool) -> None:
    again = plain(fits_stored(ranked(run.head, _lines(run)).fits))
    tolerance = 0.0 if exactly else FIT_TOLERANCE
    for path, stored, computed in unlike(plain(run.fits), again, tolerance):
        found.add(f"fits {path}", stored, computed)


def _lines(run: Run) -> Iterator[str]:
    rows = run.standings.order_by("employee_uuid").values_list("input", flat=True)
    yield from rows.iterator(chunk_size=CHUNK)


def _standings(run: Run) -> Iterator[Standing]:
    rows = run.standings.order_by("employee_uuid").select_related(
        "employee", "outlet", "region", "county", "city", "province"
    )
    yield from rows.iterator(chunk_size=CHUNK)


def _differences(
    standing: Standing, result: Result, *, exactly: bool
) -> Iterator[Difference]:
    """Yield what a standing's columns say that does not follow from its input."""
    who = result.uuid
    stored, computed = output_figures(standing), plain(json.loads(result.line()))
    for name in computed:
        if stored[name] == computed[name]:
            continue
        if not exactly and _within(name, stored[name], computed[name]):
            continue
        if name in ("components", "ranks", "intervals"):
            parts = unlike(stored[name], computed[name], 0.0, name)
            yield from (
                Difference(who, path, *said_of(one, other))
                for path, one, other in parts
                if exactly or not _within(path, one, other)
            )
        else:
            yield Difference(who, name, *said_of(stored[name], computed[name]))
    low, high, *_ = standing.intervals.get(Level.ALL) or (None, None)
    for name, follows in (("rank_low", low), ("rank_high", high)):
        if getattr(standing, name) != follows:
            yield Difference(who, name, *said_of(getattr(standing, name), follows))
    if str(standing.employee.uuid) != who:
        yield Difference(who, "the standing belongs to somebody else")
    place = PersonInput.parse(standing.input).place
    for name in ("outlet", "region", "county", "city", "province"):
        shown = getattr(standing, name)
        code = shown.code if shown else None
        if getattr(place, name) != code:
            yield Difference(who, name, *said_of(code, getattr(place, name)))
    if place.outlet_class != standing.outlet_class:
        said = said_of(standing.outlet_class, place.outlet_class)
        yield Difference(who, "outlet_class", *said)


def _within(path: str, stored: Any, computed: Any) -> bool:
    """Tell whether an adjusted figure is as good as the same."""
    if not isinstance(stored, int | float) or not isinstance(computed, int | float):
        return False
    if path in ("adjusted", "deviation"):
        return abs(stored - computed) <= 1  # they are in millionths
    if path.startswith("components ") and path.rpartition(" ")[2] in _ADJUSTED:
        return abs(stored - computed) <= TOLERANCE * 1.5
    return False


def _drift(run: Run) -> Iterator[str]:
    """Yield who would come out with another input today, by uuid."""
    today = collect(run.scheme_version, run.parsed_period)
    if today.head != run.head:
        yield "the rules of the period or of its months have changed"
    now = {person.uuid: person for person in today.people}
    rows = run.standings.order_by("employee_uuid").values_list("employee_uuid", "input")
    for uuid, line in rows.iterator(chunk_size=CHUNK):
        person = now.pop(str(uuid), None)
        if person is None:
            yield f"{uuid}: would not be listed"
        elif person.line != line:
            changed = _changed_keys(json.loads(line), json.loads(person.line))
            yield f"{uuid}: {', '.join(changed)} changed"
    joined = len(now)
    if joined:
        yield f"{joined} people would be listed as well"


def _changed_keys(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    )


def first_of(lines: list[Any], most: int) -> list[str]:
    """Return the first `most` lines and how many more there are."""
    shown = [str(line) for line in islice(lines, most)]
    rest = len(lines) - len(shown)
    return [*shown, f"… and {rest} more"] if rest else shown
