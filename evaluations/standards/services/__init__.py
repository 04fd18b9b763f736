"""Writing checklists: drafts, and their publication as versions."""

from evaluations.standards.services.drafts import (
    add_item,
    begin_draft,
    change_item,
    create_standard,
    discard_draft,
    move_item,
    name_draft,
    publish_draft,
    remove_item,
)
from evaluations.standards.services.publishing import (
    publish_version,
    put_on_card,
    require_may_write,
)

__all__ = [
    "add_item",
    "begin_draft",
    "change_item",
    "create_standard",
    "discard_draft",
    "move_item",
    "name_draft",
    "publish_draft",
    "publish_version",
    "put_on_card",
    "remove_item",
    "require_may_write",
]
