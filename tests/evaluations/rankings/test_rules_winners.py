from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.winners import Candidate, select

candidates = st.lists(
    st.builds(
        Candidate,
        key=st.uuids(),
        place=st.integers(0, 2),
        order=st.integers(1, 6),
        eligible=st.booleans(),
    ),
    max_size=25,
)


@given(candidates, st.integers(1, 4), st.integers(1, 5))
def test_select_takes_whom_fewer_than_the_places_beat(people, places, least):
    chosen = {one.key for one in select(people, places=places, least_ranked=least)}
    for one in people:
        peers = [other for other in people if other.place == one.place]
        better = [o for o in peers if o.eligible and o.order < one.order]
        wins = one.eligible and len(peers) >= least and len(better) < places
        assert (one.key in chosen) == wins


def test_select_shares_the_last_place_only_between_equals():
    people = [
        Candidate("a", 1, 1, eligible=False),
        Candidate("b", 1, 2, eligible=True),
        Candidate("c", 1, 3, eligible=True),
        Candidate("d", 1, 3, eligible=True),
        Candidate("e", 1, 5, eligible=True),
    ]
    keys = [one.key for one in select(people, places=2, least_ranked=5)]
    assert keys == ["b", "c", "d"]
    assert select(people, places=2, least_ranked=6) == []
