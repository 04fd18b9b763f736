"""Forms of the checklist editor; each cleans to the arguments of its service."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import (
    Area,
    Dimension,
    Draft,
    DraftItem,
    Evidence,
    Subject,
    Who,
)
from evaluations.standards.rounds import round_label
from outlets.places.models import CODE_LENGTH, Region
from outlets.places.sight import Power
from staffing.people.models import Post, User

MOST_WEIGHT = 10
_MANY = forms.CheckboxSelectMultiple


def _any(choices: list[tuple[str, Any]], empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *choices]


class CodeField(forms.CharField):
    """A short code that records and spreadsheets name the row by."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=CODE_LENGTH, strip=True, **options)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value))
        if any(letter.isspace() or letter in ",;/" for letter in code):
            raise forms.ValidationError(
                _("A code has no spaces, commas, semicolons or slashes.")
            )
        return code


class RoundsField(forms.CharField):
    """Rounds of a day as codes separated by spaces, each once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Rounds of a day"),
            max_length=100,
            help_text=_(
                "Separated by spaces: “opening”, “floor” and “random” are known; any "
                "other word is a round of that name."
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        return " ".join(dict.fromkeys(str(super().clean(value)).split()))


class StandardForm(forms.Form):
    """A new checklist, of the whole chain or of one region that the viewer leads."""

    code = CodeField(
        label=_("Code"), help_text=_("Short, such as FIRE. It never changes.")
    )
    title_en = forms.CharField(label=_("Name in English"), max_length=120)
    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    slots = RoundsField(initial="opening")
    region = forms.ModelChoiceField(
        label=_("Asked of"), queryset=Region.objects.none(), required=False
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = by.sight.reach(Power.WRITE_STANDARDS)
        field = cast("forms.ModelChoiceField[Region]", self.fields["region"])
        field.queryset = Region.objects.visible_to(by)
        if reach.everywhere:
            field.empty_label = gettext("every outlet")
        else:
            field.required = True


class NamesForm(forms.Form):
    """What the checklist will be called, and its rounds."""

    title_en = forms.CharField(label=_("Name in English"), max_length=120)
    title_zh = forms.CharField(
        label=_("Name in Chinese"), max_length=120, required=False
    )
    slots = RoundsField()

    @classmethod
    def of(cls, draft: Draft) -> "NamesForm":
        """Return the form filled with what the draft says."""
        names = ("title_en", "title_zh", "slots")
        return cls(initial={name: getattr(draft, name) for name in names})


class ItemForm(forms.Form):
    """One item; `draft` says which rounds and sections there are."""

    code = CodeField(
        label=_("Code"), help_text=_("Short, such as G18. It never changes.")
    )
    title_en = forms.CharField(label=_("What is looked at, in English"), max_length=200)
    title_zh = forms.CharField(label=_("What is looked at, in Chinese"), max_length=200)
    guide_en = forms.CharField(
        label=_("When it passes, in English"), max_length=300, required=False
    )
    guide_zh = forms.CharField(
        label=_("When it passes, in Chinese"), max_length=300, required=False
    )
    section = forms.CharField(label=_("Section"), max_length=80, required=False)
    weight = forms.DecimalField(
        label=_("Weight"),
        min_value=0,
        max_value=MOST_WEIGHT,
        decimal_places=2,
        initial=1,
        help_text=_("1 is the usual weight of an item."),
    )
    critical = forms.BooleanField(
        label=_("Critical: a failure makes the whole day not compliant"), required=False
    )
    applies_to = forms.ChoiceField(
        label=_("Judges"),
        required=False,
        choices=lambda: _any(Subject.choices, gettext("people and the outlet")),
    )
    who = forms.ChoiceField(
        label=_("Of whom"),
        required=False,
        choices=lambda: _any(Who.choices, gettext("everybody")),
    )
    posts = forms.MultipleChoiceField(
        label=_("Only of these posts"),
        required=False,
        choices=Post.choices,
        widget=_MANY,
        help_text=_("None chosen: of every post."),
    )
    slots = forms.MultipleChoiceField(
        label=_("Only in these rounds"),
        required=False,
        widget=_MANY,
        help_text=_("None chosen: in every round."),
    )
    evidence = forms.ChoiceField(
        label=_("A failure asks for"),
        required=False,
        choices=lambda: _any(Evidence.choices, gettext("nothing more")),
    )
    area = forms.ChoiceField(
        label=_("Area of responsibility"),
        required=False,
        choices=lambda: _any(Area.choices, gettext("nobody’s in particular")),
    )
    dimension = forms.ChoiceField(
        label=_("Dimension of service quality"),
        required=False,
        choices=lambda: _any(Dimension.choices, gettext("none")),
    )
    overrides = forms.CharField(
        label=_("Leaves out when it fails"),
        max_length=200,
        required=False,
        help_text=_("Codes of items of this checklist, separated by spaces."),
    )
    local = forms.BooleanField(
        label=_("Local item: not from the company’s handbook"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, draft: Draft, row: DraftItem | None = None, **kwargs: Any
    ) -> None:
        if row is not None:
            kwargs["initial"] = _initial(row)
        super().__init__(*args, **kwargs)
        rounds = cast(forms.MultipleChoiceField, self.fields["slots"])
        rounds.choices = [(slot, round_label(slot)) for slot in draft.slots.split()]
        if row is not None:
            del self.fields["code"]
        if draft.standard.region_id is not None:
            del self.fields["local"]
        sections = draft.items.exclude(section="").order_by("position")
        self.sections = list(dict.fromkeys(sections.values_list("section", flat=True)))
        self.fields["section"].widget.attrs["list"] = "sections"

    @property
    def item(self) -> ItemDraft:
        """The item as it was cleaned."""
        given = self.cleaned_data
        return ItemDraft(
            **{
                name: given[name]
                for name in (
                    *("title_en", "title_zh", "guide_en", "guide_zh", "section"),
                    *("critical", "applies_to", "who", "evidence", "area"),
                    "dimension",
                )
            },
            weight=int(given["weight"] * 100),
            posts=" ".join(given["posts"]),
            slots=" ".join(given["slots"]),
            overrides=" ".join(given["overrides"].split()),
            local=given.get("local", False),
        )


def _initial(row: DraftItem) -> dict[str, Any]:
    item = ItemDraft.of(row)
    values = {name: getattr(item, name) for name in ItemDraft.__slots__}
    return values | {
        "weight": Decimal(item.weight) / 100,
        "posts": item.posts.split(),
        "slots": item.slots.split(),
        "revision": row.revision,
    }


class PublishForm(forms.Form):
    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today or later; checks made before keep their version."),
    )


class PreviewForm(forms.Form):
    """Whom the preview of a card is about."""

    gender = forms.ChoiceField(
        label=_("Of whom"), choices=lambda: _any(Who.choices, "—"), required=False
    )
    post = forms.ChoiceField(label=_("Post"), choices=Post.choices)
    slot = forms.ChoiceField(label=_("Round"))

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = cast(forms.ChoiceField, self.fields["slot"])
        rounds.choices = [(slot, round_label(slot)) for slot in draft.slots.split()]
