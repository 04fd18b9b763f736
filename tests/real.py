"""Where the real packs are; only their absence stays a skip everywhere."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL = (ROOT / os.environ.get("STARHALL_REAL", "../shared/real")).resolve()
DATA = (ROOT / os.environ.get("STARHALL_DATA", "../shared/data")).resolve()


def real_pack(name: str) -> Path:
    """Return the folder of a pack, or skip the test."""
    if not (REAL / name).is_dir():
        pytest.skip(f"no pack {name} at STARHALL_REAL")
    return REAL / name
