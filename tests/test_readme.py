"""What the README and CONTRIBUTING promise to people is there."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path
from pkgutil import iter_modules

import pytest

import models.services
from models.base.settings import ROOT, Settings
from models.seeds.demo import LOGINS, PASSWORD
from tests.processes import run

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted(
    set(
        re.findall(
            r"`((?:models|web|portal|admin|tests|migrations|bench|script|docs)/[\w/.-]+)`", README + CONTRIBUTING
        )
    )
)
# What the README's example stands on, and what its reader then has.
BEFORE = """
from datetime import date
from sqlalchemy.orm import Mapped
from models.base.fields import Block, field, section
from models.base.groups import Address
from models.base.kind import Include, RequestKind, register
from models.base.values import Day, Text
from models.base.workflow import Need, workflow
from models.tables.record import Record
"""
AFTER = """
import models.mapping
from models.kinds import CHANGES
from models.seeds.status_texts import meaning_of
from models.base.fields import specs_of
assert KIND in CHANGES
assert all(meaning_of(SITE_KEY, status) for status in SITE_KEY.statuses)
assert {"handed_on", "holder", "postal_code"} <= set(specs_of(SiteKeyRecord))
"""


def test_every_demo_login_stands_in_the_readme() -> None:
    assert PASSWORD in README
    for _who, user_name, _password in LOGINS:
        assert f"`{user_name}`" in README


def test_every_setting_of_the_readme_exists() -> None:
    table = README.split("## Settings")[1].split("## ")[0]
    named = {name.lower() for name in re.findall(r"`([A-Z_]{4,})`", table)}
    assert named
    assert named <= {field.name for field in fields(Settings)}


@pytest.mark.parametrize("path", NAMED)
def test_every_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists(), path


def test_the_example_of_the_readme_is_a_working_record_type_and_kind(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    ended = run(tmp_path, sys.executable, "-c", BEFORE + example + AFTER)
    assert ended.returncode == 0, ended.stderr


def test_contributing_names_every_service_once() -> None:
    index = CONTRIBUTING.split("## Where the services are")[1].split("| subject | modules |")[1].split("\n## ")[0]
    named = Counter(re.findall(r"`(\w+)`", index))
    there = {module.name for module in iter_modules(models.services.__path__)}
    assert there - named.keys() == set(), "CONTRIBUTING.md, 'Where the services are', lacks these modules"
    assert named.keys() - there == set(), "CONTRIBUTING.md, 'Where the services are', names what is not there"
    assert max(named.values()) == 1, named.most_common(3)


@pytest.mark.parametrize("picture", re.findall(r"\]\((docs/[\w.-]+)\)", README))
def test_every_picture_is_there(picture: str) -> None:
    assert (ROOT / picture).stat().st_size > 10_000
