"""A client of the Starhall API for HR systems: one file, nothing but Python itself.

    client = Client("https://starhall.example", client_id, client_secret)
    for award in client.awards("2026-10"):
        print(award["title"], award["winners"])

    held = Copy()                       # everything the token may see, kept up to date
    for change in client.changes(held.cursor):
        held.apply(change)

Copy it into your project; docs/api.md explains each call.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

DEFAULT_SCOPES = ("registry:read", "rankings:read", "awards:read")
# One call: method, address, headers, body -> status, headers, body.
Send = Callable[
    [str, str, Mapping[str, str], bytes | None], tuple[int, Mapping[str, str], bytes]
]


class Change(TypedDict):
    """One row as it is now; `row` is None where it is to be dropped."""

    kind: str
    id: str
    sequence: int
    deleted: bool
    row: dict[str, Any] | None


class Problem(Exception):
    """What the API refused, by its stable `code`; see docs/api.md."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


class Resync(Problem):
    """The cursor is too old: empty your copy and read without one."""


@dataclass
class Copy:
    """What you hold: rows by kind and id, and where to go on. Store both together."""

    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    cursor: str | None = None

    def apply(self, page: "Page") -> None:
        for change in page.changes:
            key = (change["kind"], change["id"])
            if change["row"] is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = change["row"]
        self.cursor = page.cursor

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [row for (name, _id), row in self.rows.items() if name == kind]


@dataclass(frozen=True)
class Page:
    """Changes in order, and the cursor to store once they are applied."""

    changes: list[Change]
    cursor: str


def _send(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None
) -> tuple[int, Mapping[str, str], bytes]:
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"no web address: {url}")
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


class Client:
    """Calls with a token that it gets and renews itself.

    `send` makes one HTTP call; give your own to use another library.
    """

    def __init__(
        self,
        address: str,
        client_id: str,
        client_secret: str,
        *,
        scopes: tuple[str, ...] = DEFAULT_SCOPES,
        language: str = "en",
        send: Send = _send,
    ) -> None:
        self.base = address.rstrip("/") + "/api/v1"
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._scopes, self._language, self._send = scopes, language, send
        self._token, self._until = "", 0.0

    # --- Reading ------------------------------------------------------------------

    def awards(
        self, period: str, status: str = "published"
    ) -> Iterator[dict[str, Any]]:
        """Yield the award lists of a period ("2026-10"), each with its winners."""
        query = {"period": period, "status": status, "limit": "1000"}
        return self.pages("/awards/", query)

    def standings(self, run: int, **query: str) -> Iterator[dict[str, Any]]:
        return self.pages(f"/rankings/{run}/standings/", {"limit": "1000", **query})

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list, page after page."""
        url: str | None = f"{self.base}{path}?{urllib.parse.urlencode(query)}"
        while url:
            page = self.call("GET", url)
            yield from page["results"]
            url = page["next"]

    def changes(self, cursor: str | None = None, limit: int = 1000) -> Iterator[Page]:
        """Yield pages of the feed until there is nothing more now.

        Stop anywhere: with the cursor of the last page you applied you go on later.
        Raises Resync where the cursor is too old.
        """
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        url: str | None = f"{self.base}/changes/?{urllib.parse.urlencode(query)}"
        while url:
            page = self.call("GET", url)
            yield Page(page["results"], page["cursor"])
            url = page["next"]

    # --- Bulk exports -------------------------------------------------------------

    def export(
        self, form: str = "ndjson", kinds: tuple[str, ...] = (), *, poll: float = 2.0
    ) -> dict[str, Any]:
        """Have an export written, wait for it, and return it with its manifest."""
        asked = {"format": form, "kinds": list(kinds)}
        found = self.call("POST", f"{self.base}/exports/", asked)
        while found["state"] in ("waiting", "running"):
            time.sleep(poll)
            found = self.call("GET", f"{self.base}/exports/{found['id']}/")
        if found["state"] != "done":
            raise Problem(0, "export_failed", f"the export is {found['state']}")
        return dict(found)

    def download(self, file: Mapping[str, Any], begun: bytes = b"") -> bytes:
        """Return a file of a manifest, going on after what you have; it is checked."""
        headers = {"If-Range": f'"{file["sha256"]}"'}
        if begun:
            headers["Range"] = f"bytes={len(begun)}-"
        status, _headers, body = self._call("GET", file["url"], None, headers)
        content = begun + body if status == 206 else body
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise Problem(0, "damaged", "the file is not what the manifest says")
        return content

    # --- Calls --------------------------------------------------------------------

    def call(self, method: str, url: str, body: Any = None) -> Any:
        """Make one call; return what it answered. Raises Problem."""
        _status, _headers, content = self._call(method, url, body, {})
        return json.loads(content) if content else None

    def _call(
        self, method: str, url: str, body: Any, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent = None if body is None else json.dumps(body).encode()
        for attempt in range(5):
            given = {
                "Authorization": f"Bearer {self._fresh_token()}",
                "Accept-Language": self._language,
                "Content-Type": "application/json",
                **headers,
            }
            status, answered, content = self._send(method, url, given, sent)
            if status == 401 and not attempt:
                self._token = ""
            elif status == 429:
                time.sleep(float(answered.get("Retry-After") or 1))
            else:
                break
        if status >= 400:
            raise _problem(status, content)
        return status, answered, content

    def _fresh_token(self) -> str:
        if not self._token or time.monotonic() > self._until:
            form = {"grant_type": "client_credentials", "scope": " ".join(self._scopes)}
            status, _headers, content = self._send(
                "POST",
                f"{self.base}/oauth/token/",
                {
                    "Authorization": f"Basic {self._basic}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                urllib.parse.urlencode(form).encode(),
            )
            said = json.loads(content)
            if status != 200:
                raise Problem(status, said.get("error", ""), "no token was given")
            self._token = said["access_token"]
            self._until = time.monotonic() + said["expires_in"] - 60
        return self._token


def _problem(status: int, content: bytes) -> Problem:
    try:
        said = json.loads(content)
    except ValueError:
        said = {}
    kind = Resync if said.get("code") == "resync" else Problem
    return kind(status, said.get("code", ""), said.get("detail", ""))


def verify(
    secret: str, timestamp: str, signature: str, body: bytes, *, within: int = 300
) -> bool:
    """Tell whether a webhook's call is ours and no older than `within` seconds.

    `timestamp` and `signature` are the headers Starhall-Timestamp and
    Starhall-Signature, `body` the bytes as they came. While a secret is being replaced
    there are two signatures; one that fits is enough.
    """
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > within:
        return False
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    wanted = "v1=" + signed.hexdigest()
    found = [one.strip() for one in signature.split(",")]
    return any(hmac.compare_digest(wanted, one) for one in found)
