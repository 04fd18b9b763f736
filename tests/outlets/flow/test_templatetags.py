import pytest

from outlets.flow.templatetags.flow import clock, count, decimal, percent, points


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, "–"),
        (0, "0:00"),
        (59.5, "1:00"),
        (125, "2:05"),
        (3599.4, "59:59"),
        (3725, "1:02:05"),
    ],
)
def test_clock(seconds, written):
    assert clock(seconds) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (None, "–"),
        (0, "0.0%"),
        (0.0001, "< 0.1%"),
        (0.1264, "12.6%"),
        (1, "100.0%"),
    ],
)
def test_percent(share, written):
    assert percent(share) == written


@pytest.mark.parametrize(
    ("change", "written"),
    [(None, "–"), (0.0, "±0.0"), (-0.0001, "±0.0"), (0.015, "+1.5"), (-0.1, "−10.0")],
)
def test_points(change, written):
    assert points(change) == written


def test_numbers_have_their_thousands_apart():
    assert (count(None), count(1234567)) == ("–", "1,234,567")
    assert (decimal(None), decimal(1234.56)) == ("–", "1,234.6")
