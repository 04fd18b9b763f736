"""Fifty pads tap for a minute: every mark counted once, and how long a tap takes.

    DATABASE_URL=postgres://… python -m benchmarks.ratings [--pads 50] [--ratings 1000]

The product is served by gunicorn as the Procfile has it, two processes of four threads;
each pad is a browser of its own that sends one tap as the pad's page does, waits, and
sends the next. One in ten is sent twice, and at the end each sends all that it sent
once more, as after a network that broke off. The minute is real.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from uuid import uuid4

from benchmarks.scratch import scratch
from benchmarks.watching import processor_of

BUDGET_MS = 250
PADS_AT_AN_OUTLET = 5
CSRF = "bench" * 6 + "ab"  # 32 characters, as a token of the cookie has
PATH = "/feedback/pad/taps/"


class Pad(threading.Thread):
    """One tablet: `taps` marks spread over `seconds`, one request each."""

    def __init__(self, port: int, token: str, taps: int, seconds: float, late: float):
        super().__init__(daemon=True)
        self._port, self._token = port, token
        self._taps, self._pause, self._late = taps, seconds / taps, late
        self.sent: list[dict[str, object]] = []
        self.ms: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        begins = time.perf_counter() + self._late
        for number in range(self._taps):
            time.sleep(max(begins + number * self._pause - time.perf_counter(), 0))
            tap = {"uuid": str(uuid4()), "score": 1 + number % 5, "tapped_at": _now()}
            self.sent.append(tap)
            started = time.perf_counter()
            self._send([tap], "accepted")
            self.ms.append(1000 * (time.perf_counter() - started))
            if number % 10 == 0:
                self._send([tap], "known")

    def send_again(self) -> None:
        self._send(self.sent, "known")

    def _send(self, taps: list, expected: str) -> None:
        # A line of its own for each tap: the server ends one that is idle for longer.
        body = json.dumps({"sent_at": _now(), "taps": taps})
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"device={self._token}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        line = HTTPConnection("127.0.0.1", self._port, timeout=60)
        line.request("POST", PATH, body, headers)
        answer = line.getresponse()
        text = answer.read()
        line.close()
        if answer.status != 200:
            self.wrong.append(f"{answer.status} {text[:200]!r}")
            return
        results = {one["result"] for one in json.loads(text)["results"]}
        if results != {expected}:
            self.wrong.append(f"{results} instead of {expected}")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pads", type=int, default=50)
    parser.add_argument("--ratings", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    each = given.ratings // given.pads
    with scratch() as machine:
        tokens = _pads(given.pads)
        port = _free_port()
        server = _serve(port)
        try:
            _wait_for(port)
            pads = [
                Pad(
                    port,
                    token,
                    each,
                    given.seconds,
                    n * given.seconds / each / len(tokens),
                )
                for n, token in enumerate(tokens)
            ]
            before = _processor(server)
            _begin_and_end(pads)
            spent = _processor(server) - before
            for pad in pads:
                pad.send_again()
        finally:
            server.terminate()
            server.wait(timeout=30)
        return _told(machine, pads, each * len(tokens), spent)


def _pads(number: int) -> list[str]:
    """Make outlets, counters with somebody there, and tablets; return credentials."""
    from django.db import connection
    from django.utils import timezone

    from evaluations.feedback.models import Counter, CounterStint
    from outlets.places.models import Outlet, Region
    from staffing.accounts.models import Device
    from staffing.accounts.services.credentials import issue
    from staffing.people.models import Assignment, Employee, User

    now = timezone.now()
    region = Region.objects.create(code="R", name="R", level="county")
    by = User.objects.create(username="lead")
    tokens = []
    for n in range(number):
        outlet, _made = Outlet.objects.get_or_create(
            code=f"O{n // PADS_AT_AN_OUTLET}", defaults={"name": "O", "region": region}
        )
        person = Employee.objects.create(number=f"E{n}", name=f"E{n}", post="clerk")
        Assignment.objects.create(
            employee=person, outlet=outlet, starts_on=now.date() - timedelta(days=9)
        )
        device = Device.objects.create(
            outlet=outlet, name=f"P{n}", added_by=by, enrolled_by=by, enrolled_at=now
        )
        counter = Counter.objects.create(
            outlet=outlet,
            name=str(n),
            device=device,
            bound_at=now - timedelta(hours=1),
            added_by=by,
        )
        CounterStint.objects.create(
            counter=counter,
            employee=person,
            begins_at=now - timedelta(hours=1),
            said_by=by,
        )
        tokens.append(issue(device, now))
    connection.close()
    return tokens


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _serve(port: int) -> subprocess.Popen:
    """Serve as the Procfile does. Here customers come every three seconds: no rest."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ALLOWED_HOSTS": "127.0.0.1",
        "FEEDBACK_PAD_REST_SECONDS": "0",
    }
    gunicorn = Path(sys.executable).parent / "gunicorn"
    words = f"config.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4"
    return subprocess.Popen(
        [str(gunicorn), *words.split(), "--log-level", "warning"], env=environment
    )


def _wait_for(port: int) -> None:
    for _try in range(300):
        try:
            line = HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/feedback/pad/worker.js")
            line.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            line.close()
            return
    raise TimeoutError("the server did not come up within a minute")


def _processor(server: subprocess.Popen) -> float:
    """Return the processor seconds of the server's processes so far."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return sum(processor_of(int(pid)) or 0 for pid in children.split())


def _begin_and_end(pads: list[Pad]) -> None:
    for pad in pads:
        pad.start()
    for pad in pads:
        pad.join()


def _told(machine: str, pads: list[Pad], expected: int, spent: float) -> int:
    from evaluations.feedback.models import Rating, SetAside

    ms = sorted(one for pad in pads for one in pad.ms)
    wrong = [one for pad in pads for one in pad.wrong]
    counted, aside = Rating.objects.count(), SetAside.objects.count()
    named = Rating.objects.filter(employee__isnull=False).count()
    p95 = ms[int(0.95 * len(ms))]
    print(f"ratings: {machine}, load {os.getloadavg()[0]:.1f}")
    print(f"{expected} taps of {len(pads)} pads: {counted} counted, {aside} set aside")
    print(f"{named} about a person; {len(wrong)} answers other than expected")
    print(
        f"a tap: p50 {median(ms):.0f} ms, p95 {p95:.0f} ms, most {ms[-1]:.0f} ms; "
        f"budget p95 {BUDGET_MS} ms"
    )
    requests = sum(1 for pad in pads for _tap in pad.sent) * 11 / 10
    print(f"{1000 * spent / requests:.1f} ms of the server's processor a request")
    for one in wrong[:5]:
        print(one)
    good = counted == expected == named and not aside and not wrong
    print("held" if good and p95 <= BUDGET_MS else "NOT HELD")
    return 0 if good and p95 <= BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
