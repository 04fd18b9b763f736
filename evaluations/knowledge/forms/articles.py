"""Forms of the knowledge base."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.forms.bank import CODE
from evaluations.knowledge.models import ArticleVersion, Topic
from evaluations.knowledge.models.articles import TITLE_LENGTH
from evaluations.knowledge.services.articles import WORDS
from outlets.places.models import CODE_LENGTH

_LONG = 20_000
MOST_WORDS = 8
LABELS = {
    "title_en": _("Title (English)"),
    "body_en": _("Text (English)"),
    "title_zh": _("Title (Chinese)"),
    "body_zh": _("Text (Chinese)"),
}


class ArticleFilter(forms.Form):
    """Words and a topic to read; narrowed rows come in the order to show them."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Topic"),
        required=False,
        to_field_name="code",
        empty_label=_("every topic"),
    )

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        if topic := self.cleaned_data["topic"]:
            rows = rows.filter(article__topic=topic)
        if words := self.cleaned_data["words"].split()[:MOST_WORDS]:
            return rows.saying(words)
        return rows.order_by("article__topic__position", "article__code")


class ArticleForm(forms.Form):
    """Cleans to a code, a topic and `words`."""

    code = forms.RegexField(CODE, label=_("Code"), max_length=CODE_LENGTH)
    topic = forms.ModelChoiceField(Topic.objects.all(), label=_("Topic"))
    title_en = forms.CharField(label=LABELS["title_en"], max_length=TITLE_LENGTH)
    title_zh = forms.CharField(
        label=LABELS["title_zh"], max_length=TITLE_LENGTH, required=False
    )
    body_en = forms.CharField(
        label=LABELS["body_en"],
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("An empty line begins a new paragraph."),
    )
    body_zh = forms.CharField(
        label=LABELS["body_zh"],
        max_length=_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(
        self, *args: Any, version: ArticleVersion | None = None, **more: Any
    ) -> None:
        if version is not None:
            more["initial"] = {name: getattr(version, name) for name in WORDS}
            more["initial"]["topic"] = version.article.topic_id
        super().__init__(*args, **more)
        if version is not None:
            del self.fields["code"]  # a code stays

    @property
    def words(self) -> dict[str, str]:
        """Return titles and bodies with the line ends that the database keeps."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in WORDS}
