"""The schemes that come with the product, a file per version that never changes."""

import json
from datetime import date
from pathlib import Path
from typing import Any

# The first version holds for all earlier times as well.
VALID_FROM = date(2020, 1, 1)
SHIPPED = (("service_star", 1), ("service_star_fair", 1), ("onsite", 1))
SHIPPED_PLACES = (("outlet_service", 1),)


def rules_of(name: str) -> Any:
    """Return the JSON of a shipped version, such as `service_star-1`."""
    path = Path(__file__).with_name(f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


def ship_places(places: Any, code: str, number: int) -> None:
    """Put one version of a scheme of outlets into the database, unless it is there."""
    places.get_or_create(
        code=code,
        number=number,
        defaults={"valid_from": VALID_FROM, "rules": rules_of(f"{code}-{number}")},
    )


def ship(schemes: Any, versions: Any, code: str, number: int) -> None:
    """Put one version of a scheme into the database, unless it is there.

    `schemes` and `versions` are the managers of the two models, of a migration's state
    or of today.
    """
    scheme, _made = schemes.get_or_create(code=code)
    versions.get_or_create(
        scheme=scheme,
        number=number,
        defaults={"valid_from": VALID_FROM, "rules": rules_of(f"{code}-{number}")},
    )
