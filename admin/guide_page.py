"""窓口の手引き: how the desk works, for somebody who is new at it; its facts are drawn from the declarations, so always true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from admin import rights
from admin.blueprint import desk
from admin.codes import SIDES, mapped_by_table
from admin.guide_topics import CHAPTERS, words
from admin.keys import KEYS
from admin.menu import AREAS, BESIDE, GUIDE
from admin.waiting import types_by_code
from models.base.actor import DESK, WRITERS, Role
from models.base.db import Area, database
from models.base.workflow import WORKFLOWS, Side, Status, Workflow
from models.services.desk_acts import acts_of
from models.services.incoming import wanted_for
from models.services.meanings import meanings_of
from models.services.notices import key_for
from models.services.record_acts import MoveAct, workflows_of
from models.tables.record import Purpose, Record
from web.guide import Step, Topic

NOTHING = "－"
ROLES = [role for role in Role if role in DESK]


@dataclass(frozen=True)
class Table:
    """Facts of a topic; the first cell of a row is its heading."""

    title: str
    heads: tuple[str, ...]
    rows: list[list[str]]


@desk.get("/guide")
def show_guide() -> str:
    """The whole guide on one page, so that a search of the browser finds everything."""
    said = words()
    chapters = [(chapter.title, [_shown(topic, said) for topic in chapter.topics]) for chapter in CHAPTERS]
    return render_template("admin/guide.html", title=GUIDE[0], chapters=chapters)


def _shown(topic: Topic, said: dict[str, str]) -> dict[str, Any]:
    return {
        "code": topic.code,
        "title": topic.title.format_map(said),
        "lead": topic.lead.format_map(said),
        "steps": [(step.text.format_map(said), _url(step), step.link.format_map(said)) for step in topic.steps],
        "notes": [note.format_map(said) for note in topic.notes],
        "tables": list(TABLES[topic.code]()) if topic.code in TABLES else [],
    }


def _url(step: Step) -> str:
    if not step.endpoint:
        return ""
    return request.script_root + step.endpoint if step.endpoint.startswith("/") else url_for(step.endpoint)


def _waiting() -> Iterator[Table]:
    rows = []
    for status in Status:
        flows = {
            code for code, made in WORKFLOWS.items() if status in made.statuses and made.side(status) is Side.PROVIDER
        }
        types = [
            kind.__label__ for kind in types_by_code().values() if flows & {made.code for made in workflows_of(kind)}
        ]
        if types:
            rows.append([status.desk_label, "、".join(types)])
    yield Table("窓口の対応を待つステータス", ("ステータス", "情報の種類"), rows)


def _moves() -> Iterator[Table]:
    heads = (
        "いまのステータス",
        "操作",
        "次に対応する側",
        "お客様へのメール",
        "足りないときの案内",
        "操作後のお客様への説明",
    )
    for made in WORKFLOWS.values():
        yield Table(made.label, heads, list(_moves_of(made)))


def _moves_of(made: Workflow) -> Iterator[list[str]]:
    meanings = meanings_of(database(), made)
    for edge in made.edges.values():
        if edge.roles & WRITERS:
            mail, needs = key_for(edge.target), made.needs.get(edge.target, ())
            yield [
                edge.source.desk_label,
                f"「{edge.target.desk_label}」にする",
                SIDES[made.side(edge.target)],
                mail.label if mail else NOTHING,
                "".join(need.value for need in needs) or NOTHING,
                meanings.get(edge.target, NOTHING),
            ]


def _bulk() -> Iterator[Table]:
    rows = []
    for mapped in mapped_by_table().values():
        acts = [act.label for act in acts_of(mapped) if not isinstance(act, MoveAct)]
        if acts and (mapped is Record or not issubclass(mapped, Record)):
            moves = ["各ステータスへの操作"] if mapped is Record else []
            rows.append([mapped.__label__, "、".join([*moves, *acts])])
    yield Table("まとめてできる操作", ("表", "操作"), rows)


def _files() -> Iterator[Table]:
    rows = [
        [one.label, SIDES[Side.CUSTOMER if one.is_from_customer else Side.PROVIDER], wanted_for(one).note]
        for one in Purpose
    ]
    yield Table("追加できるファイル", ("ファイル", "用意する側", "形式と大きさ"), rows)


def _roles() -> Iterator[Table]:
    rows = []
    for text, areas in AREAS:
        for area in areas:
            tables = [mapped.__label__ for mapped in mapped_by_table().values() if mapped.__area__ is area]
            rows.append([text, "、".join(tables), *(_right(role, area) for role in ROLES)])
        beside = BESIDE.get(text, ())
        rows += [[text, name, *("見る" if role in roles else NOTHING for role in ROLES)] for name, _, roles in beside]
    yield Table("表の分類と権限", ("分類", "表と画面", *(role.label for role in ROLES)), rows)


def _right(role: Role, area: Area) -> str:
    told = ["見る"]
    told += ["変える"] if role in rights.WRITE[area] else []
    told += ["削除する"] if role in rights.DELETE[area] else []
    return "・".join(told)


def _keys() -> Iterator[Table]:
    rows = [[key.place, key.sign, key.words.format(status="…")] for key in KEYS.values()]
    yield Table("キー操作の一覧", ("使える場所", "キー", "すること"), rows)


TABLES: dict[str, Callable[[], Iterator[Table]]] = {
    "inbox": _waiting,
    "moves": _moves,
    "bulk": _bulk,
    "files": _files,
    "roles": _roles,
    "keys": _keys,
}
