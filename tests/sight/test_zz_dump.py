import pytest

from tests.sight.test_table import law
from tests.sight.test_writes import _changing, _lines
from tests.sight.test_writes import law as wlaw
from tests.sight.world import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("crawl")]


def test_dump(seen):
    stated = law()
    rows = {}
    for (label, which, role), one in seen.items():
        if stated.get((label, which, role)) != one.status:
            rows.setdefault((label, which), {})[role] = one.status
    with open("/tmp/ratings-table.txt", "w") as f:
        for (label, which), _x in rows.items():
            f.write(
                ",".join(
                    [label, which, *(str(seen[label, which, r].status) for r in ROLES)]
                )
                + "   # "
                + str(_x if len(_x) < 11 else "new")
                + "\n"
            )
        f.write("LEAKS\n")
        for k, one in seen.items():
            if one.leaks:
                f.write(f"{k} {one.leaks}\n")
        f.write("WRITES\n")
        f.write("\n".join(_lines(_changing(seen, "POST") - wlaw())) + "\n")
        f.write("GONE\n" + "\n".join(_lines(wlaw() - _changing(seen, "POST"))) + "\n")
        f.write("GET\n" + str({k[0] for k in _changing(seen, "GET")}) + "\n")
        names = {n for one in seen.values() for n in one.through if "feedback" in n}
        f.write(str(names) + "\n")
