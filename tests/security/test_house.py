"""The security rules of the linter are on, and what sets one aside says why."""

import re
import tomllib
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STOREYS = ("config", "outlets", "staffing", "evaluations", "simulation")


def test_the_security_rules_are_on_but_for_what_the_page_lists():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert [rule for rule in lint.get("ignore", []) if rule.startswith("S")] == []
    off = {
        files
        for files, rules in lint["per-file-ignores"].items()
        if any(re.fullmatch(r"S\d*", rule) for rule in rules)
    }
    listed = set(
        re.findall(r"^- `([^`]+)`:", (ROOT / "docs/security.md").read_text(), re.M)
    )
    assert off == listed


def test_a_line_that_sets_a_security_rule_aside_says_why():
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for storey in STOREYS
        for path in (ROOT / storey).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"noqa: S\d{3}(?:, ?\w+)*\s*(?:-\s*)?$", line)
    ]
    assert silent == []


def test_every_test_that_the_page_names_is_there():
    page = (ROOT / "docs/security.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+(?:\.py)?)`", page))
    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
