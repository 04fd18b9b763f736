"""Fields of forms that clean to a period."""

import pytest
from django.core.exceptions import ValidationError

from evaluations.ledger.fields import MonthField, PeriodField
from evaluations.ledger.periods import Period


@pytest.mark.parametrize("text", ["2026-10", "2026-Q3", "2026", " 2026-10 "])
def test_a_period_is_what_its_text_names(text):
    assert PeriodField().clean(text) == Period.parse(text.strip())


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "soon", "2026-10-01"])
def test_what_names_no_period_is_refused_with_how_to_write_one(text):
    with pytest.raises(ValidationError, match="2026-10, 2026-Q3 or 2026"):
        PeriodField().clean(text)


def test_a_month_is_no_quarter_and_no_year():
    assert MonthField().clean("2026-10") == Period.parse("2026-10")
    for text in ("2026-Q3", "2026", "2026-13"):
        with pytest.raises(ValidationError, match=r"Write the month as 2026-10\."):
            MonthField().clean(text)


def test_an_empty_period_is_none_unless_it_is_asked_for():
    assert PeriodField(required=False).clean("") is None
    with pytest.raises(ValidationError, match="required"):
        MonthField().clean("")
