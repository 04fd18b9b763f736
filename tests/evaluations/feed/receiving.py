"""A receiver of webhooks on this machine, which can be down."""

import hashlib
import hmac
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Receiver:
    """Keeps what it is sent; answers `status`, and `location` with it if given."""

    def __init__(self):
        self.calls, self.status, self.location = [], 204, ""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook?from=starhall"

    @property
    def events(self):
        """Return all events of calls that were answered well, in order."""
        return [
            event
            for call in self.calls
            if call["status"] < 300
            for event in call["body"]["events"]
        ]

    def deduplicated(self):
        return list({one["event"]: one for one in self.events}.values())


@contextmanager
def receiver():
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            found.calls.append(
                {
                    "path": self.path,
                    "headers": dict(self.headers),
                    "raw": raw,
                    "body": json.loads(raw),
                    "status": found.status,
                }
            )
            self.send_response(found.status)
            if found.location:
                self.send_header("Location", found.location)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def verified(secret: str, call) -> bool:
    """Check a signature as docs/api.md tells a receiver to."""
    headers = call["headers"]
    signed = headers["Starhall-Timestamp"].encode() + b"." + call["raw"]
    wanted = "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return wanted in headers["Starhall-Signature"].split(", ")
