"""Forms of the question bank and of the articles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import (
    MOST_WEIGHT,
    Article,
    ArticleVersion,
    QuestionKind,
    QuestionVersion,
    Topic,
)
from evaluations.knowledge.models.articles import TITLE_LENGTH
from evaluations.knowledge.models.bank import TEXT_LENGTH
from evaluations.knowledge.services.bank import FAULTS, QuestionDraft
from outlets.places.models import CODE_LENGTH

CODE = r"^[\w.-]+$"
MOST_LINES = 12


class Lines(forms.CharField):
    """Texts, one a line; cleans to a tuple of them."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        more.setdefault("max_length", MOST_LINES * TEXT_LENGTH)
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **more)

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value)
        kept = tuple(line.strip() for line in text.splitlines() if line.strip())
        if len(kept) > MOST_LINES:
            raise forms.ValidationError(
                _("At most %(most)d lines.") % {"most": MOST_LINES}
            )
        return kept

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())


class Words(forms.CharField):
    """A sentence or two, which a phone shows whole; cleans to one line."""

    def __init__(self, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(max_length=TEXT_LENGTH, widget=widget, **more)

    def clean(self, value: Any) -> str:
        return " ".join(str(super().clean(value)).split())


class BankFilter(forms.Form):
    """Words, a topic and whether retired questions are meant."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Topic"),
        required=False,
        to_field_name="code",
        empty_label=_("every topic"),
    )
    retired = forms.BooleanField(label=_("Retired questions"), required=False)

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        rows = rows.filter(question__retired_on__isnull=not asked["retired"])
        if asked["topic"]:
            rows = rows.filter(topic=asked["topic"])
        return rows.saying(asked["words"]) if asked["words"] else rows


class QuestionForm(forms.Form):
    """Cleans to a code and a `QuestionDraft`, in `draft`."""

    code = forms.RegexField(CODE, label=_("Code"), max_length=CODE_LENGTH)
    topic = forms.ModelChoiceField(Topic.objects.all(), label=_("Topic"))
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind)
    text_en = Words(label=_("Question (English)"))
    text_zh = Words(label=_("Question (Chinese)"), required=False)
    options_en = Lines(label=_("Options (English), one a line"))
    options_zh = Lines(label=_("Options (Chinese), one a line"))
    answer = Lines(
        label=_("Right answer"),
        help_text=_(
            "One a line: the numbers of the right options; 1 for true or 0 for false; "
            "the texts accepted. To be put in order: write the options in the right "
            "order and leave this empty."
        ),
    )
    weight = forms.IntegerField(
        label=_("Weight"), min_value=1, max_value=MOST_WEIGHT, initial=1
    )
    explanation_en = Words(label=_("Explanation (English)"), required=False)
    explanation_zh = Words(label=_("Explanation (Chinese)"), required=False)
    article = forms.ModelChoiceField(
        Article.objects.all(), label=_("Article"), required=False
    )

    def __init__(
        self, *args: Any, version: QuestionVersion | None = None, **more: Any
    ) -> None:
        if version is not None:
            names = [name for name in self.base_fields if name != "code"]
            more["initial"] = {name: getattr(version, name) for name in names}
        super().__init__(*args, **more)
        titles = {
            newest.article_id: newest.title
            for newest in ArticleVersion.objects.current()
        }
        self.fields["article"].label_from_instance = (  # type: ignore[attr-defined]
            lambda article: titles.get(article.pk, article.code)
        )
        if version is not None:
            del self.fields["code"]  # a code stays

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        said = dict(cleaned)
        said.pop("code", None)
        topic, article = said.pop("topic"), said.pop("article")
        self.draft = QuestionDraft(
            topic_id=topic.pk, article_id=article.pk if article else None, **said
        )
        for fault in sorted(self.draft.faults):
            field = "answer" if fault.startswith("answer") else "options_en"
            self.add_error(field, FAULTS[fault])
        return cleaned


class TopicForm(forms.Form):
    """Cleans to the arguments of `add_topic`, but for `by`."""

    code = forms.RegexField(CODE, label=_("Code"), max_length=CODE_LENGTH)
    title_en = forms.CharField(label=_("Title (English)"), max_length=TITLE_LENGTH)
    title_zh = forms.CharField(
        label=_("Title (Chinese)"), max_length=TITLE_LENGTH, required=False
    )
