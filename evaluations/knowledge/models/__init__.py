from evaluations.knowledge.models.articles import Article, ArticleVersion, Topic
from evaluations.knowledge.models.bank import (
    MOST_WEIGHT,
    Question,
    QuestionKind,
    QuestionVersion,
    keeps_bank,
)
from evaluations.knowledge.models.plans import Blueprint
from evaluations.knowledge.models.results import FULL_MARK, TestResult
from evaluations.knowledge.models.sittings import (
    AbsenceDecision,
    Sitting,
    SittingQuestion,
    SittingState,
)

__all__ = [
    "FULL_MARK",
    "MOST_WEIGHT",
    "AbsenceDecision",
    "Article",
    "ArticleVersion",
    "Blueprint",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "Sitting",
    "SittingQuestion",
    "SittingState",
    "TestResult",
    "Topic",
    "keeps_bank",
]
