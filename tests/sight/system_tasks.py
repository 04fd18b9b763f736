"""Tasks and commands that work for no person, and so may read without a filter.

Each line says why. What acts for somebody stands in `FOR_A_PERSON` instead: its
service takes `by`, and asks her powers.
"""

SYSTEM = {
    "evaluations.ledger.tasks.settle_yesterday": "every source posts what is pending",
    "evaluations.rankings.tasks.compute_run": "a ranking compares everybody",
    "evaluations.rankings.tasks.prepare_what_if": "lays out a whole ranking",
    "demo": "fills an empty database",
    "demo_users": "makes the accounts of the demo",
    "flow_hourly": "run by who holds the server: reads one outlet's roll-ups",
    "ingest": "run by who holds the server: loads a file of any outlets",
    "rank": "run by who holds the server: a ranking compares everybody",
    "rebuild_flow": "rolls up every outlet's tickets again",
    "simulate": "writes a chain that does not exist",
    "verify_run": "computes a whole ranking again",
    "winners": "run by who holds the server: draws from a whole ranking",
}
FOR_A_PERSON: dict[str, str] = {}
