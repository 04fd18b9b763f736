"""The rounds of a day by name."""

from django.utils.translation import gettext_lazy as _

OPENING, RANDOM = "opening", "random"
# Begins the round of a check that a campaign asked for, which stands on no card.
CAMPAIGN = "campaign"
_LABELS = {
    OPENING: _("Opening round"),
    "floor": _("On the floor"),
    RANDOM: _("Round at a random hour"),
}


def round_label(slot: str) -> str:
    """Return the readable name of a round; an unknown one is its own name."""
    if slot.startswith(f"{CAMPAIGN}-"):
        return str(_("Campaign check"))
    return str(_LABELS.get(slot, slot))
