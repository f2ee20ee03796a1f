"""Field specs → WTForms classes: one form for every page, made from the declarations."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import DateInput

from models.base.choices import Choice, MasterChoice
from models.base.conditions import Condition
from models.base.errors import Problem
from models.base.fields import Spec
from models.base.japanese import PostalCode
from models.base.values import Kind, Text

Options = Mapping[str, list[tuple[str, str]]]
RADIOS = 3


class TickField(BooleanField):
    """A box that is ticked or not; absent means not."""


class DayField(StringField):
    """A day; what was typed is kept as it was until the kind has read it."""

    widget = DateInput()


class PostalCodeField(StringField):
    """A postal code that can fill the address it belongs to; `note` and `places` say what came of pressing its button."""

    note: str = ""
    places: Sequence[str] = ()
    chosen: str = ""

    @property
    def choice_name(self) -> str:
        """The control that chooses among several places."""
        return f"{self.name}_place"


def address_of(postal_code: str, names: Container[str]) -> dict[str, str]:
    """The fields that a postal code can fill, by what they hold; `names` are the fields of its form."""
    prefix = postal_code.removesuffix("postal_code")
    parts = {part: f"{prefix}{part}" for part in ("prefecture", "city", "city_kana")}
    return {part: name for part, name in parts.items() if name in names}


def form_class(specs: Mapping[str, Spec], base: type[Form], options: Options) -> type[Any]:
    """A form with a field for each spec, named like the column. `options` are the choices of master tables by table name."""
    fields = {name: _field(spec, options) for name, spec in specs.items() if spec.is_editable}
    return type("SpecForm", (base,), fields)


def _field(spec: Spec, options: Options) -> Field:
    attributes = dict(spec.kind.hints)
    if spec.autocomplete:
        attributes["autocomplete"] = spec.autocomplete
    common: dict[str, Any] = {"description": spec.help, "render_kw": attributes}
    if spec.kind.control == "tick":
        return TickField(spec.label, **common)
    if isinstance(spec.kind, Choice | MasterChoice):
        return _choice(spec, options, common)
    if spec.kind.control == "lines":
        return TextAreaField(spec.label, filters=[_text], **common)
    if spec.kind.control == "day":
        return DayField(spec.label, filters=[_text], **common)
    if isinstance(spec.kind, PostalCode):
        return PostalCodeField(spec.label, filters=[_text], **common)
    if isinstance(spec.kind, Text):
        attributes["data-limit"] = str(spec.kind.limit)
    return StringField(spec.label, filters=[_text], **common)


def _choice(spec: Spec, options: Options, common: dict[str, Any]) -> Field:
    kind = spec.kind
    found = (
        kind.options()
        if isinstance(kind, Choice)
        else options.get(kind.table, [])
        if isinstance(kind, MasterChoice)
        else []
    )
    if isinstance(kind, Choice) and len(found) <= RADIOS:
        return RadioField(spec.label, choices=found, validate_choice=False, coerce=_text, **common)
    return SelectField(
        spec.label, choices=[("", "選択してください"), *found], validate_choice=False, coerce=_text, **common
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def mark_required(form: Any, specs: Mapping[str, Spec], values: Mapping[str, Any]) -> None:
    """Says at each field in words whether it is required with these values."""
    for name, spec in specs.items():
        if name in form:
            form[name].flags.required = spec.required is True or (not spec.required_note and spec.is_required(values))
            if isinstance(spec.required, Condition) and spec.required_note:
                form[name].flags.required_note = spec.required_note


def fill(form: Any, specs: Mapping[str, Spec], values: Mapping[str, Any]) -> None:
    """Shows stored values in a form that was not sent."""
    for name, spec in specs.items():
        if name in form:
            value = values.get(name)
            form[name].data = bool(value) if spec.kind.control == "tick" else spec.kind.write(value)


def read(form: Any, specs: Mapping[str, Spec]) -> tuple[dict[str, Any], list[Problem]]:
    """The typed values by column, normalised and parsed, and what could not be read. The form then shows the normalised text."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, spec in specs.items():
        if name not in form:
            continue
        values[name], problem = _read_one(form[name], spec.kind)
        if problem:
            problems.append(Problem(name, problem))
    return values, problems


def _read_one(bound: Field, kind: Kind) -> tuple[Any, str | None]:
    if kind.control == "tick":
        return bool(bound.data), None
    text = kind.normalise(_text(bound.data))
    if not text:
        return None, None
    problem = kind.problem(text)
    if problem:
        return None, problem
    bound.data = kind.write(kind.parse(text))
    return kind.parse(text), None


def show_problems(form: Any, problems: Iterable[Problem]) -> None:
    """Puts each problem at its field; what belongs to no field stands above the form."""
    for problem in problems:
        if problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, problem.message]
        else:
            form.form_errors.append(problem.message)
