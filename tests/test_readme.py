"""What the README promises to people is there."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from models.base.settings import ROOT, Settings
from models.seeds.demo import LOGINS, PASSWORD

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_demo_login_stands_in_the_readme() -> None:
    assert PASSWORD in README
    for _who, user_name, _password in LOGINS:
        assert f"`{user_name}`" in README


def test_every_setting_of_the_readme_exists() -> None:
    table = README.split("## Settings")[1].split("## ")[0]
    named = {name.lower() for name in re.findall(r"`([A-Z_]{4,})`", table)}
    assert named
    assert named <= {field.name for field in fields(Settings)}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:models|web|bench|script|docs)/[\w/.-]+)`", README))))
def test_every_file_that_the_readme_names_is_there(path: str) -> None:
    assert (ROOT / path).exists(), path


@pytest.mark.parametrize("picture", re.findall(r"\]\((docs/[\w.-]+)\)", README))
def test_every_picture_is_there(picture: str) -> None:
    assert (ROOT / picture).stat().st_size > 10_000
