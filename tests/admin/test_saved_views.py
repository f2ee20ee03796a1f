"""Saved views: what a list's address says, under a name, for oneself, one's role or everyone (SPEC §11)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from models.base.db import database
from models.tables.event import Event
from models.tables.view import DefaultView, SavedView
from tests.clerk import Clerk, desk

LATE = "flt_name=豊洲&sort=-name"
SAVED = "flt_name=%E8%B1%8A%E6%B4%B2&sort=-name"


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk()


def save(
    clerk: Clerk, name: str = "豊洲の取引先", audience: str = "mine", place: str = "customer", query: str = LATE
) -> int:
    """Saves a view and gives its number."""
    answer = clerk.post(f"/views/{place}?query=q", f"/views/{place}", name=name, audience=audience, query=query)
    assert answer.status_code == 303, answer.text
    found = database().scalar(select(func.max(SavedView.id))) or 0
    database.remove()
    return found


def names_on(page: str) -> list[str]:
    """The views that a page offers, in order."""
    bar = page.partition('aria-label="保存した表示"')[2].partition("</nav>")[0]
    return re.findall(r'class="pill"[^>]*>([^<]+?)\s*<', bar)


def test_what_a_list_shows_is_saved_and_opened_again_by_its_name(app: Flask) -> None:
    clerk = Clerk(app)
    shown = clerk.get(f"/customer/?{LATE}").text
    offer = re.search(r'href="(/views/customer\?query=[^"]+)"', shown)
    assert offer
    form = clerk.get(offer[1].replace("&amp;", "&")).text
    assert f'value="{SAVED.replace("&", "&amp;")}"' in form
    assert re.findall(r"<li>([^<：]+：[^<]+)</li>", form) == ["会社名：豊洲", "並び順：会社名（大きい順）"]
    save(clerk)
    page = clerk.get("/customer/").text
    assert names_on(page) == ["すべて", "豊洲の取引先"]
    assert f'href="/customer/?{SAVED.replace("&", "&amp;")}"' in page
    current = clerk.get(f"/customer/?{SAVED}").text
    assert re.search(r'aria-current="true">豊洲の取引先', current)
    assert "この表示を保存" not in current
    assert names_on(clerk.get("/site/").text) == []


def test_a_view_is_seen_by_whom_it_was_saved_for(app: Flask) -> None:
    chief, anne, ben, reader = (
        Clerk(app, "administrator"),
        Clerk(app, "operator", "anne"),
        Clerk(app, "operator", "ben"),
        Clerk(app, "viewer"),
    )
    save(anne, "私の")
    save(anne, "担当者の", "role")
    save(chief, "全員の", "everyone")
    seen = {who: names_on(who.get("/customer/").text)[1:] for who in (chief, anne, ben, reader)}
    assert seen == {
        chief: ["全員の"],
        anne: ["私の", "担当者の", "全員の"],
        ben: ["担当者の", "全員の"],
        reader: ["全員の"],
    }


@pytest.mark.parametrize(("role", "audience"), [("viewer", "role"), ("viewer", "everyone"), ("operator", "everyone")])
def test_who_may_not_share_a_view_is_told_at_the_field(app: Flask, role: str, audience: str) -> None:
    clerk = Clerk(app, role)
    answer = clerk.post("/views/customer", "/views/customer", name="共有", audience=audience, query=LATE)
    assert answer.status_code == 422
    assert "使う人を一覧から選択してください" in answer.text
    assert 'value="共有"' in answer.text
    assert database().scalar(select(func.count(SavedView.id))) == 0


def test_a_roles_view_is_looked_after_by_its_owner_the_others_of_the_role_and_administrators(app: Flask) -> None:
    anne, ben, chief = Clerk(app, "operator", "anne"), Clerk(app, "operator", "ben"), Clerk(app, "administrator")
    number, reader = save(anne, "担当者の", "role"), Clerk(app, "viewer")
    for act in ("rename", "delete", "query"):
        assert reader.post("/views/customer", f"/views/{number}/{act}", name="横取り").status_code == 404
    assert anne.post("/views/customer", f"/views/{number}/rename", name="").status_code == 422
    for who, name in ((anne, "　新しい名前　"), (ben, "共有の名前"), (chief, "決めた名前")):
        assert who.post("/views/customer", f"/views/{number}/rename", name=name).status_code == 303
        assert name.strip() in names_on(anne.get("/customer/").text)
    assert names_on(chief.get("/customer/").text) == []  # not among the administrator's own
    managed = chief.get("/views/customer").text
    assert "「担当者」で共有・作成者 anneさん" in managed
    assert "最初に開く表示にする" not in managed
    replaced = ben.post("/views/customer", f"/views/{number}/query", query="q=有明")
    assert ben.follow(replaced).text.count("表示「決めた名前」の条件を置き換えました") == 1
    assert 'href="/customer/?q=%E6%9C%89%E6%98%8E"' in anne.get("/customer/?view=none").text
    assert "この表示の作成者：anneさん" in ben.get(f"/views/{number}/delete").text
    assert ben.post("/views/customer", f"/views/{number}/delete").status_code == 303
    assert names_on(anne.get("/customer/").text) == []
    edits = select(Event).where(Event.table_name == "saved_view").order_by(Event.id)
    assert [(event.action, event.actor_name) for event in database().scalars(edits)] == [
        ("created", "anneさん"),
        ("edited", "anneさん"),
        ("edited", "benさん"),
        ("edited", "administratorさん"),
        ("edited", "benさん"),
        ("deleted", "benさん"),
    ]


def test_what_is_somebodys_own_or_everyones_is_not_changed_by_others(app: Flask) -> None:
    anne, ben, chief = Clerk(app, "operator", "anne"), Clerk(app, "operator", "ben"), Clerk(app, "administrator")
    own, shared = save(anne, "私の"), save(chief, "全員の", "everyone")
    for act in ("rename", "delete", "query"):
        for who in (ben, chief):
            assert who.post("/views/customer", f"/views/{own}/{act}", name="横取り").status_code == 404
        assert ben.post("/views/customer", f"/views/{shared}/{act}", name="横取り").status_code == 409
    other_chief = Clerk(app, "administrator", "second")
    assert other_chief.post("/views/customer", f"/views/{shared}/delete").status_code == 303


def test_a_view_takes_over_what_the_list_shows_now(app: Flask) -> None:
    clerk = Clerk(app)
    number = save(clerk)
    page = clerk.get("/views/customer?query=q=有明").text
    assert f'action="/views/{number}/query"' in page
    assert "いまの条件に置き換える" in page
    assert "いまの条件に置き換える" not in clerk.get("/views/customer").text
    assert clerk.post("/views/customer", f"/views/{number}/query", query="flt_no_such=1").status_code == 400


def test_two_views_of_one_place_do_not_have_one_name(app: Flask) -> None:
    clerk = Clerk(app)
    save(clerk)
    answer = clerk.post("/views/customer", "/views/customer", name="豊洲の取引先", audience="mine", query="")
    assert answer.status_code == 422
    assert "すでにあります" in answer.text
    save(clerk, place="site", query="")


def test_a_place_opens_with_the_operators_default_and_only_that_operators(app: Flask) -> None:
    anne, ben = Clerk(app, "operator", "anne"), Clerk(app, "operator", "ben")
    first = save(anne, "担当者の", "role")
    second = save(anne, "営業中", "mine", query="q=営業")
    for number in (first, second):
        anne.post("/views/customer", f"/views/{number}/default", is_wanted="1")
    assert database().scalar(select(func.count(DefaultView.id))) == 1
    database.remove()
    opened = anne.get("/customer/")
    assert (opened.status_code, opened.location) == (302, "/customer/?q=%E5%96%B6%E6%A5%AD")
    assert ben.get("/customer/").status_code == 200
    assert 'href="/customer/?view=none"' in anne.get(opened.location).text
    assert anne.get("/customer/?view=none").status_code == 200
    within = anne.client.get("/customer/", headers={"Referer": "http://localhost/customer/?q=営業"})
    assert within.status_code == 200  # the last condition was taken off
    anne.post("/views/customer", f"/views/{second}/default", is_wanted="0")
    assert anne.get("/customer/").status_code == 200


def test_the_inbox_has_views_of_its_own(app: Flask) -> None:
    asked = Clerk(app, "viewer").get("/views/inbox?query=type%3Dbilling%26due%3Dlate%26whose%3Dmine").text
    said = ["情報の種類：請求情報", "担当：自分の担当", "提出締切日：期限を過ぎたもの"]
    assert re.findall(r"<li>([^<：]+：[^<]+)</li>", asked) == said
    clerk = Clerk(app)
    number = save(clerk, "自分の契約", place="inbox", query="whose=mine&type=contract&page=7")
    clerk.post("/views/inbox", f"/views/{number}/default", is_wanted="1")
    opened = clerk.get("/")
    assert opened.location == "/?type=contract&whose=mine"
    assert re.search(r'aria-current="true">自分の契約', clerk.get(opened.location).text)
    assert names_on(clerk.get("/?view=none").text) == ["すべて", "自分の契約"]


def test_what_a_list_would_refuse_is_not_saved(app: Flask) -> None:
    clerk = Clerk(app)
    answer = clerk.post("/views/customer", "/views/customer", name="変", audience="mine", query="flt_no_such=1")
    assert answer.status_code == 400
    assert "no_such" in answer.text
    assert clerk.get("/views/no_such_table").status_code == 404


def test_another_persons_own_view_is_like_a_missing_one(app: Flask) -> None:
    number = save(Clerk(app, "operator", "anne"))
    chief = Clerk(app, "administrator")
    for act in ("rename", "default", "delete"):
        assert chief.post("/views/customer", f"/views/{number}/{act}", name="x").status_code == 404
