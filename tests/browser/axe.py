"""What a screen reader, a keyboard and weak eyes would stumble over, by axe-core."""

from functools import cache

from django.conf import settings
from playwright.sync_api import Page

# WCAG 2.2 AA and what axe itself recommends.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return (settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """Return a line per rule that the page breaks: the rule and where; none is [].

    Moving colours are still: transitions are ended first.
    """
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_source())
    found = page.evaluate(
        """(tags) => axe.run({
            runOnly: {type: 'tag', values: tags},
            resultTypes: ['violations'], preload: false,
        }).then(said => said.violations)""",
        RULES,
    )
    return [
        f"{rule['id']}: "
        + "; ".join(" ".join(map(str, node["target"])) for node in rule["nodes"][:5])
        for rule in found
    ]
