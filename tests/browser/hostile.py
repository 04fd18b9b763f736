"""Run the badly treated tablets by hand, in full.

    python -m tests.browser.hostile --sequences 200 --seed 1

Makes a database of its own, serves it on a port of its own, prints what was done and
how often. Seeds count up from the first; a failure names the seed that repeats it.
"""

import argparse
import sys
import time

from tests.browser.serving import prepare, served


def main() -> int:
    options = _options()
    prepare()
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM
    from tests.browser.tablets import ARGUMENTS, Lost, Morning

    started, wrong = time.monotonic(), 0
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        morning = Morning(address, browser, playwright.chromium, CHROMIUM)
        seeds = range(options.seed, options.seed + options.sequences)
        try:
            done = morning.run(seeds)
        except Lost as lost:
            wrong, done = 1, {"failed": str(lost)}
        browser.close()
    for what, times in sorted(done.items()):
        sys.stdout.write(f"{what:30} {times}\n")
    sys.stdout.write(f"{'seconds':30} {time.monotonic() - started:.0f}\n")
    return wrong


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
