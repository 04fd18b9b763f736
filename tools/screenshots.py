"""Photograph pages of a running server at the sizes that count, in both languages.

    python tools/screenshots.py http://localhost:8000 /tmp/shots / /rankings/ \
        --user manager --password …

Without --user the pages are taken as somebody who has not signed in.
"""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, sync_playwright

SIZES = {"768x1024": (768, 1024), "1024x768": (1024, 768), "390x844": (390, 844)}
LANGUAGES = ("en", "zh-hans")


def main() -> int:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        wrong = [
            line
            for language in options.languages
            for theme in options.themes
            for line in _photograph(browser, options, language, theme)
        ]
        browser.close()
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def _photograph(
    browser: Browser,
    options: argparse.Namespace,
    language: str,
    theme: Literal["light", "dark"],
) -> list[str]:
    """Save every path at every size; return what the console complained about."""
    context = browser.new_context(color_scheme=theme, has_touch=True)
    context.add_cookies(
        [{"name": "django_language", "value": language, "url": options.server}]
    )
    wrong: list[str] = []
    if options.user:
        _sign_in(context, options)
    page = context.new_page()
    page.on(
        "console",
        lambda said: (
            wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    for path in options.paths:
        for size in options.sizes:
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(options.server + path, wait_until="networkidle")
            if answer is None or answer.status >= 400:
                wrong.append(f"{path}: {answer and answer.status}")
            spread = page.evaluate("document.documentElement.scrollWidth")
            if spread > width:
                wrong.append(f"{path}: {spread} px wide at {size} in {language}")
            name = re.sub(r"[^\w]+", "-", path).strip("-") or "home"
            who = f"{options.user}-" if options.user else ""
            shot = options.folder / f"{who}{name}-{size}-{language}-{theme}.png"
            page.screenshot(path=shot, full_page=True)
    context.close()
    return wrong


def _sign_in(context: BrowserContext, options: argparse.Namespace) -> None:
    page = context.new_page()
    page.goto(f"{options.server}/accounts/sign-in/")
    page.fill("[name=username]", options.user)
    page.fill("[name=password]", options.password)
    page.click("main form button.btn-primary")
    page.wait_for_load_state("networkidle")
    if "/accounts/sign-in/" in page.url:
        raise SystemExit(f"{options.user} cannot sign in")
    page.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("server", type=lambda url: url.rstrip("/"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default=os.environ.get("PASSWORD", ""))
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument(
        "--languages", nargs="+", choices=LANGUAGES, default=list(LANGUAGES)
    )
    parser.add_argument(
        "--themes", nargs="+", choices=("light", "dark"), default=["light"]
    )
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
