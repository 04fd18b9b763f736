"""One function for every export of personal data, so that each leaves a line.

`accounts` keeps the log; rooms below it call this and know nothing of it.
"""

from typing import Any, Protocol

from django.http import HttpRequest


class Log(Protocol):
    def __call__(
        self,
        kind: str,
        /,
        *,
        request: HttpRequest | None,
        what: str,
        rows: int | None,
        employee_id: int | None,
        outlet_id: int | None,
    ) -> object: ...


EXPORT, VIEWED, IMPORT = "export", "personal_data_viewed", "import"
_logs: list[Log] = []


def log_with(log: Log) -> None:
    """Have `log` keep what is recorded; `accounts` calls this once."""
    _logs[:] = [log]


def record_export(
    request: HttpRequest | None,
    *,
    what: str,
    rows: int | None,
    employee_id: int | None = None,
    outlet_id: int | None = None,
) -> None:
    """Log that personal data left the product: `rows` rows of `what`; None: uncounted.

    `request` None: a command or job, which the log names by itself. `what` is a short
    English code such as "standings"; the ids say whom or what it concerned, if one.
    """
    _record(EXPORT, request, what, rows, employee_id, outlet_id)


def record_viewing(
    request: HttpRequest | None,
    *,
    what: str,
    employee_id: int | None = None,
    outlet_id: int | None = None,
) -> None:
    """Log that somebody read the personal data of one person."""
    _record(VIEWED, request, what, None, employee_id, outlet_id)


def record_import(*, what: str, rows: int) -> None:
    """Log that a file was loaded: `what` names its kind and the file."""
    _record(IMPORT, None, what, rows, None, None)


def _record(
    kind: str,
    request: HttpRequest | None,
    what: str,
    rows: int | None,
    employee_id: int | None,
    outlet_id: int | None,
) -> None:
    for log in _logs:
        log(
            kind,
            request=request,
            what=what,
            rows=rows,
            employee_id=employee_id,
            outlet_id=outlet_id,
        )


class PersonalData:
    """Mixed into an API view whose answers are about people: each call is logged.

    `personal_data` says what it gives out. A list is an export; one person is a view.
    """

    personal_data = ""

    def finalize_response(
        self, request: Any, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if answer.status_code == 200 and request.method == "GET":
            data = getattr(answer, "data", None)
            if isinstance(data, dict) and "results" in data:
                rows = len(data["results"])
                record_export(request._request, what=self.personal_data, rows=rows)
            else:
                record_viewing(request._request, what=self.personal_data)
        return answer
