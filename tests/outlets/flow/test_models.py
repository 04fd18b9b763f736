import pytest
from django.db import connection

from outlets.flow.models import ServerDay, Ticket, Transaction


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Ticket, Transaction, ServerDay])
def test_the_rows_of_one_number_are_found_without_reading_all(model):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # an empty table is read faster as it is
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = model.objects.filter(employee_number="E00001").explain()
    names = [index.name for index in model._meta.indexes]
    assert any(name in plan for name in names), plan
