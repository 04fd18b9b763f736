import pytest

from evaluations.knowledge.rules.marking import faults, is_right, normalised, score


@pytest.mark.parametrize(
    ("kind", "answer", "given", "options", "right"),
    [
        ("single", ["2"], ["2"], 4, True),
        ("single", ["2"], ["1"], 4, False),
        ("single", ["2"], [], 4, False),
        ("multiple", ["1", "3"], ["3", "1"], 4, True),
        ("multiple", ["1", "3"], ["1"], 4, False),
        ("multiple", ["1", "3"], ["1", "2", "3"], 4, False),
        ("true_false", ["0"], ["0"], 0, True),
        ("true_false", ["0"], ["1"], 0, False),
        ("fill", ["10 minutes"], ["\uff11\uff10\u3000MINUTES\u3002"], 0, True),
        ("fill", ["10"], ["100"], 0, False),
        ("fill", ["10"], ["..."], 0, False),
        ("order", [], ["1", "2", "3"], 3, True),
        ("order", [], ["2", "1", "3"], 3, False),
        ("order", [], ["1", "2"], 3, False),
    ],
)
def test_an_answer_is_right_or_wrong_as_a_whole(kind, answer, given, options, right):
    assert is_right(kind, answer, given, options) is right


def test_normalised_keeps_letters_and_digits_in_one_shape():
    assert (
        normalised(" \uff25\uff2e-01 \u5341\u5206\u949f\uff01")
        == "en01\u5341\u5206\u949f"
    )


@pytest.mark.parametrize(
    ("marks", "points"),
    [
        ([(1, True), (1, False)], 5000),
        ([(1, True), (2, False)], 3333),
        ([(2, True), (1, False)], 6667),
        ([(1, True), (7, False)], 1250),
        ([(3, True)], 10000),
        ([(3, False)], 0),
    ],
)
def test_a_score_is_the_weight_answered_rightly_in_hundredths(marks, points):
    assert score(marks) == points


def test_a_test_without_questions_has_no_score():
    with pytest.raises(ValueError, match="questions"):
        score([])


@pytest.mark.parametrize(
    ("kind", "answer", "english", "chinese", "found"),
    [
        ("single", ["1"], ["a", "b"], [], set()),
        ("single", ["3"], ["a", "b"], [], {"answer_single"}),
        ("single", ["1"], ["a"], [], {"few_options"}),
        ("multiple", ["1", "2"], ["a", "a"], ["x"], {"same_options", "uneven_options"}),
        ("multiple", [], ["a", "b"], [], {"answer_multiple"}),
        ("true_false", ["yes"], [], [], {"answer_true_false"}),
        ("fill", ["!"], [], [], {"answer_fill"}),
        ("fill", ["10"], ["a", "b"], [], {"no_options"}),
        ("order", ["1"], ["a", "b"], [], {"answer_order"}),
    ],
)
def test_what_cannot_be_marked_is_named(kind, answer, english, chinese, found):
    assert faults(kind, answer, english, chinese) == found
