"""A return pinned to fields: the customer sees what to mend where, the desk sees what was mended (SPEC §4, §11)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.audit import act_as
from models.services.editing import save_record
from models.services.transition import transition
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.remark import FieldRemark
from tests.build import build_account, build_customer, build_record, build_site, complete_values, customer_of
from tests.clerk import Clerk, desk, furnish
from tests.faces import whole_portal
from tests.identity import HASH
from tests.world import sign_in_as

COMMENT = "第1連絡先をご確認ください。"
PHONE, MAIL = "first_phone", "first_mail"
WRONG_PHONE, NO_PHONE = "この番号にはつながりませんでした。", "代表番号ではなく直通をお願いします。"


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


@pytest.fixture
def record_id(app: Flask) -> int:
    """A fault contact that the desk is looking at; its company has a login."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="hanako", password_hash=HASH, activated_at=customer.created_at)
        record = build_record(session, "fault_contact", Status.REVIEWING, build_site(session, customer))
        for name, value in complete_values(session, record).items():
            setattr(record, name, value)
        found = record.id
    database.remove()
    return found


def customer(app: Flask) -> FlaskClient:
    return sign_in_as(whole_portal(), "hanako")


def version(record_id: int) -> int:
    database.remove()
    return database().get_one(Record, record_id).version


def send_back(clerk: Clerk, record_id: int, comment: str = COMMENT, **remarks: str) -> Any:
    page = f"/records/{record_id}"
    typed = {f"remark_{name}": text for name, text in remarks.items()}
    values = {"target": "returned", "comment": comment, "version": str(version(record_id)), **typed}
    return clerk.post(page, f"{page}/move", **values)


def resubmit(record_id: int, **values: Any) -> None:
    """The customer mends these fields and hands the record in again."""
    with transaction() as session:
        record = session.get_one(Record, record_id)
        actor = customer_of(record)
        act_as(actor)
        save_record(session, record, values, record.version, actor, is_complete=True)
        transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
    database.remove()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_remarks_are_previewed_in_the_mail_and_kept_with_the_return(app: Flask, record_id: int) -> None:
    clerk = Clerk(app)
    page = f"/records/{record_id}"
    typed = {"target": "returned", "comment": COMMENT, f"remark_{PHONE}": WRONG_PHONE}
    preview = words(clerk.post(page, f"{page}/preview", **typed).text)
    assert f"・第1連絡先の電話番号：{WRONG_PHONE}" in preview
    assert "項目ごとの指摘" in preview
    clerk.follow(send_back(clerk, record_id, **{PHONE: WRONG_PHONE, MAIL: " "}))
    [remark] = database().scalars(select(FieldRemark)).all()
    assert (remark.field_name, remark.remark) == (PHONE, WRONG_PHONE)
    mail = database().scalars(select(Mail)).one()
    assert mail.context["comment"] == f"{COMMENT}\n\n【ご確認いただきたい項目】\n・第1連絡先の電話番号：{WRONG_PHONE}"
    assert database().get_one(Record, record_id).comment == COMMENT


def test_the_customer_sees_remarks_at_the_fields_and_in_the_list_of_what_to_do(app: Flask, record_id: int) -> None:
    send_back(Clerk(app), record_id, **{PHONE: WRONG_PHONE})
    page = customer(app).get(f"/records/{record_id}").text
    assert f'href="#{PHONE}"' in page
    assert re.search(rf'<p class="remark" id="{PHONE}-remark">', page)
    control = re.search(rf'<input[^>]*id="{PHONE}"[^>]*>', page)
    assert control
    assert f"{PHONE}-remark" in control[0]
    assert words(page).count(WRONG_PHONE) == 3  # what to do, the field, the timeline
    assert f'id="{MAIL}-remark"' not in page


def test_after_handing_in_again_the_customer_still_reads_what_was_remarked(app: Flask, record_id: int) -> None:
    send_back(Clerk(app), record_id, **{PHONE: WRONG_PHONE})
    resubmit(record_id, **{PHONE: "03-1111-2222"})
    page = words(customer(app).get(f"/records/{record_id}").text)
    assert f"窓口からの指摘 {WRONG_PHONE}" in page
    assert "次にしていただくこと" not in page


def test_the_desk_sees_what_changed_since_the_return_beside_each_remark(app: Flask, record_id: int) -> None:
    clerk = Clerk(app)
    before = database().get_one(Record, record_id).values()
    send_back(clerk, record_id, **{PHONE: WRONG_PHONE, MAIL: NO_PHONE})
    waiting = words(clerk.get(f"/records/{record_id}").text)
    assert "お客様はまだ提出していません" in waiting
    resubmit(record_id, **{PHONE: "03-9999-0000"})
    resubmit_shown = words(clerk.get(f"/records/{record_id}").text)
    part = resubmit_shown.split("前回の差戻からの変更")[1].split("メール（")[0]
    assert f"{before[PHONE]} " in part
    assert "03-9999-0000" in part
    assert "指摘した項目のうち、変更されていないものがあります 第1連絡先のメールアドレス" in part
    assert part.count("変更あり") == 1
    assert "変更のある項目：1件" in part


def test_what_was_changed_and_changed_back_is_no_change(app: Flask, record_id: int) -> None:
    clerk = Clerk(app)
    before = database().get_one(Record, record_id).values()
    send_back(clerk, record_id)
    with transaction() as session:
        record = session.get_one(Record, record_id)
        actor = customer_of(record)
        save_record(session, record, {PHONE: "03-9999-0000"}, record.version, actor)
    resubmit(record_id, **{PHONE: before[PHONE]})
    assert "入力項目の変更はありません" in clerk.get(f"/records/{record_id}").text


def test_a_second_return_has_remarks_of_its_own_and_the_first_ones_stay_in_the_timeline(
    app: Flask, record_id: int
) -> None:
    clerk = Clerk(app)
    send_back(clerk, record_id, **{PHONE: WRONG_PHONE})
    resubmit(record_id, **{PHONE: "03-9999-0000"})
    clerk.post(
        f"/records/{record_id}",
        f"/records/{record_id}/move",
        target="reviewing",
        comment="",
        version=str(version(record_id)),
    )
    send_back(clerk, record_id, **{MAIL: NO_PHONE})
    page = customer(app).get(f"/records/{record_id}").text
    assert f'id="{PHONE}-remark"' not in page
    assert f'id="{MAIL}-remark"' in page
    assert words(page).count(WRONG_PHONE) == 1
    assert (
        "03-9999-0000"
        not in words(clerk.get(f"/records/{record_id}").text).split("前回の差戻からの変更")[1].split("概要")[0][:200]
    )


def test_a_wrong_remark_is_told_at_its_field_and_nothing_is_returned(app: Flask, record_id: int) -> None:
    clerk = Clerk(app)
    answer = send_back(clerk, record_id, comment="", **{PHONE: "長" * 501, MAIL: NO_PHONE})
    assert answer.status_code == 422
    assert "差戻の理由をコメントに入力してください" in answer.text
    assert f'href="#remark_{PHONE}"' in answer.text
    assert "500文字以内で入力してください（現在501文字）" in answer.text
    assert NO_PHONE in answer.text
    unknown = send_back(clerk, record_id, version="x")
    assert unknown.status_code == 422
    assert "この情報にない項目には指摘を付けられません" in unknown.text
    assert database().get_one(Record, record_id).status is Status.REVIEWING
    assert database().scalars(select(FieldRemark)).all() == []


def test_remarks_go_with_a_return_alone(app: Flask, record_id: int) -> None:
    clerk, page = Clerk(app), f"/records/{record_id}"
    values = {"target": "accepted", "comment": "", "version": "1", f"remark_{PHONE}": WRONG_PHONE}
    answer = clerk.post(page, f"{page}/move", **values)
    assert answer.status_code == 422
    assert "「差戻」のときだけ付けられます" in answer.text
    assert database().get_one(Record, record_id).status is Status.REVIEWING
