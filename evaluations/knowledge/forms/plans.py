"""The form of one post's weekly test."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import Blueprint, Topic

MOST_OF_A_TOPIC = 50


class BlueprintForm(forms.ModelForm):
    """Besides its own fields, how many questions of each topic: `topic-CODE`."""

    class Meta:
        model = Blueprint
        fields = ("active", "minutes", "pass_mark", "attempts")
        labels: ClassVar[dict[str, Any]] = {
            "active": _("This post takes the test each week"),
            "minutes": _("Minutes"),
            "pass_mark": _("Points of 100 that pass"),
            "attempts": _("Attempts"),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._topics = {f"topic-{topic.code}": topic for topic in Topic.objects.all()}
        for name, topic in self._topics.items():
            self.fields[name] = forms.IntegerField(
                label=_("Questions: %(topic)s") % {"topic": topic.title},
                min_value=0,
                max_value=MOST_OF_A_TOPIC,
                initial=self.instance.questions.get(topic.code, 0),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        counts = {
            topic.code: cleaned[name]
            for name, topic in self._topics.items()
            if cleaned.get(name)
        }
        if not self.errors and cleaned["active"] and not counts:
            raise forms.ValidationError(_("A test has one question or more."))
        self.instance.questions = counts
        return cleaned
