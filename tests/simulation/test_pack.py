import json
from datetime import date

from outlets.exchange.readers import open_rows
from simulation.chain.plan import Plan
from simulation.chain.rows import COLUMNS
from simulation.chain.world import World
from simulation.pack import write_pack

PLAN = Plan(outlets=3, months=1, seed=11, until=date(2026, 11, 12), ticket_days=5)


def test_write_pack_gives_the_same_bytes_for_the_same_plan(tmp_path):
    for folder in ("one", "two"):
        list(write_pack(World(PLAN), tmp_path / folder))
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names[0] == "01_regions.csv.gz"
    assert names[-1] == "truth.json"
    assert len(names) == len(COLUMNS) + 1
    for name in names:
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    # A gzip header keeps a time in bytes 4 to 8: none, or tomorrow's would differ.
    assert (tmp_path / "one" / names[0]).read_bytes()[4:8] == bytes(4)


def test_write_pack_gives_another_chain_for_another_seed(tmp_path):
    other = Plan(3, 1, 12, date(2026, 11, 12), 5)
    list(write_pack(World(PLAN), tmp_path / "one"))
    list(write_pack(World(other), tmp_path / "two"))
    one, two = (
        json.loads((tmp_path / folder / "truth.json").read_text())
        for folder in ("one", "two")
    )
    assert one["employees"] != two["employees"]


def test_write_pack_counts_the_rows_that_a_reader_finds(tmp_path):
    for path, rows in write_pack(World(PLAN), tmp_path):
        if path.suffix == ".gz":
            with open_rows(path) as lines:
                assert sum(1 for _line in lines) == rows + 1
