"""Reading JSON from machines that may be broken, or hostile."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

# A thousand tickets with every column filled take well under a megabyte.
MOST_BYTES = 5 * 1024 * 1024


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = _("A call may not be larger than 5 MB: send it in parts.")


class BoundedJSONParser(BaseParser):
    """JSON as its standard has it, in UTF-8, of bounded size and depth.

    Python's reader takes more: NaN, half of a surrogate pair that can be neither
    stored nor sent back, and nesting until its stack ends.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises ParseError, and TooLarge beyond MOST_BYTES."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        try:
            text = body.decode()
            data = json.loads(text, parse_constant=_refuse)
            if "\\ud" in text.lower():
                json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
