import pytest
from django.urls import reverse

from evaluations.knowledge.models import Article, ArticleVersion, Question, Topic
from evaluations.knowledge.rules.differences import GONE, NEW, SAME, Piece, differences
from evaluations.knowledge.selectors.reading import to_read, topics_asking
from evaluations.knowledge.services.articles import add_article, edit_article
from evaluations.knowledge.services.taking import begin, submit
from tests.evaluations.knowledge.sitting import Clock, answer_all, plan
from tests.staffing.people.factories import granted_user, staff_user


def test_only_the_words_that_changed_differ():
    assert differences("Smile at all.\n\nStand.", "Smile at everybody.\n\nStand.") == [
        [
            Piece(SAME, "Smile at "),
            Piece(GONE, "all"),
            Piece(NEW, "everybody"),
            Piece(SAME, "."),
        ],
        [Piece(SAME, "Stand.")],
    ]


def test_chinese_differs_by_its_characters():
    assert differences("微笑迎接客户", "微笑送别客户") == [
        [
            Piece(SAME, "微笑"),
            Piece(GONE, "迎接"),
            Piece(NEW, "送别"),
            Piece(SAME, "客户"),
        ]
    ]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("a\nb\nc", "a\nc\nd"),
        ("", "new"),
        ("gone", ""),
        ("one two", "三 四"),
        ("x" * 10, "y " * 2000),
    ],
)
def test_both_texts_can_be_read_back(earlier, later):
    lines = differences(earlier, later)

    def read(without):
        whole = ("".join(p.text for p in line if p.kind != without) for line in lines)
        return [text for text in whole if text.strip()]

    assert read(NEW) == [line for line in earlier.splitlines() if line.strip()]
    assert read(GONE) == [line for line in later.splitlines() if line.strip()]


@pytest.fixture
def keeper(db):
    return granted_user("operations")


def words(title, body="", title_zh="", body_zh=""):
    return {
        "title_en": title,
        "title_zh": title_zh,
        "body_en": body,
        "body_zh": body_zh,
    }


def found(client, text):
    page = client.get(reverse("knowledge:articles"), {"words": text})
    return [version.article.code for version in page.context["page"].rows]


def test_what_is_called_so_comes_before_what_only_says_it(client, keeper):
    conduct = Topic.objects.get(code="conduct")
    grooming = Topic.objects.get(code="grooming")
    for code, topic, said in (
        ("a-body", grooming, words("Else", "of roaming fees abroad")),
        ("b-title", conduct, words("Fees of roaming", title_zh="漫游资费说明")),
        ("c-begins", conduct, words("Roaming fees at night", title_zh="资费")),
        ("d-whole", conduct, words("Roaming fees", body_zh="漫游资费")),
    ):
        add_article(code=code, topic=topic, words=said, by=keeper)
    client.force_login(staff_user("clerk"))
    assert found(client, "roaming FEES") == ["d-whole", "c-begins", "b-title", "a-body"]
    assert found(client, "漫游") == ["b-title", "d-whole"]
    assert found(client, "资费")[:3] == ["c-begins", "b-title", "d-whole"]
    assert found(client, "roaming nothing") == []


def test_a_word_may_be_that_of_the_topic(client, keeper):
    client.force_login(staff_user("clerk"))
    title = Topic.objects.get(code="red_lines").title_en
    assert found(client, title)[0] == "red_lines"


def test_versions_are_compared_by_who_keeps_the_bank_alone(client, keeper):
    topic = Topic.objects.get(code="conduct")
    add_article(code="roaming", topic=topic, words=words("Fees", "Six."), by=keeper)
    edit_article(code="roaming", topic=topic, words=words("Fees", "Nine."), by=keeper)
    url = reverse("knowledge:article_compare", args=["roaming"])
    client.force_login(keeper)
    page = client.get(url)
    parts = {str(label): lines for label, lines in page.context["parts"]}
    changed = [Piece(GONE, "Six"), Piece(NEW, "Nine"), Piece(SAME, ".")]
    assert parts["Text (English)"] == [changed]
    assert "<del" in page.content.decode()
    same = client.get(url, {"earlier": "2", "later": "2"}).content.decode()
    assert "These are the same version" in same
    assert client.get(url, {"earlier": "7"}).status_code == 404
    article = reverse("knowledge:article", args=["roaming"])
    assert url in client.get(article).content.decode()
    client.force_login(staff_user("clerk"))
    assert client.get(url).status_code == 403
    assert url not in client.get(article).content.decode()


def test_an_article_says_the_topics_that_ask_about_it_and_no_question(client, db):
    grooming = Article.objects.get(code="grooming")
    assert [topic.code for topic in topics_asking(grooming)] == ["grooming"]
    client.force_login(staff_user("clerk"))
    page = client.get(reverse("knowledge:article", args=["grooming"]))
    text = page.content.decode()
    assert "Tests ask about it under:" in text
    assert "GRM-" not in text
    Question.objects.update(retired_on="2026-10-01")
    assert list(topics_asking(grooming)) == []


def test_what_was_wrong_says_what_to_read_once_it_is_marked(client, monkeypatch, db):
    Clock(monkeypatch)
    clerk, colleague = staff_user("clerk"), staff_user("clerk")
    plan(questions={"grooming": 2, "conduct": 2})
    sitting = begin(by=clerk)
    wrong = sitting.questions.filter(version__topic__code="conduct").first().position
    answer_all(sitting, clerk, leave_out={wrong})
    assert to_read(sitting, clerk) == []
    submit(sitting_uuid=sitting.uuid, by=clerk)
    sitting.refresh_from_db()
    conduct = ArticleVersion.objects.get(article__code="conduct")
    assert to_read(sitting, clerk) == [conduct]
    assert to_read(sitting, colleague) == []
    client.force_login(clerk)
    page = client.get(reverse("knowledge:sitting", args=[sitting.uuid]))
    assert page.context["to_read"] == [conduct]
    assert "Read these for what you got wrong" in page.content.decode()
