"""The product on a database and a port of its own, for what is run by hand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def served() -> Iterator[str]:
    """Serve the product with its checklists; the address is handed out.

    Settings have to be loaded by then: `prepare()`.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
    )

    from tests.evaluations.standards.factories import ship_standards

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    ship_standards()
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.terminate()
        teardown_databases(databases, verbosity=0)


def prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    # Playwright runs an event loop in this thread, where the factories use the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
