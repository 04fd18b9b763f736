"""`manage.py ship_schemes`: put schemes of the product back where they are missing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from evaluations.rankings.models import PlaceScheme, Scheme, SchemeVersion
from evaluations.rankings.shipped import SHIPPED, SHIPPED_PLACES, ship, ship_places


class Command(BaseCommand):
    help = "Put schemes that come with the product back where they are missing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for code, number in SHIPPED:
            ship(Scheme.objects, SchemeVersion.objects, code, number)
        for code, number in SHIPPED_PLACES:
            ship_places(PlaceScheme.objects, code, number)
        there = ", ".join(code for code, _number in (*SHIPPED, *SHIPPED_PLACES))
        self.stdout.write(f"ship_schemes: {there} are there")
