"""窓口の手引き is complete, and true because its facts are drawn from the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import Engine

from admin import guide_topics
from admin.guide_page import TABLES
from admin.guide_topics import CHAPTERS, TOPICS, words
from admin.keys import KEYS
from admin.menu import AREAS, GUIDE
from admin.rights import DELETE, WRITE
from models.base.actor import ROLE_LABELS, WRITERS, Role
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Status
from models.services import bulk, tabular
from tests.clerk import Clerk, desk, furnish


@pytest.fixture
def app(db: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    furnish()
    yield desk()
    monkeypatch.undo()
    settings.cache_clear()


def guide(clerk: Clerk) -> str:
    return unescape(clerk.get("/guide").text)


def part_of(page: str, code: str) -> str:
    start = page.index(f'id="{code}"')
    return page[start : page.index("</section>", start)]


def test_every_page_leads_to_the_guide_and_every_link_of_it_leads_somewhere(app: Flask) -> None:
    clerk = Clerk(app, "viewer")
    front = clerk.get("/").text
    assert front.count(f'href="{GUIDE[1]}"') >= 2, "in the head, and beside the list of keys"
    page = guide(clerk)
    main = page[page.index("<main") :]
    assert {topic.code for topic in TOPICS} == set(re.findall(r'href="#([a-z-]+)"', main))
    for url in set(re.findall(r'<a href="(/[^"]*)"', main)):
        assert clerk.get(url).status_code == 200, url


def test_every_move_of_the_desk_stands_in_it(app: Flask) -> None:
    moves = part_of(guide(Clerk(app)), "moves")
    for made in WORKFLOWS.values():
        table = moves[moves.index(f">{made.label}</summary>") :]
        table = table[: table.index("</details>")]
        edges = [edge for edge in made.edges.values() if edge.roles & WRITERS]
        assert table.count('<th scope="row">') == len(edges), made.code
        for edge in edges:
            wanted = rf"{edge.source.desk_label}</th><td>「{edge.target.desk_label}」にする</td>"
            assert re.search(wanted, table), (made.code, edge)
            assert all(need.value in table for need in made.needs.get(edge.target, ()))


def test_limits_and_times_are_those_that_hold(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = Clerk(app)
    assert "いまの設定では、操作を取り消せません" in part_of(guide(clerk), "take-back")
    for name, value in {"TAKE_BACK_SECONDS": "420", "SHEET_MEGABYTES": "3", "OPERATOR_IDLE_SECONDS": "1500"}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    monkeypatch.setattr(bulk, "LIMIT", 12_345)
    monkeypatch.setattr(tabular, "MOST_LINES", 6_789)
    page = guide(clerk)
    for code, said in {
        "take-back": "7分以内であれば取り消せます",
        "bulk": "12,345件まで",
        "import": "6,789行",
        "files": "Excel（xlsx）のファイル、3MBまで",
        "logins": "25分のあいだ",
    }.items():
        assert said in part_of(page, code), code


def test_rights_are_those_of_the_roles(app: Flask) -> None:
    roles = part_of(guide(Clerk(app, "viewer")), "roles")
    for text, areas in AREAS:
        for area in areas:
            for role in (Role.OPERATOR, Role.ADMINISTRATOR):
                rights = ["見る", *(["変える"] * (role in WRITE[area])), *(["削除する"] * (role in DELETE[area]))]
                assert f"<td>{'・'.join(rights)}</td>" in roles, (text, area, role)
    assert all(ROLE_LABELS[role] in roles for role in (Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR))


def test_keys_are_those_of_the_pages(app: Flask) -> None:
    keys = part_of(guide(Clerk(app)), "keys")
    for key in KEYS.values():
        assert f"<td>{key.sign}</td><td>{key.words.format(status='…')}</td>" in keys


def test_no_number_or_status_is_typed_in_its_texts() -> None:
    said = words()
    for topic in TOPICS:
        texts = [topic.title, topic.lead, *topic.notes, *(step.text for step in topic.steps)]
        for text in texts:
            assert not re.search(r"[0-9０-９]", text), text
            assert not any(f"「{status.desk_label}」" in text for status in Status), text
            assert text.format_map(said)
    assert set(TABLES) <= {topic.code for topic in TOPICS}
    assert len({topic.code for topic in TOPICS}) == sum(len(chapter.topics) for chapter in CHAPTERS)
    assert guide_topics.take_back_rule(90) != guide_topics.take_back_rule(0)
