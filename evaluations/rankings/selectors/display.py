"""What a scheme lets people see who are ranked by it."""

from django.db.models import QuerySet

from evaluations.rankings.models import Display, Run, Scheme, Shown, Standing


def shown_by(scheme_id: int) -> str:
    """Return the display of a scheme; nothing set means her own figures only."""
    found = Display.objects.filter(scheme=scheme_id).values_list("shown", flat=True)
    return found.first() or Shown.OWN_ONLY


def shows_outlet_list(standing: Standing) -> bool:
    """Tell whether she may see the places of the people of her outlet.

    Never where the outlet has too few people for places of its own.
    """
    return (
        standing.rank_outlet is not None
        and shown_by(standing.run.scheme_id) == Shown.OUTLET_LIST
    )


def outlet_list(run: Run, own: Standing) -> QuerySet[Standing]:
    """Return who has a place at the outlet of `own`, best first; system read."""
    rows = run.standings.filter(outlet=own.outlet_id, rank_outlet__isnull=False)
    return rows.select_related("employee").order_by("position")


def displays() -> list[tuple[Scheme, str]]:
    """Return every scheme with what it shows."""
    set_ = dict(Display.objects.values_list("scheme", "shown"))
    return [
        (scheme, set_.get(scheme.pk, Shown.OWN_ONLY)) for scheme in Scheme.objects.all()
    ]
