"""Field specs → WTForms classes: one form for every page, made from the declarations."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import BooleanField, Field, Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, DateInput, Input, ListWidget, MonthInput, RadioInput, Select, TextInput

from models.base.choices import Choice, MasterChoice, MasterChoices, Picked
from models.base.conditions import Condition, When, WhenBoth
from models.base.errors import Problem
from models.base.fields import Spec, read_typed
from models.base.japanese import PostalCode
from models.base.values import Kind

Options = Mapping[str, list[tuple[str, str]]]
NO_HELPS: Mapping[str, str] = {}
RADIOS = 3
OFFERS = 6  # choices that a page gives by the field's name, each with a word about it


def attributes(**given: Any) -> Markup:
    """The attributes of a control."""
    pairs = sorted((name, value) for name, value in given.items() if value is not False)
    return Markup(" ".join(name if value is True else f'{name}="{escape(value)}"' for name, value in pairs))  # nosec B704


class Control(Input):
    """A control as WTForms writes it, in a third of the time: a page with three addresses has hundreds of attributes."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        """The control; of a field's flags, only whether it is required stands in it."""
        own = {"id": field.id, "type": self.input_type, "required": bool(field.flags.required), "value": field._value()}
        return Markup(f"<input {attributes(**{**own, **given, 'name': field.name})}>")  # nosec B704


class Line(Control, TextInput):
    """A line of text."""


class Dot(RadioInput, Control):
    """One of a few answers."""


class Box(CheckboxInput, Control):
    """What is ticked or not."""


class TickField(BooleanField):
    """A box that is ticked or not; absent means not."""

    widget = Box()


class TicksField(SelectMultipleField):
    """Boxes of which some are ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = Box()


class Lines(Select):
    """A list to choose from. Prefectures stand up to four times on a page: each of their lines is written once, not every time."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        """The control with its lines; WTForms' own way makes three objects of each line first."""
        lines = "".join(_line(value, label, value == field.data) for value, label in field.choices)
        own = attributes(id=field.id, name=field.name, required=bool(field.flags.required), **given)
        return Markup(f"<select {own}>{lines}</select>")  # nosec B704


@lru_cache(maxsize=4096)
def _line(value: str, label: str, is_chosen: bool) -> Markup:
    chosen = Markup(" selected") if is_chosen else ""
    return Markup('<option{} value="{}">{}</option>').format(chosen, escape(value), escape(label))


class ListField(SelectField):
    """One choice of a list."""

    widget = Lines()


class DayField(StringField):
    """A day; what was typed is kept as it was until the kind has read it."""

    widget = DateInput()


class MonthField(StringField):
    """A month; typed as a text where a browser has no control for it."""

    widget = MonthInput()


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


LINES: Mapping[str, type[StringField]] = {"lines": TextAreaField, "day": DayField, "month": MonthField}


def form_class(
    specs: Mapping[str, Spec],
    base: type[Form],
    options: Options,
    with_fixed: bool = False,
    helps: Mapping[str, str] = NO_HELPS,
) -> type[Any]:
    """A form with a field for each spec, named like the column.

    `options` are the choices by field name, else by master table. `with_fixed`: also what is chosen only when applying. `helps`
    stand in place of the declared help, by the specs' keys.
    """
    fields = {
        name: _field(name, spec, options, helps.get(spec.key, spec.help))
        for name, spec in specs.items()
        if spec.is_editable and (with_fixed or not spec.is_fixed)
    }
    return type("SpecForm", (base,), fields)


def _field(name: str, spec: Spec, options: Options, described: str) -> Field:
    attributes = dict(spec.kind.hints)
    if spec.autocomplete:
        attributes["autocomplete"] = spec.autocomplete
    common: dict[str, Any] = {"description": described, "render_kw": attributes}
    if spec.kind.control == "tick":
        return TickField(spec.label, **common)
    if isinstance(spec.kind, Choice | Picked | MasterChoice | MasterChoices):
        return _choice(name, spec, options, common)
    if spec.kind.control in LINES:
        return LINES[spec.kind.control](spec.label, filters=[_text], **common)
    if limit := getattr(spec.kind, "limit", 0):
        attributes["data-limit"] = str(limit)
    if isinstance(spec.kind, PostalCode):
        return PostalCodeField(spec.label, filters=[_text], widget=Line(), **common)
    return StringField(spec.label, filters=[_text], widget=Line(), **common)


def _choice(name: str, spec: Spec, options: Options, common: dict[str, Any]) -> Field:
    kind = spec.kind
    if name in options:
        found = options[name]
    elif isinstance(kind, Choice | Picked):
        found = kind.options()
    else:
        found = options.get(getattr(kind, "table", ""), [])
    common |= {"validate_choice": False, "coerce": _text}
    if isinstance(kind, MasterChoices):
        return TicksField(spec.label, choices=found, **common)
    few = RADIOS if isinstance(kind, Choice) else OFFERS if isinstance(kind, MasterChoice) and name in options else 0
    if 0 < len(found) <= few:
        return RadioField(spec.label, choices=found, option_widget=Dot(), **common)
    return ListField(spec.label, choices=[("", "選択してください"), *found], **common)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def mark_required(form: Any, specs: Mapping[str, Spec], values: Mapping[str, Any]) -> None:
    """Says at each field in words whether it is required with these values, and with which other answer it is asked for."""
    for name, spec in specs.items():
        if name in form:
            form[name].flags.only_when, form[name].flags.only_values = _governed_by(spec.allowed)
            form[name].flags.required = spec.required is True or (not spec.required_note and spec.is_required(values))
            if isinstance(spec.required, Condition) and spec.required_note:
                form[name].flags.required_note = spec.required_note
                form[name].flags.required_within = _note_within(spec.required, spec.allowed)


def _note_within(required: Condition, allowed: Condition | None) -> str | None:
    """Which condition is left once the answer is given that a field is asked for with: "" for none, None where that makes no difference."""
    if isinstance(required, WhenBoth) and required.first == allowed and required.second:
        return required.second.note
    return "" if required == allowed else None


def _governed_by(allowed: Condition | None) -> tuple[str, str]:
    # The control that a script watches, and its answers; facts of the order (with a dot) do not change while one types.
    if isinstance(allowed, WhenBoth):
        return _governed_by(allowed.first)
    if allowed is None or "." in allowed.name or not allowed.name:
        return "", ""
    ticks: dict[Any, str] = {True: "on", False: "off", None: "off"}
    wanted = allowed.wanted if isinstance(allowed, When) else ()
    return allowed.name, " ".join(dict.fromkeys(ticks.get(value, str(value)) for value in wanted))


def fill(form: Any, specs: Mapping[str, Spec], values: Mapping[str, Any]) -> None:
    """Shows stored values in a form that was not sent."""
    for name, spec in specs.items():
        if name in form:
            _show(form[name], spec.kind, values.get(name))


def fill_typed(form: Any, specs: Mapping[str, Spec], typed: Mapping[str, Any]) -> None:
    """Shows what was typed before, right or wrong, in a form that was not sent."""
    for name, spec in specs.items():
        if name in form and name in typed:
            given = typed[name]
            if spec.kind.control == "tick":
                form[name].data = bool(given)
            else:
                form[name].data = list(given) if isinstance(spec.kind, MasterChoices) else _text(given)


def typed_in(form: Any, specs: Mapping[str, Spec]) -> dict[str, Any]:
    """What was typed, as it can be kept and shown again: a text, a list of codes, or whether it is ticked."""
    return {name: form[name].data for name in specs if name in form}


def _show(bound: Field, kind: Kind, value: Any) -> None:
    if kind.control == "tick":
        bound.data = bool(value)
    elif isinstance(kind, MasterChoices):
        bound.data = list(value or ())
    else:
        bound.data = kind.write(value)
        _offer_stored(bound, kind, value)


def _offer_stored(bound: Field, kind: Kind, value: Any) -> None:
    # What is stored stays choosable where it is no longer offered, or the next save would lose it.
    if (
        isinstance(bound, SelectField)
        and bound.data
        and bound.data not in {choice[0] for choice in bound.choices or ()}
    ):
        bound.choices = [*(bound.choices or ()), (bound.data, kind.show(value))]


def read(
    form: Any, specs: Mapping[str, Spec], facts: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """The typed values by column, normalised and parsed, and what could not be read. The form then shows the normalised text.

    With the `facts` of an order, nothing is wrong in a field that these answers leave no question for.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, spec in specs.items():
        if name not in form:
            continue
        values[name], problem = _read_one(form[name], spec.kind)
        if problem:
            problems.append(Problem(name, problem))
    if facts is not None:
        known = {**facts, **values}
        problems = [problem for problem in problems if specs[problem.field].is_allowed(known)]
    return values, problems


def _read_one(bound: Field, kind: Kind) -> tuple[Any, str | None]:
    value, problem = read_typed(kind, bound.data)
    if value is not None:
        _show(bound, kind, value)
    return value, problem


def show_problems(form: Any, problems: Iterable[Problem]) -> None:
    """Puts each problem at its field; what belongs to no field stands above the form."""
    for problem in problems:
        if problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, problem.message]
        else:
            form.form_errors.append(problem.message)
