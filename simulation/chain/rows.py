"""Everything that happened, kind by kind, in the order in which it can be loaded."""

from collections.abc import Callable, Iterator

from simulation.chain.checks import check_rows
from simulation.chain.complaints import complaint_rows
from simulation.chain.duty import roster_rows
from simulation.chain.flow import Flow, count_rows, ticket_rows, transaction_rows
from simulation.chain.judged import test_rows, visit_rows
from simulation.chain.outlets import Row, outlet_rows, region_rows
from simulation.chain.people import assignment_rows, employee_rows
from simulation.chain.targets import target_rows
from simulation.chain.voices import invitation_rows, rating_rows
from simulation.chain.world import World

# The columns that a chain fills, in the order of the ingest contract.
COLUMNS: dict[str, tuple[str, ...]] = {
    "regions": ("code", "name", "level", "parent_code"),
    "outlets": (
        "code", "name", "region_code", "class", "ownership", "brand_store", "rural",
        "timezone", "address", "latitude", "longitude", "opened_on", "closed_on",
        "hours",
    ),
    "employees": (
        "number", "name", "gender", "post", "contract", "hired_on", "left_on",
    ),
    "assignments": ("employee_number", "outlet_code", "from", "to"),
    "standards": (
        "standard", "item", "title_en", "title_zh", "section", "weight", "critical",
        "applies_to", "who",
    ),
    "roster": ("employee_number", "date", "shift", "outlet_code"),
    "checks": (
        "uuid", "outlet_code", "employee_number", "date", "slot", "standard", "failed",
        "not_observed", "not_applicable", "score", "by", "note",
    ),
    "tests": ("employee_number", "taken_on", "test", "score"),
    "visits": (
        "visit_no", "outlet_code", "employee_number", "date", "agency", "points",
        "out_of", "comment",
    ),
    "invitations": (
        "uuid", "outlet_code", "employee_number", "channel", "sent_at", "replied",
    ),
    "ratings": (
        "uuid", "outlet_code", "employee_number", "channel", "rated_at", "score",
        "ticket_no", "rater", "comment",
    ),
    "complaints": (
        "case_no", "outlet_code", "employee_number", "received_at", "closed_at",
        "channel", "category", "kind", "verdict", "summary",
    ),
    "tickets": (
        "outlet_code", "ticket_no", "date", "arrived_at", "called_at", "finished_at",
        "abandoned_at", "service", "priority", "employee_number",
    ),
    "counts": ("outlet_code", "start", "minutes", "people"),
    "transactions": (
        "outlet_code", "date", "employee_number", "service", "quantity", "amount",
    ),
    "targets": (
        "outlet_code", "region_code", "employee_number", "period", "kpi", "base",
        "challenge",
    ),
}  # fmt: skip


def kinds_of(world: World) -> dict[str, Callable[[], Iterator[Row]]]:
    """Return, per kind of the ingest contract, what makes its rows.

    Standards are not here: the product ships them, with the items that checks name.
    """
    flow = Flow(world)
    plan, outlets, people = world.plan, world.outlets, world.people
    return {
        "regions": lambda: region_rows(plan, outlets),
        "outlets": lambda: outlet_rows(outlets),
        "employees": lambda: employee_rows(people),
        "assignments": lambda: assignment_rows(plan, people, outlets),
        "roster": lambda: roster_rows(world.duty),
        "checks": lambda: check_rows(world),
        "tests": lambda: test_rows(world),
        "visits": lambda: visit_rows(world),
        "invitations": lambda: invitation_rows(flow),
        "ratings": lambda: rating_rows(flow),
        "complaints": lambda: complaint_rows(flow),
        "tickets": lambda: ticket_rows(flow),
        "counts": lambda: count_rows(flow),
        "transactions": lambda: transaction_rows(flow),
        "targets": lambda: target_rows(flow),
    }
