"""The line that says whom the adjusted order would choose, for pages of a raw run."""

from typing import Any

from django import template
from django.template import Context

from evaluations.rankings.models import Run
from evaluations.rankings.selectors.trials import fair_would_choose
from evaluations.rankings.services.trying import may_try

register = template.Library()


@register.inclusion_tag("evaluations/rankings/_fair.html", takes_context=True)
def fair_order(context: Context, run: Run) -> dict[str, Any]:
    """Draw the line for who may try other rules; nothing for everybody else."""
    user = context["request"].user
    fair = fair_would_choose(run) if may_try(user) else None
    return {"run": run, "fair": fair}
