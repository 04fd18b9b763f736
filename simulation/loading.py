"""Load a simulated chain through the importer, kind by kind, as a file would be."""

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from typing import Any

from django.db import transaction

from evaluations.ledger.services import settle
from outlets.exchange.cells import Cells, Fault
from outlets.exchange.importer import Report, load
from outlets.exchange.kinds import registered
from simulation.chain.outlets import Row
from simulation.chain.plan import Plan
from simulation.chain.rows import COLUMNS
from simulation.chain.truth import truth_of
from simulation.chain.world import World
from simulation.kpis import enter_kpis
from simulation.models import Simulation
from simulation.pack import makers

Say = Callable[[str], None]
FAULTS_SHOWN = 5


class AnotherChain(Exception):
    """The database already holds a chain of another plan."""


class RefusedRows(Exception):
    """The importer refused rows of a kind; the message shows the first reasons."""


class _Listener:
    """Keeps the first faults of a load, so that a refusal can be explained."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def faulty(self, cells: Cells) -> None:
        if len(self.faults) < FAULTS_SHOWN:
            self.faults += cells.faults

    def warned(self, fault: Fault) -> None:
        """Nothing here is worth a warning: the rows are our own."""

    def progressed(self, read: int) -> None:
        """Kinds report when they are done."""


def load_chain(plan: Plan, *, say: Say) -> Simulation:
    """Load a whole chain and settle the ledger; loading it again changes nothing.

    Kinds that no room has registered are skipped, and `say` is told.

    Raises:
        AnotherChain: a chain of another plan is here already.
        RefusedRows: the importer refused something; earlier kinds stay loaded.
    """
    simulation = _begin(plan)
    world = World(plan)
    for name, rows in makers(world).items():
        kind = registered().get(name)
        if kind is None:
            say(f"{name}: skipped, no room takes this kind")
            continue
        started = perf_counter()
        report = load_kind(name, rows())
        say(f"{report} ({perf_counter() - started:.1f} s)")
    say(f"kpis: {enter_kpis(plan)} values")
    started = perf_counter()
    written = settle(plan.until)
    say(f"ledger: {written} entries ({perf_counter() - started:.1f} s)")
    simulation.truth = truth_of(world)
    simulation.complete = True
    simulation.save(update_fields=["truth", "complete"])
    return simulation


@transaction.atomic
def _begin(plan: Plan) -> Simulation:
    asked: dict[str, Any] = {
        "seed": plan.seed,
        "outlets": plan.outlets,
        "months": plan.months,
        "until": plan.until,
        "ticket_days": plan.ticket_days,
    }
    if Simulation.objects.exclude(**asked).exists():
        raise AnotherChain(f"this database already holds {Simulation.objects.last()}")
    return Simulation.objects.get_or_create(**asked)[0]


def load_kind(name: str, rows: Iterator[Row]) -> Report:
    """Load the rows of one kind, all or nothing.

    Raises:
        RefusedRows: with the first reasons.
    """
    listener = _Listener()
    report = load(registered()[name](), _as_text(name, rows), audience=listener)
    if report.rejected:
        reasons = "; ".join(str(fault) for fault in listener.faults)
        raise RefusedRows(f"{report}: {reasons}")
    return report


def _as_text(name: str, rows: Iterator[Mapping[str, object]]) -> Iterator[list[str]]:
    columns = COLUMNS[name]
    yield list(columns)
    for row in rows:
        yield ["" if row.get(c) is None else str(row[c]) for c in columns]
