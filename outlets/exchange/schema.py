"""The part of the OpenAPI document that is the same for every call.

Refusals, and words for what an address holds and what a good answer is.
"""

from typing import Any

from outlets.exchange.problems import CONTENT_TYPE

_ALWAYS = {
    "400": "Something asked for is no such value.",
    "401": "No token or session, or one that has expired.",
    "403": "The token's scope, or the person's role, does not open this.",
    "404": "There is nothing here, as far as the caller can see.",
    "406": "The call accepts no JSON.",
    "429": "Too many calls: wait as long as Retry-After says.",
}
_WITH_A_BODY = {
    "409": "The rules of the trade do not allow it; `code` says which.",
    "413": "The body is larger than 5 MB.",
    "415": "The body is no JSON.",
}
# What an address holds, where a view says nothing of it.
_IN_ADDRESS = {
    "code": "Its code.",
    "number": "The number on the badge.",
    "run": "The run's id, as the list of runs gives it.",
    "id": "Its id, as the list gives it.",
    "uuid": "Its id, as the list gives it.",
}
_GOOD = {
    "200": "What was asked for.",
    "201": "What was made.",
    "202": "What was asked for; it is being made.",
    "206": "The part that was asked for.",
}
_SHAPE = {
    "type": "object",
    "description": "An RFC 9457 problem document.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank."},
        "title": {"type": "string", "description": "The phrase of the status."},
        "status": {"type": "integer", "description": "The status, once more."},
        "code": {"type": "string", "description": "What went wrong, for machines."},
        "detail": {"type": "string", "description": "What went wrong, for people."},
        "errors": {"description": "What is wrong with each value, by its name."},
    },
}


def with_problems(
    result: dict[str, Any], generator: Any, request: Any, public: Any
) -> dict[str, Any]:
    """Add the problem documents that every operation may answer with."""
    result["components"].setdefault("schemas", {})["Problem"] = _SHAPE
    reference = {"$ref": "#/components/schemas/Problem"}
    for operations in result["paths"].values():
        for operation in operations.values():
            _describe(operation)
            extra = _WITH_A_BODY if "requestBody" in operation else {}
            for status, meaning in (_ALWAYS | extra).items():
                operation["responses"].setdefault(
                    status,
                    {
                        "description": meaning,
                        "content": {CONTENT_TYPE: {"schema": reference}},
                    },
                )
    return result


def _describe(operation: dict[str, Any]) -> None:
    """Fill in what no view has said of path parameters and good answers."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and not parameter.get("description"):
            parameter["description"] = _IN_ADDRESS[parameter["name"]]
    for status, answer in operation["responses"].items():
        answer["description"] = answer.get("description") or _GOOD.get(status, "")
