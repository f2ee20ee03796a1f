"""A request kind is a file, and nothing that is kept by hand beside it forgets one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import models.kinds
from models.base.kind import KINDS, RequestKind
from models.kinds import CHANGES
from tests.domain import by_the_book as book


def test_every_kind_that_a_file_declares_is_known() -> None:
    modules = [import_module(f"models.kinds.{module.name}") for module in iter_modules(models.kinds.__path__)]
    declared = {value.code for module in modules for value in vars(module).values() if isinstance(value, RequestKind)}
    assert declared == set(KINDS), "register() makes a kind known"


def test_changes_are_offered_in_the_order_of_the_specification() -> None:
    ordered = ("site_rename", "contractor_change", "billing_change", "configuration_change", "fault_contact_change")
    assert tuple(kind.code for kind in CHANGES if kind.code in ordered) == ordered


def test_every_change_says_what_it_is_for() -> None:
    assert not [kind.code for kind in CHANGES if not kind.purpose]


def test_the_book_knows_every_kind_with_the_records_it_always_brings() -> None:
    assert set(book.BRINGS) == set(KINDS), "tests/domain/by_the_book.py tells each kind a second time: BRINGS, ADDS"
    for kind in KINDS.values():
        always = {include.record.type_code() for include in kind.includes if include.when is None}
        assert set(book.BRINGS[kind.code]) == always, kind.code
