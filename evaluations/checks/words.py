"""What the scripts of the floor say; `{…}` is filled in by them."""

from django.utils.translation import gettext as _


def floor_words() -> dict[str, str]:
    return {
        "spill": _("Spill reported"),
        "cleaned": _("Spill cleaned"),
        "fault": _("Fault reported"),
        "ended": _("Fault over"),
        "device": _("Trial device looked at"),
        "trial": _("Trial of a device"),
        "retract": _("Report taken back"),
        "floor_kept": _("{what}. Kept on this tablet."),
        "floor_held": _("A person has to decide about this: {what}"),
        "floor_over": _("over {n} min"),
        "floor_item": _(
            "A spill took longer than {n} minutes, so {code} is marked as failed. Look "
            "at it before you save; if you take the mark away, say why in the note."
        ),
        "works": _("works"),
        "broken": _("broken"),
    }
