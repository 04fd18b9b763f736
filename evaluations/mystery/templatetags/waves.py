"""Whether somebody reads waves: the tab is shown to nobody else."""

from django import template

from evaluations.mystery.selectors.waves import reads_waves
from outlets.places.sight import Viewer

register = template.Library()


@register.filter
def sees_waves(viewer: Viewer) -> bool:
    return reads_waves(viewer.sight)
