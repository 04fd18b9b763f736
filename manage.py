#!/usr/bin/env python
"""Django's command line for Starhall."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from outlets.exchange.acting import acting


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        # The history names the command where no person acts.
        with acting(name=f"system: {' '.join(sys.argv[1:2]) or 'manage.py'}"):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Starhall cannot start. {error}")


if __name__ == "__main__":
    main()
