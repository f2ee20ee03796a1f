"""How a section of a form is laid out: which short answers stand side by side, and what stands above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.base.fields import Section, Spec
from models.kinds.copies import Copy

# What stands beside a field where the page is wide enough, by the ends of the two names: a name and its reading, a person and the
# department, the two ways to reach somebody.
BESIDE = {
    "company_type": "type_position",
    "company_name": "company_kana",
    "corporate_number": "corporate_number_absent",
    "representative": "representative_kana",
    "city": "city_kana",
    "start_year": "start_month",
    "short_name": "location_name",
    "place_floor": "place_room",
    "phone": "mail",
}
DEPARTMENT = ("department_kana", "person_name")
# Subheadings of sections that ask for more than one thing; a block whose label is not the section's title is one by itself.
SUBHEADINGS = {
    "契約者情報": {"company_type": "会社", "department": "部署・契約者", "postal_code": "住所・電話番号"},
}


@dataclass(frozen=True)
class Row:
    """One field or two; `heading` and `copies` stand above them."""

    names: tuple[str, ...]
    heading: str = ""
    copies: Sequence[Copy] = ()


@dataclass(frozen=True)
class Layout:
    """A section as it is laid out. `is_spare`: nothing of it need be given and nothing was, so that it may be folded away."""

    section: Section
    rows: list[Row]
    is_spare: bool


def layout_of(section: Section, form: Any, copies: Sequence[Copy] = ()) -> Layout:
    """The section's rows, of the fields that the form has; `copies` stand above the first field that they fill."""
    names = [name for name in section.names if name in form]
    headings = {**_block_headings(section), **SUBHEADINGS.get(section.title, {})}
    targets = {target for copy in copies for target in copy.fields}
    filled = next((name for name in names if name in targets), None)
    rows = [Row(row, headings.get(row[0], ""), copies if filled in row else ()) for row in in_rows(names)]
    return Layout(section, rows, _is_spare(section, [form[name] for name in names]))


def in_rows(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Fields in the order in which the page shows them, those that belong together in one row."""
    left = list(names)
    while left:
        name = left.pop(0)
        beside = next((other for other in _partners(name) if other in left), None)
        if beside:
            left.remove(beside)
        yield (name, beside) if beside else (name,)


def in_form_order(specs: Mapping[str, Spec]) -> dict[str, Spec]:
    """The fields in the order in which the form shows them: answers are read, and mistakes are listed, in the same."""
    return {name: specs[name] for row in in_rows(specs) for name in row}


def _partners(name: str) -> Iterator[str]:
    for end, other in BESIDE.items():
        if name == end or name.endswith(f"_{end}"):
            yield f"{name.removesuffix(end)}{other}"
    if name.endswith("department"):
        yield from (f"{name.removesuffix('department')}{other}" for other in DEPARTMENT)


def _block_headings(section: Section) -> dict[str, str]:
    return {next(iter(block.specs())): block.label for block in section.blocks if block.label != section.title}


def _is_spare(section: Section, fields: list[Any]) -> bool:
    return section.is_optional and not any(field.data or field.errors for field in fields)
