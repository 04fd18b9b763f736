"""Writing the knowledge base: an edited article is a new version."""

from django.db import transaction

from evaluations.knowledge.models import Article, ArticleVersion, Topic
from evaluations.knowledge.services.bank import CodeTaken, require_keeper
from staffing.people.models import User

WORDS = ("title_en", "title_zh", "body_en", "body_zh")


@transaction.atomic
def add_article(
    *, code: str, topic: Topic, words: dict[str, str], by: User
) -> ArticleVersion:
    """Add an article; `words` are its titles and bodies, as in `ArticleVersion`."""
    require_keeper(by)
    article, created = Article.objects.get_or_create(
        code=code, defaults={"topic": topic}
    )
    if not created:
        raise CodeTaken(taken=code)
    return ArticleVersion.objects.create(article=article, number=1, by=by, **words)


@transaction.atomic
def edit_article(
    *, code: str, topic: Topic, words: dict[str, str], by: User
) -> ArticleVersion:
    """Write the next version unless the newest says the same; return the newest."""
    require_keeper(by)
    article = Article.objects.select_for_update().get(code=code)
    if article.topic_id != topic.pk:
        article.topic = topic
        article.save(update_fields=["topic"])
    newest = article.versions.order_by("-number").first()
    if newest is not None and all(getattr(newest, k) == v for k, v in words.items()):
        return newest
    number = 1 if newest is None else newest.number + 1
    return ArticleVersion.objects.create(article=article, number=number, by=by, **words)
