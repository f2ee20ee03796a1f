"""What passes as a password (RELIABILITY §1)."""

from __future__ import annotations

import pytest

from models.services.passwords import hashed, matches, password_problem
from models.tables.account import Account
from models.tables.operator import Operator

ACCOUNT = Account(user_name="chk7mq29t", mail="hanako.toyosu@example.co.jp")
OPERATOR = Operator(user_name="desk", mail="desk@example.co.jp")


@pytest.mark.parametrize(
    "password", ["umi to yama no", "なつのよるのあまのがわとほしぞら", "x7#kQ9!vLp2z", "correct horse battery staple"]
)
def test_long_and_rare_passwords_pass(password: str) -> None:
    assert password_problem(password, ACCOUNT) is None


@pytest.mark.parametrize(
    "password",
    [
        "short", "password1234", "P@ssw0rd12345", "123456789012", "aaaaaaaaaaaa", "qwertyuiopas", "abcabcabcabc", "abcdefghijklm",
        "chk7mq29t2026", "Connecure2026", "hanako.toyosu1", "welcome12345", "x" * 129,
    ],
)  # fmt: skip
def test_short_common_and_own_names_do_not(password: str) -> None:
    assert password_problem(password, ACCOUNT)


def test_operators_need_longer_ones() -> None:
    assert password_problem("umi to yama no", ACCOUNT) is None
    assert password_problem("umi to yama no", OPERATOR)


def test_a_password_typed_full_width_is_the_same_password() -> None:
    assert matches(hashed("umi to yama no 3"), "ｕｍｉ to yama no ３")


def test_without_a_hash_nothing_is_right() -> None:
    assert not matches(None, "nobody has this password")
