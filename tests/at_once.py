"""Doing things at the same moment, on a database that really runs them at once."""

from threading import Barrier, Thread

from django.db import connections


def at_once(*actions):
    """Start all actions together; return the exceptions that they raised."""
    barrier, raised = Barrier(len(actions)), []

    def run(action):
        try:
            barrier.wait()
            action()
        except Exception as error:  # noqa: BLE001 whatever it is fails the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
