"""How the questions of the bank do, summed by the database; no person stands in it."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from evaluations.knowledge.models import (
    QuestionVersion,
    Sitting,
    SittingQuestion,
    SittingState,
)
from evaluations.knowledge.rules.figures import ItemSums

# `rest` is the share of the weight that the same test gave on its other questions; NULL
# where it had none. What differs from a mean is summed, and not what is then taken from
# one another: in large sums the figures would drown.
_SUMS = """
WITH told AS (
    SELECT asked.sitting_id, asked.version_id, version.weight,
        CASE WHEN asked."right" THEN 1 ELSE 0 END AS knew
    FROM {asked} asked
    JOIN {sitting} sitting ON sitting.id = asked.sitting_id
    JOIN {version} version ON version.id = asked.version_id
    WHERE sitting.state = %s AND sitting.week >= %s
), weighed AS (
    SELECT version_id, weight, knew,
        SUM(weight) OVER (PARTITION BY sitting_id) AS whole,
        SUM(weight * knew) OVER (PARTITION BY sitting_id) AS got
    FROM told
), met AS (
    SELECT version_id, knew,
        CASE WHEN whole > weight THEN knew END AS paired,
        CASE WHEN whole > weight THEN
            CAST(got - weight * knew AS double precision) / (whole - weight)
        END AS rest
    FROM weighed
), apart AS (
    SELECT version_id, knew, paired, rest,
        paired - AVG(CAST(paired AS double precision))
            OVER (PARTITION BY version_id) AS knew_apart,
        rest - AVG(rest) OVER (PARTITION BY version_id) AS rest_apart
    FROM met
)
SELECT version_id, COUNT(*), SUM(knew),
    MIN(paired) < MAX(paired) AND MIN(rest) < MAX(rest),
    SUM(knew_apart * rest_apart),
    SUM(knew_apart * knew_apart),
    SUM(rest_apart * rest_apart)
FROM apart GROUP BY version_id
"""


def sums_since(first: date) -> Iterator[ItemSums]:
    """Yield the sums of each version over tests submitted in weeks from `first` on.

    One query and one row a version, however many have answered.
    """
    tables = {"asked": SittingQuestion, "sitting": Sitting, "version": QuestionVersion}
    quote = connection.ops.quote_name
    sql = _SUMS.format(**{k: quote(m._meta.db_table) for k, m in tables.items()})
    with connection.cursor() as cursor:
        week = connection.ops.adapt_datefield_value(first)
        cursor.execute(sql, [SittingState.DONE, week])
        for version, answers, right, varies, *sums in cursor:
            products, knew, rest = (float(value or 0) for value in sums)
            yield ItemSums(
                version, answers, int(right), bool(varies), products, knew, rest
            )
