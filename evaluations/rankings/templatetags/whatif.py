"""Small figures on the page of a what-if."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_LENGTH = 100


@register.simple_tag
def share_bars(before: float | None, after: float | None, widest: float) -> SafeString:
    """Draw two bars from zero, before above after; the numbers stand beside them."""
    lengths = [_LENGTH * (share or 0.0) / widest for share in (before, after)]
    return format_html(
        '<svg class="whatif-bars" viewBox="0 0 {} 14" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false"><rect class="whatif-before" y="0" '
        'height="6" width="{}"/><rect class="whatif-after" y="8" height="6" '
        'width="{}"/></svg>',
        _LENGTH,
        *(f"{length:.1f}" for length in lengths),
    )


@register.filter
def signed(points: float) -> str:
    """Return points with two decimals and their sign: “+0.25”, “−1.50”, “0.00”."""
    rounded = round(points, 2)
    if rounded == 0:
        return number_format(0, 2)
    sign = "+" if rounded > 0 else "−"
    return f"{sign}{number_format(abs(rounded), 2)}"
