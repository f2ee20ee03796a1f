"""Comments and mails to begin with; the desk edits them in the admin (SPEC §4, §10)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

import models.kinds  # noqa: F401 (declares every workflow)
from models.base.workflow import WORKFLOWS, Need, Status, Workflow
from models.tables.mail import MailKey
from models.tables.texts import CommentTemplate, MailTemplate

COMMENTS = {
    Status.PREPARING: "パラメータシートを準備しています。準備ができるまでお待ちください。",
    Status.DRAFT: "必要な項目を入力して、提出してください。",
    Status.AWAITING_STAMP: "申込書に押印し、ファイルを追加してから提出してください。",
    Status.SUBMITTED: "提出ありがとうございます。内容の確認までお待ちください。修正するときは、先に提出を取り消してください。",
    Status.REVIEWING: "提出された内容を確認しています。",
    Status.WITHDRAWAL_REQUESTED: "取下げのご依頼を受け付けました。手続きが済むまでお待ちください。",
    Status.WITHDRAWN: "提出を取り下げました。修正して、もう一度提出してください。",
    Status.RETURNED: "内容をご確認のうえ修正し、もう一度提出してください。",
    Status.RECEIVED: "申込を受領しました。工事の完了後に手続きを進めます。",
    Status.ACCEPTED: "内容を承諾しました。この情報の手続きは完了です。",
    Status.SHIPPED: "機器と備品を発送しました。到着までお待ちください。",
    Status.CANCELLED: "この申込は中止されました。",
}
SHEET = "パラメータシートをダウンロードして記入し、ファイルを追加してから提出してください。"
LETTER = "手続きが完了しました。利用承諾書をダウンロードしてください。"
FOOT = "\n\n--\n{provider}\n{service} 申込窓口"
ABOUT = "申込番号：{request_number}（{request_kind}）\n情報：{record}\nステータス：{status}\n\n{comment}\n\n{url}"
MAILS = {
    MailKey.VERIFICATION_CODE: (
        "検証コード",
        "ログインの検証コードは {code} です。\n10分以内に入力してください。お心当たりがないときは、このメールを破棄してください。",
    ),
    MailKey.ACCOUNT_ISSUED: (
        "アカウントのご案内",
        "{name} 様\n\nユーザー名：{user_name}\n\n次のアドレスからパスワードを設定してください（一度だけ使えます）。\n{link}",
    ),
    MailKey.PASSWORD_RESET: (
        "パスワードの再設定",
        "{name} 様\n\n次のアドレスから新しいパスワードを設定してください（一度だけ使えます）。\n{link}",
    ),
    MailKey.APPLICATION_RECEIVED: (
        "お申し込みを受け付けました",
        "{company} 様\n\n申込番号：{request_number}\n\n内容を確認のうえ、アカウントをご案内します。",
    ),
    MailKey.ACCOUNT_REQUEST_RECEIVED: (
        "アカウント払い出し申請を受け付けました",
        "{company} 様\n\n申請を受け付けました。確認のうえ、アカウントをご案内します。",
    ),
    MailKey.STATUS_CHANGED: ("【{record}】ステータスが「{status}」になりました", "{company} 様\n\n" + ABOUT),
    MailKey.SHEET_READY: ("【{record}】ご記入のお願い", "{company} 様\n\n" + ABOUT),
    MailKey.DUE_NEAR: ("【{record}】提出締切日が近づいています", "{company} 様\n\n" + ABOUT),
    MailKey.DUE_PASSED: ("【{record}】提出締切日を過ぎています", "{company} 様\n\n" + ABOUT),
    MailKey.ACCOUNT_EXPIRING: (
        "アカウントの有効期限が近づいています",
        "{name} 様\n\nアカウントは {expires_on} に失効します。\n{url}",
    ),
    MailKey.DESK_SUBMISSION: ("提出：{company} {record}", "{company}\n" + ABOUT),
    MailKey.DESK_WITHDRAWAL: ("取下げ依頼：{company} {record}", "{company}\n" + ABOUT),
    MailKey.DESK_ACCOUNT_REQUEST: (
        "アカウント払い出し申請：{company}",
        "{company} からアカウント払い出し申請がありました。",
    ),
}


def comment_for(workflow: Workflow, status: Status) -> str:
    """The words to begin with at a status of a workflow."""
    if Need.SHEET in workflow.needs.get(Status.SUBMITTED, ()) and status is Status.DRAFT:
        return SHEET
    if Need.LETTER in workflow.needs.get(status, ()):
        return LETTER
    return COMMENTS[status]


def load_texts(session: Session) -> None:
    """Adds the texts that are missing; what the desk has edited stays."""
    known = {
        (workflow, status)
        for workflow, status in session.execute(select(CommentTemplate.workflow, CommentTemplate.status))
    }
    for made in WORKFLOWS.values():
        for status in (*made.statuses, Status.CANCELLED):
            if (made.code, status.value) not in known:
                session.add(CommentTemplate(workflow=made.code, status=status.value, text=comment_for(made, status)))
    keys = set(session.scalars(select(MailTemplate.key)))
    for key, (subject, body) in MAILS.items():
        if key.value not in keys:
            session.add(MailTemplate(key=key.value, subject=subject, body=body + FOOT))
    session.flush()
