"""Clients that stop and resume at random while others write.

    DATABASE_URL=postgres://… python -m tests.evaluations.feed.trials --trials 1000

Each trial has its own seed (what fails is repeated with `--first SEED --trials 1`),
a client that starts from nothing with a sight of its own, and two writers at the same
time: people, outlets, published runs, revisions, revocations, deletions, moves, days
that pass, and changes of what the client may see. In the end what the client holds must
be the full export. On SQLite writers and client take turns.
"""

import argparse
import os
import random
import time
from contextlib import contextmanager
from threading import Event, Thread

from benchmarks.scratch import scratch


def trial(chain, seed: int, *, at_once: bool) -> dict:
    """Return how the client's state and the full export differ: {} if they do not."""
    from tests.evaluations.feed.changing import Client, some_account, write_some

    chance = random.Random(seed)
    chain.account = some_account(chance)
    client = Client(chain)
    if not at_once:
        for _number in range(chance.randint(5, 25)):
            if chance.random() < 0.5:
                write_some(chance, chain, pause=False)
            else:
                client.page(chance.randint(1, 40))
    else:
        over, failed = Event(), []
        writers = [
            Thread(target=_keep_writing, args=(chain, seed * 10 + one, over, failed))
            for one in (1, 2)
        ]
        for writer in writers:
            writer.start()
        for _number in range(chance.randint(3, 9)):
            client.page(chance.randint(1, 60))
            if chance.random() < 0.4:  # stopped for a while
                time.sleep(chance.random() / 50)
        over.set()
        for writer in writers:
            writer.join()
        if failed:
            raise failed[0]
    client.finish()
    return client.differences()


def _keep_writing(chain, seed, over, failed) -> None:
    from django.core.exceptions import ObjectDoesNotExist, ValidationError
    from django.db import DatabaseError, connections

    from tests.evaluations.feed.changing import write_some

    chance = random.Random(seed)
    try:
        while not over.is_set():
            try:
                write_some(chance, chain)
            except (DatabaseError, ObjectDoesNotExist, ValidationError):
                continue  # two writers in each other's way: taken back
    except Exception as error:  # noqa: BLE001 - the trial tells
        failed.append(error)
    finally:
        connections.close_all()


@contextmanager
def _here():
    """Use the migrated database of DATABASE_URL, and empty it first."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("flush", interactive=False, verbosity=0)
    yield connection.vendor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument(
        "--here", action="store_true", help="in a migrated database to be emptied"
    )
    given = parser.parse_args()
    with _here() if given.here else scratch() as where:
        from django.db import connection

        from evaluations.feed.models import Change
        from tests.evaluations.feed.changing import Chain, days_of

        at_once = connection.vendor == "postgresql"
        chain, unequal, began = Chain(), [], time.monotonic()
        with days_of(chain):
            for seed in range(given.first, given.first + given.trials):
                found = trial(chain, seed, at_once=at_once)
                if found:
                    unequal.append(seed)
                    print(f"seed {seed}: {len(found)} rows differ")  # noqa: T201
                    for key, (held, wanted) in list(found.items())[:3]:
                        print(f"  {key}\n    held   {held}\n    wanted {wanted}")  # noqa: T201
                if (seed - given.first + 1) % 50 == 0:
                    done = seed - given.first + 1
                    print(f"{done} done, {len(unequal)} unequal", flush=True)  # noqa: T201
        seconds = time.monotonic() - began
        newest = Change.objects.order_by("-seq").first()
        print(  # noqa: T201
            f"{where}: {len(unequal)} of {given.trials} trials unequal, "
            f"{newest.seq if newest else 0} numbers given, {seconds:.0f} s"
        )
    raise SystemExit(bool(unequal))


if __name__ == "__main__":
    main()
