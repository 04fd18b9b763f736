"""Where articles and tests meet: what is asked about, and what to read again."""

from django.db.models import QuerySet

from evaluations.knowledge.models import (
    Article,
    ArticleVersion,
    QuestionVersion,
    Sitting,
    SittingQuestion,
    SittingState,
    Topic,
)
from staffing.people.models import User


def topics_asking(article: Article) -> QuerySet[Topic]:
    """Return the topics under which tests ask about an article; not the questions."""
    asking = QuestionVersion.objects.current().filter(
        article=article, question__retired_on=None
    )
    return Topic.objects.filter(pk__in=asking.values("topic"))


def to_read(sitting: Sitting, by: User) -> list[ArticleVersion]:
    """Return the articles behind what somebody got wrong in her own marked test.

    The newest version of each, by topic. Where a question names no article, all those
    of its topic are meant.
    """
    if sitting.state != SittingState.DONE:
        return []
    wrong = SittingQuestion.objects.visible_to(by).filter(sitting=sitting, right=False)
    met = wrong.values_list("version__article", "version__topic")
    named = {article for article, _topic in met if article is not None}
    topics = {topic for article, topic in met if article is None}
    meant = Article.objects.filter(pk__in=named) | Article.objects.filter(
        topic__in=topics
    )
    newest = ArticleVersion.objects.visible_to(by).current().filter(article__in=meant)
    ordered = newest.order_by("article__topic__position", "article__code")
    return list(ordered.select_related("article__topic"))
