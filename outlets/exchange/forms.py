"""The forms of an import: a file, and what its columns mean."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outlets.exchange.kinds import Kind


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (also .csv.gz) or XLSX; of a workbook the first sheet."),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx"}),
    )


class MappingForm(forms.Form):
    """One choice per heading of the file, by its position: headings are anything."""

    def __init__(
        self, kind: type[Kind], heading: list[str], mapping: dict[str, str], **more: Any
    ) -> None:
        super().__init__(**more)
        self._heading = heading
        names = [(column.name, column.name) for column in kind.columns]
        for position, text in enumerate(heading):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=text or _("(no heading)"),
                choices=[("", _("leave out")), *names],
                required=False,
                initial=mapping.get(text, ""),
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Return the column of each heading; "" for what is left out."""
        return {
            text: self.cleaned_data.get(f"column-{position}", "")
            for position, text in enumerate(self._heading)
        }
