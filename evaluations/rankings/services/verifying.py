"""Verifying a run: its own figures again from its own input, and what moved since."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.ranking import Result
from evaluations.rankings.rules.scheme import canonical
from evaluations.rankings.selectors.inputs import collect
from evaluations.rankings.services.computing import Digest, ranked

CHUNK = 2000


@dataclass(slots=True)
class Verification:
    """What verifying found. Empty `differences`: the run is what was frozen.

    `drift` lists what the ledger and the registry would say differently today; it does
    not touch the run.
    """

    run: Run
    people: int = 0
    differences: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differences


def verify_run(*, run_id: int, with_drift: bool = True) -> Verification:
    """Compute a run again from its stored input and compare hash and figures.

    System read: it sees everybody and writes nothing.
    """
    run = Run.objects.select_related("scheme_version__scheme").get(pk=run_id)
    found = Verification(run)
    if not run.is_computed:
        found.differences.append("the run was never computed")
        return found
    _compare_rules(run, found)
    try:
        _compare_figures(run, found)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        found.differences.append(f"the stored input cannot be read: {error!r}")
    if with_drift:
        found.drift += _drift(run)
    return found


def _compare_rules(run: Run, found: Verification) -> None:
    head = json.loads(run.head)
    version = run.scheme_version
    kept = (head.get("scheme"), head.get("version"), head.get("rules"))
    if kept != (version.scheme.code, version.number, version.rules):
        found.differences.append("the scheme's version says other rules than the head")
    if head.get("period") != run.period:
        found.differences.append("the head names another period than the run")


def _compare_figures(run: Run, found: Verification) -> None:
    inputs, outputs = Digest(run.head), Digest(run.head)
    for line in _lines(run):
        inputs.add(line)
        outputs.add(line)
        found.people += 1
    if inputs.hexdigest() != run.input_hash:
        found.differences.append("the hash of the stored input differs")
    ranked_count = eligible = 0
    results = ranked(run.head, _lines(run), fits=run.fits).results
    for standing, result in zip(_standings(run), results, strict=True):
        outputs.add(result.line())
        ranked_count += result.score is not None
        eligible += result.eligible
        found.differences += _differences(standing, result)
    if outputs.hexdigest() != run.hash:
        found.differences.append("the hash over input and output differs")
    counts = (found.people, ranked_count, eligible)
    if counts != (run.people, run.ranked, run.eligible):
        found.differences.append(
            f"people, ranked, eligible are {counts}, "
            f"the run says {(run.people, run.ranked, run.eligible)}"
        )


def _lines(run: Run) -> Iterator[str]:
    rows = run.standings.order_by("employee_uuid").values_list("input", flat=True)
    yield from rows.iterator(chunk_size=CHUNK)


def _standings(run: Run) -> Iterator[Standing]:
    rows = run.standings.order_by("employee_uuid").select_related(
        "employee", "outlet", "region", "county", "city", "province"
    )
    yield from rows.iterator(chunk_size=CHUNK)


def _differences(standing: Standing, result: Result) -> Iterator[str]:
    """Yield what a standing's columns say that does not follow from its input."""
    who = standing.employee.number
    stored, computed = _figures(standing), json.loads(result.line())
    for name in computed:
        if stored[name] != computed[name]:
            yield (
                f"{who}: {name} is stored as {canonical(stored[name])}, "
                f"computed as {canonical(computed[name])}"
            )
    if standing.score != standing.raw_score:
        yield f"{who}: score and raw_score differ"
    adjusted = (standing.adjusted_score, standing.rank_low, standing.rank_high)
    if adjusted != (None, None, None):
        yield f"{who}: adjusted figures are stored, and none were computed"
    if str(standing.employee.uuid) != result.uuid:
        yield f"{who}: the standing belongs to somebody else"
    place = PersonInput.parse(standing.input).place
    for name in ("outlet", "region", "county", "city", "province"):
        shown = getattr(standing, name)
        if getattr(place, name) != (shown.code if shown else None):
            yield f"{who}: {name} differs from the stored input"
    if place.outlet_class != standing.outlet_class:
        yield f"{who}: outlet class differs from the stored input"


def _figures(standing: Standing) -> dict[str, Any]:
    score = standing.score
    return {
        "components": standing.components,
        "eligible": standing.eligible,
        "position": standing.position,
        "ranks": standing.ranks,
        "reasons": standing.reasons,
        "score": None if score is None else int(score * 100),
        "tied_position": standing.tied_position,
        "uuid": str(standing.employee_uuid),
    }


def _drift(run: Run) -> Iterator[str]:
    """Yield who would come out with another input today, by employee number."""
    today = collect(run.scheme_version, run.parsed_period)
    if today.head != run.head:
        yield "the rules of the period or of its months have changed"
    now = {person.uuid: person for person in today.people}
    rows = run.standings.order_by("employee__number").values_list(
        "employee_uuid", "employee__number", "input"
    )
    for uuid, number, line in rows.iterator(chunk_size=CHUNK):
        person = now.pop(str(uuid), None)
        if person is None:
            yield f"{number}: would not be listed"
        elif person.line != line:
            changed = _changed_keys(json.loads(line), json.loads(person.line))
            yield f"{number}: {', '.join(changed)} changed"
    joined = len(now)
    if joined:
        yield f"{joined} people would be listed as well"


def _changed_keys(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    )


def first_of(lines: list[str], most: int) -> list[str]:
    """Return the first `most` lines and how many more there are."""
    shown = list(islice(lines, most))
    rest = len(lines) - len(shown)
    return [*shown, f"… and {rest} more"] if rest else shown
