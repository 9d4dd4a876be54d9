"""The controls of forms in the classes of the design system."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

CLASSES = {
    "checkbox": "form-check-input",
    "select": "form-select",
    "selectmultiple": "form-select",
    "nullbooleanselect": "form-select",
    "radioselect": "choices",
    "checkboxselectmultiple": "choices",
}


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the control of a field, with the class that its kind has; wrong ones are marked."""
    kind = CLASSES.get(field.widget_type, "form-control")
    own = field.field.widget.attrs.get("class", "")
    wrong = "is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": " ".join(filter(None, (kind, own, wrong)))})
