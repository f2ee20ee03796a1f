"""The desk's menu: every table once, master data under the headings that its tables name."""

from __future__ import annotations

from admin.codes import mapped_by_table
from admin.menu import navigation
from models.base.actor import Actor, Role
from models.base.db import Area
from models.base.subjects import Subject
from models.tables.record import Record


def test_master_data_stands_under_its_subjects_and_nothing_is_lost() -> None:
    groups = {group.text: group for group in navigation(Actor(Role.ADMINISTRATOR), "/admin", "/line_plan/")}
    parts = {part.text: [link.text for link in part.links] for part in groups["マスタ"].parts}
    assert list(parts) == [subject.label for subject in Subject if subject is not Subject.OTHER]
    assert parts["料金"] == ["回線プランの料金", "ASPサービスの料金", "時間外作業料金"]
    of_masters = {one.__label__ for one in mapped_by_table().values() if one.__area__ is Area.MASTER}
    assert sorted(label for labels in parts.values() for label in labels) == sorted(of_masters)
    assert [group.text for group in groups.values() if group.is_current] == ["マスタ"]
    tables = {link.url for group in groups.values() for link in group.links}
    assert {f"/admin/{name}/" for name in mapped_by_table()} <= tables


def test_an_area_of_one_subject_has_no_headings() -> None:
    groups = {group.text: group for group in navigation(Actor(Role.ADMINISTRATOR), "", "/")}
    assert [part.text for part in groups["各情報"].parts] == [""]
    assert len(groups["各情報"].links) == 1 + len(Record.__subclasses__())
