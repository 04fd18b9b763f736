"""Forms in the product's look: `{{ form }}` needs no classes from its room."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

# The browser's own pickers; they write and read ISO 8601 in every language.
_PICKERS = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
}
_CHOICES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


def _look(widget: forms.Widget) -> str:
    """Return the class of the look that fits `widget`; empty for what has none."""
    if widget.is_hidden:
        return ""
    if isinstance(widget, _CHOICES):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.MultiWidget):
        return ""
    return "form-control"


class LookedAfterField(BoundField):
    """A bound field whose widget wears the class of the look and shows its errors."""

    def as_widget(
        self,
        widget: forms.Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        widget = widget or self.field.widget
        for kind, (input_type, written) in _PICKERS.items():
            if isinstance(widget, kind) and not widget.is_hidden:
                widget.input_type, widget.format = input_type, written
        return super().as_widget(widget, attrs, only_initial)

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        own = str(attrs.get("class") or widget.attrs.get("class") or "")
        wrong = "is-invalid" if self.form.is_bound and self.errors else ""
        classes = [name for name in (_look(widget), own, wrong) if name]
        if classes and not widget.is_hidden:
            attrs["class"] = " ".join(classes)
        return attrs


class FormRenderer(TemplatesSetting):
    """Render with `templates/django/forms/`, then with what Django ships."""

    bound_field_class = LookedAfterField
