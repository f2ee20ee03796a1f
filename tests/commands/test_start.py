"""Start-up and commands as the machine's operator meets them: processes, one clear line, an exit code."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from models.base.db import make_engine
from tests.processes import ROOT, flask, run


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"TRUSTED_HOSTS": ""}, "TRUSTED_HOSTS"),
        ({"TRUSTED_HOSTS": "other.example.jp"}, "TRUSTED_HOSTS"),
        ({"PUBLIC_BASE_URL": "http://portal.example.jp"}, "https"),
        ({"PUBLIC_BASE_URL": "portal"}, "PUBLIC_BASE_URL"),
        ({"DEMO": "1"}, "DEMO=1"),
        ({"DEMO": "perhaps"}, "DEMO must be"),
        ({"PORT": "eight"}, "PORT must be"),
        ({"DATABASE_URL": "mysql://localhost/portal"}, "DATABASE_URL"),
        ({"MAIL_URL": "carrier-pigeon:"}, "MAIL_URL"),
    ],
)
def test_a_server_with_wrong_settings_does_not_start_and_says_why_in_one_line(
    tmp_path: Path, changed: dict[str, str], word: str
) -> None:
    ended = run(tmp_path, sys.executable, "-m", "app", **changed)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert line.startswith("The portal cannot start: ")
    assert word in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"TRUSTED_HOSTS": ""}, "TRUSTED_HOSTS"),
        ({"DEMO": "1"}, "DEMO=1"),
        ({}, "flask --app app migrate"),
    ],
)
def test_the_web_server_as_the_readme_starts_it_refuses_once_and_ends(
    tmp_path: Path, changed: dict[str, str], word: str
) -> None:
    serve = "-m gunicorn app:application -k gthread --workers 2 --bind 127.0.0.1:0 --log-level warning"
    ended = run(tmp_path, sys.executable, *serve.split(), "--no-control-socket", **changed)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert line.startswith("The portal cannot start: ")
    assert word in line


def test_a_worker_does_not_start_on_a_database_that_is_not_up_to_date(tmp_path: Path) -> None:
    ended = flask(tmp_path, "work")
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "flask --app app migrate" in line


def test_right_settings_start(tmp_path: Path) -> None:
    ended = run(tmp_path, sys.executable, "-m", "app")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_help_is_there_before_there_are_settings(tmp_path: Path) -> None:
    one = flask(tmp_path, "create-operator", "--help", SECRET_KEY="", TRUSTED_HOSTS="", PORT="eight")
    assert (one.returncode, one.stderr) == (0, "")
    assert "--user-name" in one.stdout


def test_the_first_operator_is_created_once_and_gets_a_link_for_the_password(tmp_path: Path) -> None:
    assert flask(tmp_path, "migrate").returncode == 0
    who = ["--user-name", "boss", "--name", "管理 太郎", "--role", "administrator", "--mail"]
    made = flask(tmp_path, "create-operator", *who, "boss@example.jp")
    assert made.returncode == 0, made.stderr
    assert "https://portal.example.jp/admin/password/" in made.stdout
    again = flask(tmp_path, "create-operator", *who, "boss@example.jp")
    assert again.returncode == 1
    assert again.stderr == "Error: ユーザー名「boss」の担当者はすでに登録されています。\n"
    wrong = flask(tmp_path, "create-operator", *who, "no address", "--user-name", "other")
    assert wrong.returncode == 1
    assert "メールアドレス" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_check_and_doctor_speak_of_a_new_database(tmp_path: Path) -> None:
    unmade = flask(tmp_path, "check")
    assert unmade.returncode == 1
    assert "flask --app app migrate" in unmade.stdout
    flask(tmp_path, "migrate")
    checked = flask(tmp_path, "check")
    assert checked.returncode == 1
    assert "There is no administrator" in checked.stdout
    assert "No worker was seen" in checked.stdout
    examined = run(tmp_path, str(ROOT / "script" / "doctor"), cwd=str(tmp_path))
    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "✓" in examined.stdout
    assert "✗" not in examined.stdout


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    for command in ("check", "doctor", "migrate"):
        away = flask(tmp_path, command, DATABASE_URL="postgresql://nobody@127.0.0.1:1/portal")
        assert away.returncode == 1
        assert "The database does not answer" in away.stdout + away.stderr
        assert "Traceback" not in away.stderr


def test_the_embedded_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "portal.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE anything (id INTEGER)"))
        files = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    engine.dispose()
    assert files == dict.fromkeys(("portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
