"""The page that says which test shows which promise is true."""

from __future__ import annotations

import ast
import re

import pytest

from models.base.settings import ROOT

NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", (ROOT / "docs/checks.md").read_text(encoding="utf-8"))))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize("path", sorted({path for path, _name in NAMED}))
def test_every_test_that_the_page_names_is_there(path: str) -> None:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {name for where, name in NAMED if where == path} - there == set()
