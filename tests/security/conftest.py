"""The world of the table of sight serves the attacks too."""

from tests.sight.conftest import cookies, world

__all__ = ["cookies", "world"]
