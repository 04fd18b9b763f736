from datetime import date

from outlets.flow.charts import day_chart, hour_chart, week_chart
from outlets.flow.rules import Flow, Month, Waits
from outlets.flow.selectors.tickets import DayFlow, HourFlow, WeekHour

DAY = date(2026, 3, 14)
NINE = Flow(arrivals=4, served=2, abandoned=1, waits=Waits.of([60, 840]))
ELEVEN = Flow(arrivals=1, abandoned=1)


def test_bars_show_every_hour_between_the_first_and_the_last():
    spec = hour_chart([HourFlow(DAY, 9, NINE), HourFlow(DAY, 11, ELEVEN)], "arrivals")
    assert spec["x"]["labels"] == ["9:00", "10:00", "11:00"]
    assert [(s["name"], s["values"]) for s in spec["series"]] == [
        ("Served", [2, None, 0]),
        ("Abandoned", [1, None, 1]),
        ("Neither yet", [1, None, 0]),
    ]


def test_lines_show_waits_in_minutes_and_a_gap_where_nobody_was_called():
    spec = hour_chart([HourFlow(DAY, 9, NINE), HourFlow(DAY, 10, ELEVEN)], "waits")
    assert spec["unit"] == "min"
    assert spec["goal"]["value"] == 10
    assert [(s["name"], s["values"]) for s in spec["series"]] == [
        ("90th percentile", [12.7, None]),
        ("Mean wait", [7.5, None]),
    ]


def test_a_month_shows_all_its_days():
    spec = day_chart([DayFlow(DAY, NINE)], Month(date(2026, 3, 1)), "arrivals")
    assert len(spec["x"]["labels"]) == 31
    assert spec["x"]["labels"][13] == "14 Sat"
    assert [i for i, v in enumerate(spec["series"][0]["values"]) if v] == [13]


def test_the_heat_map_starts_at_the_first_hour_and_leaves_out_what_is_undefined():
    cells = [WeekHour(6, 9, 2, NINE), WeekHour(7, 11, 1, ELEVEN)]
    arrivals = week_chart(cells, "arrivals")
    assert arrivals["x"]["labels"] == ["9:00", "10:00", "11:00"]
    assert arrivals["cells"] == [[0, 5, 2.0], [2, 6, 1.0]]
    assert week_chart(cells, "share_over_600")["cells"] == [[0, 5, 50.0]]
    assert week_chart(cells, "wait_mean")["cells"] == [[0, 5, 7.5]]


def test_nothing_makes_an_empty_chart():
    assert hour_chart([], "arrivals")["x"]["labels"] == []
    assert week_chart([], "arrivals")["cells"] == []
