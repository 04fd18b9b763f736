"""Forms of the questionnaire editor: one question, with only what its kind needs."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.mystery.models import EvidenceKind, QuestionKind, Section
from evaluations.mystery.models.questionnaires import GUIDE_LENGTH, TITLE_LENGTH
from evaluations.mystery.rules.questionnaire import (
    MOST_WEIGHT,
    SCORED_KINDS,
    answers_of,
)
from evaluations.mystery.selectors.questionnaires import as_questions
from outlets.places.models import CODE_LENGTH

Told = Mapping[str, Any]
BLANK_ROWS, LEAST_ROWS = 2, 3
MOST_NUMBER = 10_000
OTHER_PAGES = frozenset({"new", ".", ".."})


class ShortCode(forms.CharField):
    """A short code by which answers, waves and addresses name the row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CODE_LENGTH, strip=True, **options)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value))
        if any(letter.isspace() or letter in ",;/=?#" for letter in code):
            raise ValidationError(
                _("A code has no spaces, commas, semicolons or slashes.")
            )
        return code


class PageCode(ShortCode):
    """A code that is the address of a page, beside those of other pages."""

    def clean(self, value: Any) -> str:
        code = super().clean(value)
        if code in OTHER_PAGES:
            raise ValidationError(
                _("Choose another code: “%(code)s” is the address of another page.")
                % {"code": code}
            )
        return code


class TitlesForm(forms.Form):
    title_en = forms.CharField(label=_("Name in English"), max_length=120)
    title_zh = forms.CharField(
        label=_("Name in Chinese"), max_length=120, required=False
    )


class QuestionnaireForm(TitlesForm):
    code = PageCode(
        label=_("Code"), help_text=_("Short, such as CUSTOMER. It never changes.")
    )
    field_order = ("code", "title_en", "title_zh")


class OptionForm(forms.Form):
    """One choice; a row left empty is none."""

    code = ShortCode(label=_("Code"), required=False)
    en = forms.CharField(label=_("In English"), max_length=120, required=False)
    zh = forms.CharField(label=_("In Chinese"), max_length=120, required=False)
    percent = forms.IntegerField(
        label=_("Earns, %"), min_value=0, max_value=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if any(given.get(name) not in ("", None) for name in self.fields):
            for name in ("code", "en", "percent"):
                if given.get(name) in ("", None) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or empty the row."))
        return given


class BandForm(forms.Form):
    """Numbers up to one that earn something; a row left empty is none."""

    up_to = forms.DecimalField(
        label=_("Up to and including"),
        min_value=0,
        max_value=MOST_NUMBER,
        decimal_places=2,
        required=False,
    )
    percent = forms.IntegerField(
        label=_("Earns, %"), min_value=0, max_value=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("up_to") is not None and given.get("percent") is None:
            self.add_error("percent", _("Fill this in, or empty the row."))
        return given


class QuestionForm(forms.Form):
    """One question of a draft.

    `lines` are the whole draft, `code` that of the question that is changed (None: a
    new one). Rows of choices or bands hang below; `question` is what was cleaned.
    """

    code = ShortCode(label=_("Code"), help_text=_("Short, such as P1. It stays."))
    section = forms.ChoiceField(
        label=pgettext_lazy("of a questionnaire", "Section"), choices=Section.choices
    )
    title_en = forms.CharField(label=_("Question in English"), max_length=TITLE_LENGTH)
    title_zh = forms.CharField(
        label=_("Question in Chinese"), max_length=TITLE_LENGTH, required=False
    )
    guide_en = forms.CharField(
        label=_("How to judge, in English"),
        max_length=GUIDE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    guide_zh = forms.CharField(
        label=_("How to judge, in Chinese"),
        max_length=GUIDE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    weight = forms.IntegerField(
        label=_("Weight, in points"),
        min_value=0,
        max_value=MOST_WEIGHT,
        initial=5,
        help_text=_("0: asked, and not scored."),
    )
    bonus = forms.BooleanField(
        label=_("Bonus: adds points and never takes any"), required=False
    )
    critical = forms.BooleanField(
        label=_("Critical: earning nothing here takes the points of the whole section"),
        required=False,
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    evidence = forms.ChoiceField(label=_("To be brought along"), required=False)
    condition = forms.ChoiceField(label=_("Asked only after"), required=False)
    answers = forms.MultipleChoiceField(
        label=_("… was answered by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        lines: Sequence[Told],
        revision: int,
        line: Told | None = None,
        section: str = "",
    ) -> None:
        initial: dict[str, Any] = {"revision": revision, "required": True}
        if section:
            initial["section"] = section
        super().__init__(data, initial=initial | _initial(line))
        self.kind, self.lines = kind, lines
        self.kind_label = QuestionKind(kind).label
        self._code = line["code"] if line is not None else None
        if line is not None:
            del self.fields["code"]
        self._keep_what_fits()
        self._offer_conditions()
        self.rows = self._rows(data, line)

    def _keep_what_fits(self) -> None:
        evidence = cast(forms.ChoiceField, self.fields["evidence"])
        if self.kind == QuestionKind.EVIDENCE:
            evidence.required = True
            evidence.choices = EvidenceKind.choices
        else:
            evidence.choices = [("", _("nothing")), *EvidenceKind.choices]
        if self.kind not in SCORED_KINDS:
            for name in ("weight", "bonus", "critical"):
                del self.fields[name]

    def _offer_conditions(self) -> None:
        codes = [one["code"] for one in self.lines]
        until = codes.index(self._code) if self._code in codes else len(codes)
        earlier = [one for one in self.lines[:until] if answers_of(one)]
        rows = {row.code: row for row in as_questions(earlier)}
        condition = cast(forms.ChoiceField, self.fields["condition"])
        condition.choices = [
            ("", _("always asked")),
            *((code, f"{code} {row.title}") for code, row in rows.items()),
        ]
        chosen = str(self["condition"].value() or "")
        answers = cast(forms.MultipleChoiceField, self.fields["answers"])
        if chosen in rows:
            told = next(one for one in earlier if one["code"] == chosen)
            row = rows[chosen]
            answers.choices = [(one, row.in_words(one)) for one in answers_of(told)]
            answers.label = format_lazy(_("… {code} was answered by"), code=chosen)
        else:
            del self.fields["answers"]
        if not earlier:
            del self.fields["condition"]

    def _rows(self, data: Any, line: Told | None) -> Any:
        """Return the formset below the form, or None where the kind has none."""
        row_form: type[forms.Form]
        if self.kind == QuestionKind.CHOICE:
            row_form, name, prefix = OptionForm, "options", "choice"
        elif self.kind == QuestionKind.NUMBER:
            row_form, name, prefix = BandForm, "bands", "band"
        else:
            return None
        known = list(line[name]) if line is not None else []
        extra = max(LEAST_ROWS - len(known), 0) + BLANK_ROWS
        made = forms.formset_factory(row_form, extra=extra, max_num=20)
        return made(data, initial=known, prefix=prefix)

    def is_valid(self) -> bool:
        rows = self.rows is None or self.rows.is_valid()
        return super().is_valid() and rows

    def clean_answers(self) -> list[str]:
        """An answer of another question than the one chosen now asks anew."""
        return list(self.cleaned_data["answers"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("condition") and not given.get("answers"):
            self.add_error(
                "answers" if "answers" in self.fields else "condition",
                _("Say which of its answers this question is asked after."),
            )
        return given

    @property
    def question(self) -> dict[str, Any]:
        """The question as it was cleaned, with all that a question says."""
        given = self.cleaned_data
        rows = [row for row in (self.rows.cleaned_data if self.rows else ()) if row]
        return {
            "code": self._code or given["code"],
            "kind": self.kind,
            "section": given["section"],
            **{
                name: given[name].strip()
                for name in ("title_en", "title_zh", "guide_en", "guide_zh")
            },
            "weight": given.get("weight", 0),
            "bonus": given.get("bonus", False),
            "critical": given.get("critical", False),
            "required": given["required"],
            "evidence": given["evidence"],
            "options": [row for row in rows if row["code"]]
            if self.kind == QuestionKind.CHOICE
            else [],
            "bands": [
                {
                    "up_to": None if row["up_to"] is None else _plain(row["up_to"]),
                    "percent": row["percent"],
                }
                for row in rows
                if row["percent"] is not None
            ]
            if self.kind == QuestionKind.NUMBER
            else [],
            "condition": {"question": given["condition"], "answers": given["answers"]}
            if given.get("condition")
            else None,
        }


def _plain(number: Any) -> str:
    """Return a decimal as people write it: 5, 7.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _initial(line: Told | None) -> dict[str, Any]:
    if line is None:
        return {}
    condition = line["condition"] or {"question": "", "answers": []}
    return {
        **{name: line[name] for name in line if name not in ("options", "bands")},
        "condition": condition["question"],
        "answers": condition["answers"],
    }


class RevisionForm(forms.Form):
    """The revision of the draft that somebody read before she pressed a button."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class TryForm(forms.Form):
    """Answers to try a draft with; fields are named by the codes of questions."""

    def __init__(self, data: Any, *, lines: Sequence[Told]) -> None:
        super().__init__(data, prefix="a")
        for told, row in zip(lines, as_questions(lines), strict=True):
            known = answers_of(told)
            if known:
                offered = [("", "–"), *((one, row.in_words(one)) for one in known)]
                made: forms.Field = forms.ChoiceField(choices=offered, required=False)
            elif row.kind == QuestionKind.NUMBER:
                made = forms.DecimalField(
                    min_value=0, max_value=MOST_NUMBER, required=False
                )
            else:
                continue
            made.label = f"{row.code} {row.title}"
            self.fields[row.code] = made

    @property
    def answers(self) -> dict[str, str]:
        """What was chosen so far, by code; what is no answer is left out."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {
            code: str(value)
            for code, value in self.cleaned_data.items()
            if value not in ("", None)
        }
