"""Ratios to a floor measured in the same run: `python -m benchmarks[.<name>]`."""

import config  # noqa: F401 - one thread of linear algebra per process
