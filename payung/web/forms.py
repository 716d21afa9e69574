"""How forms are rendered: plain Django forms come out as the components of the look, errors summed up at the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from payung.web.components import render

_TEXT = "govuk-input"
_WIDTHS = (5, 10, 20)
_NEVER = frozenset({"class", "hints", "required", "step", "min", "max"})
"""`hints` is ours; what is missing is said by the error summary in the language of the page, not by the browser."""


class Renderer(DjangoTemplates):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with the templates in `templates/django/forms`."""

    @cached_property
    def engine(self) -> Any:
        """Our templates first, Django's own for the rest."""
        ours, theirs = Path(__file__).parent / "templates", Path(forms.__file__).parent / "templates"
        return self.backend(
            {
                "APP_DIRS": False,
                "DIRS": [ours, theirs],
                "NAME": "payungforms",
                "OPTIONS": {"builtins": ["payung.web.templatetags.payung"]},
            }
        )


def widget_attrs(widget: Mapping[str, Any], classes: str = "") -> SafeString:
    """The attributes of a widget with the classes of its component in front of its own."""
    attrs = {
        name: value for name, value in widget["attrs"].items() if name not in _NEVER and value is not False
    }
    if widget.get("type") == "hidden":
        return flatatt(attrs)
    own = str(widget["attrs"].get("class", ""))
    if "govuk-" not in classes.replace(f"{_TEXT}--", ""):
        classes = f"{_TEXT} {classes or _width(widget['attrs'], own)}"
    if widget["attrs"].get("required"):
        attrs["aria-required"] = "true"
    return flatatt({"class": " ".join(f"{classes} {own}".split()), **attrs})


def hint_of(hints: Mapping[Any, str] | None, value: Any) -> str:
    """What stands below one choice: `forms.RadioSelect(attrs={"hints": {value: sentence}})`."""
    return (hints or {}).get(str(value), "") if hints else ""


def error_summary(form: forms.BaseForm | forms.BaseFormSet[Any]) -> SafeString:
    """Everything that is wrong with a form or formset, linked to the fields; nothing where nothing is wrong."""
    found = list(_problems(form))
    return render("error_summary", problems=found) if found else SafeString()


def _problems(form: forms.BaseForm | forms.BaseFormSet[Any]) -> Iterable[tuple[str, str, str]]:
    """Id of the element, label, words of each error."""
    if not form.is_bound:
        return
    if isinstance(form, forms.BaseFormSet):
        yield from (("", "", str(error)) for error in form.non_form_errors())
        for one in form:
            yield from _problems(one)
        return
    for name, errors in form.errors.items():
        if name not in form.fields:
            yield from (("", "", str(error)) for error in errors)
            continue
        field = form[name]
        target = field.subwidgets[0].id_for_label if field.subwidgets else field.auto_id
        hidden = field.is_hidden
        yield from (
            ("" if hidden else target or field.auto_id, _named(str(field.label)), str(error))
            for error in errors
        )


def _named(label: str) -> str:
    """A label before the words of its error."""
    return label if label.endswith(("?", ".", ":", "!")) else f"{label}:"


def _width(attrs: Mapping[str, Any], own: str) -> str:
    """A short answer gets a short field."""
    longest = attrs.get("maxlength")
    fitting = [width for width in _WIDTHS if longest and int(longest) <= width]
    return f"{_TEXT}--width-{fitting[0]}" if fitting and "width-" not in own else ""
