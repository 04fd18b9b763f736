"""Many open pages of one floor: what they ask of the database, page by page.

    DATABASE_URL=postgres://… python -m benchmarks.floor [--pages 200] [--minutes 2]

As many people as there are pages, each signed in with a browser of her own, look at
one floor that has a day of tickets. Every page looks again every 15 seconds, the pages
spread evenly over them, as the clock of the benchmark goes; the answers are counted
with all their queries.
"""

import argparse
from datetime import timedelta
from time import perf_counter
from unittest.mock import patch

from benchmarks.scratch import scratch

TICKETS = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=2)
    given = parser.parse_args()
    with scratch() as machine:
        from django.core.cache import cache
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext
        from django.urls import reverse
        from django.utils import timezone

        from outlets.flow.models import Ticket
        from outlets.flow.views.floor import LOOK_AGAIN_S
        from outlets.places.models import Outlet, Region
        from staffing.people.models import RoleGrant, User

        cache.clear()
        region = Region.objects.create(code="R", name="R", level="county")
        outlet = Outlet.objects.create(code="F", name="F", region=region)
        begin = timezone.now()
        day = begin.astimezone(outlet.zone).date()
        Ticket.objects.bulk_create(
            Ticket(
                outlet=outlet,
                date=day,
                ticket_no=str(n),
                arrived_at=begin - timedelta(seconds=20 * n),
                called_at=begin if n > 6 else None,
                employee_number=f"E{n % 5}",
            )
            for n in range(TICKETS)
        )
        pages = []
        for n in range(given.pages):
            user = User.objects.create(username=f"u{n}")
            RoleGrant.objects.create(
                user=user, role="store_manager", outlet=outlet, starts_on=day
            )
            client = Client()
            client.force_login(user)
            pages.append(client)
        address = reverse("flow:floor", args=[outlet.code])
        seconds = 60 * given.minutes
        looks = queries = reads = 0
        busy = 0.0
        for second in range(seconds):
            with patch("outlets.flow.views.floor.timezone") as clock:
                clock.now.return_value = begin + timedelta(seconds=second)
                for client in pages[second % LOOK_AGAIN_S :: LOOK_AGAIN_S]:
                    with CaptureQueriesContext(connection) as seen:
                        before = perf_counter()
                        answer = client.get(address, headers={"HX-Request": "true"})
                        busy += perf_counter() - before
                    if answer.status_code != 200:
                        raise RuntimeError(f"{address} answers {answer.status_code}")
                    looks += 1
                    queries += len(seen)
                    reads += sum('"flow_ticket"' in query["sql"] for query in seen)
        page_seconds = given.pages * seconds
        print(f"{given.pages} open pages of one floor, {seconds} s; {machine}")
        for what, number in (
            ("looks", looks),
            ("queries, all", queries),
            ("queries that read tickets", reads),
        ):
            print(f"{what:28}{number:8} {number / seconds:9.2f} a second")
        print(f"queries per page and second {queries / page_seconds:18.3f}")
        print(f"of one core, for all pages  {busy / seconds:18.1%}")


if __name__ == "__main__":
    main()
