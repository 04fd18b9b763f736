"""Forms of scenarios; each cleans to the arguments of its service."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.forms.questionnaires import PageCode, TitlesForm
from evaluations.mystery.models import Scenario
from evaluations.mystery.models.waves import BRIEF_LENGTH

_AREA = {"rows": 10}


class ScenarioForm(TitlesForm):
    """What a scenario says; the code of one that is changed stays."""

    brief_en = forms.CharField(
        label=_("Brief in English"),
        max_length=BRIEF_LENGTH,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("The part to play, what to ask, what to watch, how to end."),
    )
    brief_zh = forms.CharField(
        label=_("Brief in Chinese"),
        max_length=BRIEF_LENGTH,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
    )

    @classmethod
    def of(cls, scenario: Scenario) -> "ScenarioForm":
        """Return the form filled with what the scenario says."""
        names = ("title_en", "title_zh", "brief_en", "brief_zh")
        return cls(initial={name: getattr(scenario, name) for name in names})


class NewScenarioForm(ScenarioForm):
    code = PageCode(
        label=_("Code"), help_text=_("Short, such as PLAN. It never changes.")
    )
    field_order = ("code", "title_en", "title_zh", "brief_en", "brief_zh")
