"""What is to be mended in a questionnaire, in words for who writes it."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.rules.questionnaire import Problem

PROBLEMS: dict[str, Promise] = {
    "code_missing": _("A question has no code. Give it one, such as P1."),
    "code_twice": _(
        "%(question)s: two questions have this code. Remove one of them and add it "
        "again under another code."
    ),
    "section": _("%(question)s: choose one of the six sections."),
    "kind": _("%(question)s: choose how it is answered."),
    "title": _("%(question)s: write the question in English."),
    "title_chinese": _(
        "%(question)s: the question is missing in Chinese; shoppers read English."
    ),
    "guide_chinese": _(
        "%(question)s: the guidance is missing in Chinese; shoppers read English."
    ),
    "weight": _("%(question)s: the weight is a whole number from 0 to 100."),
    "weight_of_words": _(
        "%(question)s: words and evidence are not scored. Set the weight to 0."
    ),
    "critical_weight": _(
        "%(question)s: a critical question needs a weight above 0, or is not critical."
    ),
    "critical_bonus": _(
        "%(question)s: a bonus takes nothing away. Choose bonus or critical."
    ),
    "few_choices": _("%(question)s: give two choices or more."),
    "choice_code": _(
        "%(question)s: choice %(choice)s needs a code of its own, other than “na”."
    ),
    "choice_twice": _(
        "%(question)s: two choices have the code %(choice)s. Change one of them."
    ),
    "choice_percent": _(
        "%(question)s: choice %(choice)s earns a whole number from 0 to 100 percent."
    ),
    "choice_words": _("%(question)s: write choice %(choice)s in English."),
    "choice_chinese": _("%(question)s: choice %(choice)s is missing in Chinese."),
    "no_bands": _("%(question)s: say what which numbers earn, or set the weight to 0."),
    "band_percent": _(
        "%(question)s: band %(band)s earns a whole number from 0 to 100 percent."
    ),
    "band_number": _("%(question)s: band %(band)s ends at no number of 0 or more."),
    "band_order": _(
        "%(question)s: band %(band)s does not end above the one before. Write bands "
        "from the lowest number up."
    ),
    "band_open_early": _(
        "%(question)s: band %(band)s has no upper end, so later ones are never "
        "reached. Only the last band stays open."
    ),
    "band_closed": _(
        "%(question)s: leave the upper end of the last band empty, so that every "
        "number earns something."
    ),
    "condition_back": _(
        "%(question)s: it depends on %(other)s, which is not asked before it. Move it "
        "behind that question, or choose another one."
    ),
    "condition_kind": _(
        "%(question)s: it depends on %(other)s, whose answers are not counted out. "
        "Choose a question answered by yes or no, 0 to 5, or one of several."
    ),
    "condition_empty": _(
        "%(question)s: say which answers to %(other)s it is asked after."
    ),
    "condition_answer": _(
        "%(question)s: %(other)s has no answer “%(answers)s”. Choose one that it has."
    ),
    "bonus_alone": _(
        "%(question)s: its section has nothing that a bonus could be added to. Add a "
        "scored question there, or move this one."
    ),
    "nothing_scored": _("No question is scored. Give at least one a weight above 0."),
    "too_many": _("Nobody remembers more than %(most)s questions. Remove some."),
}


def in_words(problem: Problem) -> str:
    """Return which question it is about, and how to mend it."""
    told = {"question": problem.question or gettext("A question without a code")}
    return str(PROBLEMS[problem.code]) % (told | dict(problem.told))
