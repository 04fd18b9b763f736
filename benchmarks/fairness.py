"""How fair adjusted values are, on people whose true level is known.

    python -m benchmarks.fairness [--seeds N] [--people N]

Prints, averaged over the seeds: how many of the best twentieth are found (raw and
adjusted), how many true ranks the 90 % intervals cover, what severe raters cost, and
whether one lucky judgement ever outranks sixty good ones; at last, from which mean of
the peers on it does.
"""

import argparse

import numpy as np

from evaluations.rankings.rules.crossed import Cells
from evaluations.rankings.rules.intervals import rank_intervals
from evaluations.rankings.rules.severity import severity
from evaluations.rankings.rules.shrinkage import (
    Peers,
    Shrunk,
    shrink,
    within_variance,
)
from simulation.judgements import Judgements, ratings, visits, with_two_more

SEVERITY = 10.0
RATERS = 60


def adjusted(drawn: Judgements) -> tuple[np.ndarray, Shrunk]:
    """Return everybody's raw mean, and her adjusted value."""
    people, raters = len(drawn.truth), int(drawn.rater.max()) + 1
    key, inverse = np.unique(drawn.person * raters + drawn.rater, return_inverse=True)
    cells = Cells(
        person=key // raters,
        rater=key % raters,
        count=np.bincount(inverse).astype(float),
        total=np.bincount(inverse, drawn.value),
        squares=np.bincount(inverse, drawn.value**2),
    )
    count = np.bincount(drawn.person, minlength=people).astype(float)
    total = np.bincount(drawn.person, drawn.value, people)
    mean = total / count
    correction = severity(cells)
    if correction.variances is None:
        squares = np.bincount(drawn.person, drawn.value**2, people)
        one = within_variance(count, total, squares)
    else:
        one = correction.variances.residual
    error = one / count + correction.error
    return mean, shrink(mean + correction.shift, error, np.zeros(people, np.int64))


def found_of_the_best(truth: np.ndarray, score: np.ndarray) -> float:
    """Return the share of the true best twentieth among the best by score."""
    places = len(truth) // 20
    best, chosen = np.argsort(-truth)[:places], np.argsort(-score)[:places]
    return len(np.intersect1d(best, chosen)) / places


def covered(truth: np.ndarray, shrunk: Shrunk) -> float:
    """Return the share of people whose true rank lies in their 90 % interval."""
    deviation = np.sqrt(shrunk.variance)
    interval = rank_intervals(shrunk.value, deviation, np.zeros(len(truth), np.int64))
    rank = np.argsort(np.argsort(-truth)) + 1
    return float(np.mean((interval.low <= rank) & (rank <= interval.high)))


def judged(draws: list[Judgements]) -> dict[str, float]:
    raw, fair, cover, likeness, lucky = [], [], [], [], 0
    for drawn in draws:
        mean, shrunk = adjusted(drawn)
        raw.append(found_of_the_best(drawn.truth, mean))
        fair.append(found_of_the_best(drawn.truth, shrunk.value))
        cover.append(covered(drawn.truth, shrunk))
        likeness.append(np.corrcoef(drawn.truth, shrunk.value)[0, 1])
        _mean, two = adjusted(with_two_more(drawn))
        lucky += bool(two.value[-2] >= two.value[-1])
    return {
        "raw": float(np.mean(raw)),
        "adjusted": float(np.mean(fair)),
        "covered": float(np.mean(cover)),
        "correlation": float(np.mean(likeness)),
        "lucky": lucky,
    }


def overtaking_mean(share: float) -> float:
    """Return the peers' mean from which one 100 stands above sixty at 97.

    `share` is the variance between people ÷ that of one judgement. Computed with the
    product's own shrinkage, by bisection.
    """
    judgement, low, high = 300.0, 50.0, 100.0
    while high - low > 1e-6:
        mean = (low + high) / 2
        peers = {0: Peers(mean, share * judgement, 0.0, 0.0)}
        error = np.array([judgement, judgement / 60])
        both = shrink(np.array([100.0, 97.0]), error, np.zeros(2, np.int64), peers)
        if both.value[0] < both.value[1]:
            low = mean
        else:
            high = mean
    return low


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--people", type=int, default=1000)
    options = parser.parse_args()
    seeds, people = range(options.seeds), options.people

    def of_visits(size: float) -> dict[str, float]:
        return judged(
            [visits(s, people=people, raters=RATERS, severity=size) for s in seeds]
        )

    severe, unbiased = of_visits(SEVERITY), of_visits(0.0)
    satisfied = judged([ratings(s, people=people) for s in seeds])
    print(
        f"Fairness over {len(seeds)} seeds, {people} people, 1 to 200 judgements each"
    )
    head = ("visits, severity ±10", "visits, no severity", "ratings, satisfied or not")
    print(f"  {'':44}" + "".join(f"{name:>27}" for name in head))
    rows = [severe, unbiased, satisfied]
    lines = {
        "best 5 %: found by raw means": "raw",
        "best 5 %: found by adjusted values": "adjusted",
        "true ranks inside the 90 % interval": "covered",
        "correlation of adjusted value and truth": "correlation",
        "seeds where one 100 outranks sixty at 97": "lucky",
    }
    for label, key in lines.items():
        print(f"  {label:44}" + "".join(f"{row[key]:27.3f}" for row in rows))
    ratios = [row["adjusted"] / row["raw"] for row in rows]
    label = "adjusted ÷ raw (wanted: 1.3 or more)"
    print(f"  {label:44}" + "".join(f"{ratio:25.2f} x" for ratio in ratios))
    loss = unbiased["correlation"] - severe["correlation"]
    print(f"  correlation lost to severe raters (wanted: 0.02 at most): {loss:.4f}")
    print("One 100 stands above sixty at 97 where the mean of the peers is at least")
    for part in (10, 100, 10_000):
        mean = overtaking_mean(1 / part)
        print(f"  {mean:.2f} if people differ by 1/{part} of a judgement's variance")
    print("  (above 97 sixty at 97 are below average, and one record says little)")


if __name__ == "__main__":
    main()
