"""What this room holds about a person, and what the rooms below hold of her."""

from staffing.people.personal.holdings import files, flow, herself, imports

HOLDINGS = (
    *herself.HOLDINGS,
    *flow.HOLDINGS,
    *files.HOLDINGS,
    *imports.HOLDINGS,
)
KINDS = (*herself.KINDS, *files.KINDS, *flow.KINDS, *imports.KINDS)
