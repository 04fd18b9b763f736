"""What every page is set with: icons and the language of the document."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

register = template.Library()

_SHAPES = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
_BOX = 'd="M0 0h24v24H0z"'  # an invisible square that every file begins with
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OUTLINE = mark_safe(
    'fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
_FILLED = mark_safe('fill="currentColor"')


@lru_cache(maxsize=512)
def _shapes(style: str, name: str) -> SafeString:
    """Return the drawing inside one icon file.

    Raises:
        TemplateSyntaxError: there is no such icon; a page with a hole in it should
            fail in the first test that renders it.
    """
    folder = Path(settings.NODE_MODULES) / "@tabler" / "icons" / "icons" / style
    try:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise template.TemplateSyntaxError(f"No {style} icon {name!r}") from None
    found = _SHAPES.search(drawing)
    if found is None:
        raise template.TemplateSyntaxError(f"{name}.svg is no drawing")
    visible = [line for line in found["shapes"].split("\n") if _BOX not in line]
    return mark_safe(" ".join("".join(visible).split()))  # noqa: S308 a pinned package


@register.simple_tag
def icon(name: str, css: str = "", *, filled: bool = False) -> SafeString:
    """Draw a Tabler icon inline: `{% icon "alert-triangle" "text-red" %}`.

    The word beside it carries the meaning; the drawing is hidden from screen readers.
    """
    return format_html(
        '<svg class="icon{}{}" width="24" height="24" viewBox="0 0 24 24" {} '
        'aria-hidden="true" focusable="false">{}</svg>',
        " " if css else "",
        css,
        _FILLED if filled else _OUTLINE,
        _shapes("filled" if filled else "outline", name),
    )


@register.simple_tag
def html_lang() -> str:
    """Return the language of the page as HTML writes it: `en`, `zh-Hans`."""
    return to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-")
