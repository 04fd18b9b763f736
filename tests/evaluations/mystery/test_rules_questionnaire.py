"""What has to be mended before a questionnaire may be published, and what changed."""

import pytest

from evaluations.mystery.rules.questionnaire import changes, problems


def line(code="P1", **said):
    """Return a question as a draft tells it: one of yes or no, worth 5 points."""
    return {
        "code": code,
        "section": "process",
        "kind": "yes_no",
        "title_en": f"Asked {code}?",
        "title_zh": f"问题 {code}",
        "guide_en": "",
        "guide_zh": "",
        "weight": 5,
        "bonus": False,
        "critical": False,
        "required": True,
        "options": [],
        "bands": [],
        "condition": None,
        "evidence": "",
    } | said


def choice(*percents, code="A1", **said):
    options = [
        {"code": f"c{n}", "en": f"choice {n}", "zh": f"选项 {n}", "percent": percent}
        for n, percent in enumerate(percents)
    ]
    return line(code, kind="choice", options=options, **said)


def number(*bands, code="S1"):
    told = [{"up_to": up_to, "percent": percent} for up_to, percent in bands]
    return line(code, section="speed", kind="number", bands=told)


def found(*questions):
    """Return the problems as (code, question), warnings marked with a *."""
    return [
        (f"{one.code}*" if one.warning else one.code, one.question)
        for one in problems(questions)
    ]


def after(question, *answers):
    return {"question": question, "answers": list(answers)}


def test_a_whole_questionnaire_has_nothing_to_mend():
    assert (
        found(
            line("P1", critical=True),
            choice(100, 50, 0),
            number(("5", 100), ("10", 50), (None, 0)),
            line("P2", weight=0, kind="text"),
            line("P3", bonus=True),
            line("P4", kind="scale", condition=after("A1", "c1", "na")),
        )
        == []
    )


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (line("", weight=3), "code_missing"),
        (line(section="hall"), "section"),
        (line(kind="stars"), "kind"),
        (line(title_en=" "), "title"),
        (line(title_zh=""), "title_chinese*"),
        (line(guide_en="Look.", guide_zh=""), "guide_chinese*"),
        (line(weight=101), "weight"),
        (line(weight=-1), "weight"),
        (line(kind="text"), "weight_of_words"),
        (line(kind="evidence"), "weight_of_words"),
        (line(critical=True, weight=0), "critical_weight"),
        (line(critical=True, bonus=True), "critical_bonus"),
        (choice(100), "few_choices"),
        (choice(100, 101), "choice_percent"),
        (number(), "no_bands"),
        (number(("5", 100), ("10", 0)), "band_closed"),
        (number((None, 100), ("5", 0), (None, 0)), "band_open_early"),
        (number(("5", 100), ("5", 50), (None, 0)), "band_order"),
        (number(("five", 100), (None, 0)), "band_number"),
        (number(("5", 120), (None, 0)), "band_percent"),
    ],
)
def test_what_has_to_be_mended_is_named_with_its_question(question, code):
    scored = line("X9")
    assert found(scored, question) == [(code, question["code"])]


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ({"code": "", "en": "so", "zh": "是", "percent": 0}, "choice_code"),
        ({"code": "na", "en": "so", "zh": "是", "percent": 0}, "choice_code"),
        ({"code": "c0", "en": "so", "zh": "是", "percent": 0}, "choice_twice"),
        ({"code": "c9", "en": "", "zh": "是", "percent": 0}, "choice_words"),
        ({"code": "c9", "en": "so", "zh": "", "percent": 0}, "choice_chinese*"),
    ],
)
def test_a_choice_has_a_code_of_its_own_and_words(option, code):
    question = choice(100, 0)
    question["options"].append(option)
    assert found(question) == [(code, "A1")]


def test_two_questions_of_one_code_are_told():
    assert found(line("P1"), line("P1")) == [("code_twice", "P1")]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (after("P9", "yes"), "condition_back"),
        (after("Z1", "yes"), "condition_back"),
        (after("T1", "yes"), "condition_kind"),
        (after("P1"), "condition_empty"),
        (after("P1", "maybe"), "condition_answer"),
    ],
)
def test_a_condition_looks_back_on_answers_that_exist(condition, code):
    questions = [
        line("P1"),
        line("T1", kind="text", weight=0),
        line("P2", condition=condition),
        line("P9"),
    ]
    assert found(*questions) == [(code, "P2")]


def test_a_question_does_not_depend_on_itself():
    assert found(line("P1", condition=after("P1", "yes"))) == [("condition_back", "P1")]


def test_a_bonus_needs_something_scored_in_its_section():
    bonus = line("L1", section="place", bonus=True)
    assert found(line("P1"), bonus) == [("bonus_alone", "L1")]
    assert found(line("P1"), bonus, line("L2", section="place")) == []


def test_a_questionnaire_that_scores_nothing_cannot_be_published():
    assert found() == [("nothing_scored", "")]
    assert found(line(weight=0)) == [("nothing_scored", "")]
    assert found(line(bonus=True)) == [("nothing_scored", ""), ("bonus_alone", "P1")]


def test_too_many_questions_are_told():
    assert found(*(line(f"P{n}") for n in range(80))) == []
    assert found(*(line(f"P{n}") for n in range(81))) == [("too_many", "")]


def test_changes_name_what_is_new_gone_said_otherwise_or_moved():
    before = [line("A"), line("B"), line("C"), line("D")]
    after_ = [line("B"), line("E"), line("C", weight=7, critical=True), line("A")]
    told = {one.code: one.fields for one in changes(before, after_)}
    assert told == {
        "E": (),
        "C": ("weight", "critical"),
        "A": ("position",),
        "D": (),
    }
    kinds = {
        one.code: (one.before is not None, one.after is not None)
        for one in changes(before, after_)
    }
    assert kinds["E"] == (False, True)
    assert kinds["D"] == (True, False)


def test_a_questionnaire_that_stayed_has_no_changes():
    assert changes([line("A"), line("B")], [line("A"), line("B")]) == []
