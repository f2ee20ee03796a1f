"""A child can neither hang, nor eat the machine, nor read our secrets (RELIABILITY §2, check 20)."""

from __future__ import annotations

import logging

import pytest

from models.services.guarded import Cause, ChildFailed, Limits, Work, run_guarded
from tests.domain import guarded_work


def test_what_goes_in_and_comes_out_is_the_same() -> None:
    data = bytes(range(256)) * 5000
    assert run_guarded(guarded_work.turn_round, data, times=2) == ({"times": 2, "name": "髙﨑"}, data[::-1] * 2)


@pytest.mark.parametrize(
    ("work", "options", "limits", "cause"),
    [
        (guarded_work.run_for_ever, {}, Limits(cpu_seconds=1), Cause.TIME),
        (guarded_work.wait_for_ever, {}, Limits(wall_seconds=1), Cause.TIME),
        (guarded_work.take_much_memory, {"megabytes": 300}, Limits(memory_megabytes=256), Cause.MEMORY),
        (guarded_work.answer_much, {"megabytes": 3}, Limits(output_megabytes=2), Cause.FAULT),
        (guarded_work.raise_error, {}, Limits(), Cause.FAULT),
    ],
)
def test_a_child_that_goes_too_far_is_ended(work: Work, options: dict, limits: Limits, cause: Cause) -> None:
    with pytest.raises(ChildFailed) as failed:
        run_guarded(work, b"", limits=limits, **options)
    assert failed.value.cause is cause


def test_memory_within_the_limit_is_given() -> None:
    value, _ = run_guarded(guarded_work.take_much_memory, b"", limits=Limits(memory_megabytes=512), megabytes=300)
    assert value == 300 * 1024 * 1024


def test_a_child_knows_none_of_our_settings() -> None:
    value, _ = run_guarded(guarded_work.show_surroundings, b"")
    assert not {"SECRET_KEY", "DATABASE_URL", "MAIL_URL"} & set(value["environment"])
    assert value["arguments"] == []


def test_what_stands_in_a_file_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ChildFailed):
        run_guarded(guarded_work.raise_error, "秘密の内容".encode())
    assert "ValueError" in caplog.text
    assert "秘密" not in caplog.text
