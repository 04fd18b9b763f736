import pytest

from evaluations.knowledge.rules.figures import ItemFigures, Marked, item_figures


def marks(*sittings):
    """Each sitting is a text of 1 and 0, one question after the other."""
    return [
        Marked(sitting, item, 1, sign == "1")
        for sitting, text in enumerate(sittings)
        for item, sign in enumerate(text)
    ]


def test_difficulty_is_the_share_that_was_right():
    figures = item_figures(marks("110", "100", "111", "100"))
    assert [figures[item].difficulty for item in range(3)] == [1.0, 0.5, 0.25]
    assert figures[0].answers == 4


def test_discrimination_leaves_the_item_itself_out():
    # Of item 0 against the mean of the others: (1, 1), (1, 1/2), (0, 1/2), (0, 0).
    figures = item_figures(marks("111", "110", "001", "000"))
    assert figures[0].discrimination == pytest.approx(0.70711, abs=1e-5)
    # Who knows it does worse on the others.
    assert item_figures(marks("100", "100", "011", "011"))[0].discrimination == -1


def test_where_nothing_varies_there_is_no_discrimination():
    assert item_figures(marks("11", "10"))[0].discrimination is None
    assert item_figures(marks("1", "0"))[0].discrimination is None


def test_weights_count_in_the_score_on_the_others():
    told = [
        Marked(1, 1, 1, True),
        Marked(1, 2, 3, True),
        Marked(1, 3, 1, False),
        Marked(2, 1, 1, False),
        Marked(2, 2, 3, False),
        Marked(2, 3, 1, True),
        Marked(3, 1, 1, False),
        Marked(3, 2, 3, False),
        Marked(3, 3, 1, False),
    ]
    # The others of item 1 give 3/4, 1/4 and 0.
    assert item_figures(told)[1].discrimination == pytest.approx(0.94491, abs=1e-5)


@pytest.mark.parametrize(
    ("answers", "difficulty", "discrimination", "flags"),
    [
        (29, 0.1, -0.5, []),
        (30, 0.1, 0.3, ["hard"]),
        (30, 0.96, None, ["easy"]),
        (30, 0.5, 0.05, ["weak"]),
        (30, 0.5, -0.05, ["misleading"]),
        (30, 0.5, 0.1, []),
    ],
)
def test_odd_questions_are_flagged(answers, difficulty, discrimination, flags):
    assert ItemFigures(1, answers, difficulty, discrimination).flags == flags
