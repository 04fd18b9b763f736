from evaluations.knowledge.models.articles import Article, ArticleVersion, Topic
from evaluations.knowledge.models.bank import (
    MOST_WEIGHT,
    Question,
    QuestionKind,
    QuestionVersion,
    keeps_bank,
)
from evaluations.knowledge.models.results import FULL_MARK, PASS_MARK, TestResult

__all__ = [
    "FULL_MARK",
    "MOST_WEIGHT",
    "PASS_MARK",
    "Article",
    "ArticleVersion",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "TestResult",
    "Topic",
    "keeps_bank",
]
