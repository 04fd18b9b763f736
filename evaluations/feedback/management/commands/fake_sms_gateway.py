"""`manage.py fake_sms_gateway`: a gateway on this machine that sends to nobody.

It speaks real HTTP as `evaluations.feedback.gateway` does, keeps what it is given in
memory, and lets a share of the customers reply to the product's own address.
"""

import json
import threading
import time
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand

from evaluations.feedback.gateway import signature

MOST_BYTES = 10_000
TIMEOUT_S = 10
# Marks of customers who reply, from 5 down to 1, and how many of a hundred give them.
MARKS = ("5", "4", "3", "2", "1")
WEIGHTS = (62, 24, 7, 4, 3)


class FakeGateway:
    """Holds what was sent; each key once. `reply` False: customers stay silent."""

    def __init__(
        self, *, port: int, replies_to: str, secret: str, token: str, share: float = 0
    ) -> None:
        self.sent: dict[str, dict[str, str]] = {}
        self.failing = 0  # so many calls are answered 503 first
        self._replies_to, self._secret, self._share = replies_to, secret, share
        self._chance, self._lock = Random(port), threading.Lock()  # noqa: S311 - a fake
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self, token))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self) -> None:
        self._server.serve_forever()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, message: dict[str, str]) -> int:
        """Take one message and return the status of the answer."""
        with self._lock:
            if self.failing:
                self.failing -= 1
                return 503
            if not message["to"].lstrip("+").isdigit():
                return 422
            again = message["key"] in self.sent
            self.sent[message["key"]] = message
            replies = not again and self._chance.random() < self._share
            mark = self._chance.choices(MARKS, WEIGHTS)[0]
        if replies:
            later = threading.Timer(1.0, self.reply, (message["key"], mark))
            later.daemon = True
            later.start()
        return 202

    def reply(self, key: str, text: str) -> int:
        """Hand on a reply as a gateway does, signed; return the status."""
        body = json.dumps({"key": key, "text": text}).encode()
        at = str(int(time.time()))
        signed = f"t={at},v1={signature(self._secret, at, body)}"
        answer = requests.post(
            self._replies_to,
            data=body,
            headers={"X-Signature": signed, "Content-Type": "application/json"},
            timeout=TIMEOUT_S,
        )
        return answer.status_code


def _handler(gateway: FakeGateway, token: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - named by the library
            self.send_response(self._status())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _status(self) -> int:
            if self.path != "/messages":
                return 404
            if self.headers.get("Authorization") != f"Bearer {token}":
                return 401
            length = min(int(self.headers.get("Content-Length", 0)), MOST_BYTES)
            try:
                said = json.loads(self.rfile.read(length))
                message = {name: str(said[name]) for name in ("key", "to", "text")}
            except (ValueError, KeyError, TypeError):
                return 400
            return gateway.take(message)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing: numbers have no place in a log."""

    return Handler


class Command(BaseCommand):
    help = "Serve a gateway for rating SMS on this machine that sends to nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8190)
        parser.add_argument(
            "--replies-to", default="http://127.0.0.1:8000/feedback/sms/replies/"
        )
        parser.add_argument(
            "--share", type=float, default=0.2, help="share of customers who reply"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        gateway = FakeGateway(
            port=options["port"],
            replies_to=options["replies_to"],
            secret=settings.FEEDBACK_SMS_SECRET,
            token=settings.FEEDBACK_SMS_TOKEN,
            share=options["share"],
        )
        self.stdout.write(f"fake gateway at {gateway.address}, sends to nobody")
        gateway.serve()
