"""Run every benchmark, each in a process and a scratch database of its own."""

import subprocess
import sys

NAMES = (
    "ranking",
    "pages",
    "ingest",
    "whatif",
    "fairness",
    "severity",
    "planning",
    "staffing",
    "forecast",
    "floor",
    "publishing",
    "exporting",
    "flow_region",
    "ratings",
)


def main() -> int:
    """Run them all, even after one has failed; return how many did."""
    return sum(
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode != 0
        for name in NAMES
    )


if __name__ == "__main__":
    sys.exit(main())
