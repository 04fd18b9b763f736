"""What the kinds of the feed are called on a page."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from outlets.exchange.feed_kinds import registered

KIND_LABELS = {
    "regions": _("regions"),
    "outlets": _("outlets"),
    "employees": _("people"),
    "rankings": _("published rankings"),
    "standings": _("standings"),
    "award_lists": _("award lists"),
    "awards": _("awards of people"),
    "outlet_titles": _("titles of outlets"),
}


def kind_label(kind: str) -> str:
    """Return the name of a kind in the reader's language; its code if it has none."""
    return str(KIND_LABELS.get(kind, kind))


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, kind_label(kind)) for kind in registered()]


def kinds_shown(kinds: Iterable[str]) -> list[str]:
    return [kind_label(kind) for kind in kinds]
