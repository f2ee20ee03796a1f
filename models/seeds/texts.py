"""Comments and mails to begin with; the desk edits them in the admin (SPEC §4, §10)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

import models.kinds  # noqa: F401 (declares every workflow)
from models.base.workflow import WORKFLOWS, Status, Workflow
from models.seeds.status_texts import meaning_of
from models.tables.mail import MailKey
from models.tables.texts import CommentTemplate, MailTemplate, StatusText

COMMENTS = {
    Status.PREPARING: "{provider}がパラメータシートを準備しています。準備ができましたらお知らせします。",
    Status.DRAFT: "必要な項目を入力して、提出してください。",
    Status.AWAITING_STAMP: "変更申込書に押印し、ファイルを追加してから提出してください。",
    Status.SUBMITTED: "提出を受け付けました。内容を確認するまで、しばらくお待ちください。",
    Status.REVIEWING: "提出していただいた内容を{provider}で確認しています。",
    Status.WITHDRAWAL_REQUESTED: "取下げのご依頼を受け付けました。担当者が未提出に戻すまでお待ちください。",
    Status.WITHDRAWN: "提出を取り下げました。内容を直して、あらためて提出してください。",
    Status.RETURNED: "確認をお願いしたい点があります。内容を直して、もう一度提出してください。",
    Status.RECEIVED: "申込を受領しました。準備を進めますので、しばらくお待ちください。",
    Status.ACCEPTED: "内容を承諾しました。この情報の手続きは完了です。",
    Status.SHIPPED: "機器と備品を発送しました。お手元に届くまでお待ちください。",
    Status.CANCELLED: "この申込は中止になりました。内容は履歴としてご覧いただけます。",
}
# Where one workflow has to say something else.
OWN_COMMENTS = {
    ("contract_new", Status.AWAITING_STAMP): "利用申込書に押印し、ファイルを追加してから提出してください。",
    ("contract_new", Status.RECEIVED): "申込を受領しました。工事が終わりましたら、利用承諾書をお渡しします。",
    ("contract_new", Status.ACCEPTED): "工事が終わり、申込を承諾しました。利用承諾書をダウンロードしてください。",
    ("contract_change", Status.DRAFT): "すべての項目を入力すると、変更申込書を発行できます。",
    ("contract_change", Status.ACCEPTED): "変更の申込を承諾しました。利用承諾書をダウンロードしてください。",
    ("site_name", Status.DRAFT): "新しい拠点名を入力して、提出してください。",
    ("site_name", Status.ACCEPTED): "新しい拠点名を承諾しました。これ以降は新しい拠点名でご案内します。",
    ("site_name_new", Status.ACCEPTED): "拠点名を承諾しました。これ以降はこの拠点名でご案内します。",
    (
        "site_name_new",
        Status.SUBMITTED,
    ): "お申し込みのときの拠点名を受け付けています。直すときは、取り下げてから提出し直してください。",
    (
        "billing_new",
        Status.SUBMITTED,
    ): "お申し込みのときの請求情報を受け付けています。変更がなければ操作は不要です。直すときは、取り下げてから提出し直してください。",
    ("billing_change", Status.ACCEPTED): "請求情報の変更を承諾しました。ご希望の月から適用します。",
    ("shipping", Status.DRAFT): "機器と備品の送付先を入力して、提出してください。",
    ("shipping", Status.ACCEPTED): "送付先を確認しました。発送しましたら、あらためてお知らせします。",
    ("parameter_sheet", Status.DRAFT): "パラメータシートに記入し、ファイルを追加してから提出してください。",
    ("parameter_sheet", Status.ACCEPTED): "パラメータシートを承諾しました。もっとも新しいファイルの内容で設定します。",
    ("fault_contact", Status.ACCEPTED): "故障連絡先を承諾しました。指定変更日がある場合は、その日から切り替えます。",
}

ABOUT = "申込番号：{request_number}（{request_kind}）\n情報：{record}\nステータス：{status}\n\n{comment}\n\n詳しくは次のページをご覧ください。\n{url}"
TO_COMPANY = "{company} ご担当者様\n\n"
FOOT = "\n\n--\n{provider}\n{service} 申込窓口\n{portal}\n※このメールは自動で送信しています。"
MAILS = {
    MailKey.VERIFICATION_CODE: (
        "【{service}】検証コード",
        "{name} 様\n\nログインの検証コード：{code}\n\n{minutes}分以内に、コードを送信したブラウザーの画面で入力してください。\n"
        "お心当たりがない場合は、誰かがユーザー名とパスワードを知っているおそれがあります。パスワードを変更してください。",
    ),
    MailKey.ACCOUNT_ISSUED: (
        "【{service}】アカウントのお知らせ",
        "{company}\n{name} 様\n\nアカウントを用意しました。\n\nユーザー名：{user_name}\n\n"
        "次のアドレスを開いてパスワードを設定すると、ログインできるようになります。アドレスは一度だけ使えます（有効期間：{period}）。\n{link}",
    ),
    MailKey.PASSWORD_RESET: (
        "【{service}】パスワードの再設定",
        "{name} 様\n\n次のアドレスを開いて、新しいパスワードを設定してください。アドレスは一度だけ使えます（有効期間：{period}）。\n{link}\n\n"
        "お心当たりがない場合は、このメールを破棄してください。パスワードは変わりません。",
    ),
    MailKey.MAIL_CHANGE: (
        "【{service}】メールアドレスの確認",
        "{company}\n{name} 様\n\nユーザー名「{user_name}」のメールアドレスを、このメールの宛先に変更する手続きを受け付けました。\n\n"
        "ログインしたまま次のアドレスを開くと、変更が完了します。アドレスは一度だけ使えます（有効期間：{period}）。\n{link}\n\n"
        "お心当たりがない場合は、このメールを破棄してください。メールアドレスは変わりません。",
    ),
    MailKey.MAIL_CHANGED: (
        "【{service}】メールアドレスを変更しました",
        "{company}\n{name} 様\n\nユーザー名「{user_name}」のメールアドレスが変更されました。今後のご連絡は新しいメールアドレスにお送りします。\n\n"
        "お心当たりがない場合は、すぐに窓口へご連絡ください。",
    ),
    MailKey.LOGIN_CHANGED: (
        "【{service}】ログインの設定が変わりました",
        "{company}\n{name} 様\n\nユーザー名「{user_name}」のログインについてお知らせします。\n\n{what}\n日時：{at}\n\n"
        "お心当たりがない場合は、すぐに{contact}へご連絡ください。",
    ),
    MailKey.APPLICATION_RECEIVED: (
        "【{service}】お申し込みを受け付けました（{request_number}）",
        "{company}\n{name} 様\n\nお申し込みを受け付けました。\n\n申込番号：{request_number}\n拠点名：{site}\nメニュー：{plan}\n\n"
        "利用申込書（PDF）は、お申し込みに使ったブラウザーで次のページを開くと、しばらくの間ダウンロードできます。\n{url}\n"
        "そのあとは、ポータルにログインするとダウンロードできます。\n\n"
        "ログインに使うアカウントは、窓口から別のメールでお知らせします。利用申込書に押印し、ログインしてから提出してください。",
    ),
    MailKey.ACCOUNT_REQUEST_RECEIVED: (
        "【{service}】アカウント払い出し申請を受け付けました（{number}）",
        "{company}\n{name} 様\n\nアカウントの払い出し申請を受け付けました。\n\n受付番号：{number}\n\n"
        "内容を確認したあと、アカウントをメールでお知らせします。",
    ),
    MailKey.STATUS_CHANGED: ("【{service}】{record}：{status}（{request_number}）", TO_COMPANY + ABOUT),
    MailKey.SHEET_READY: (
        "【{service}】{record}：ご記入のお願い（{request_number}）",
        TO_COMPANY + "お客様に記入していただけるようになりました。\n\n" + ABOUT,
    ),
    MailKey.DUE_NEAR: (
        "【{service}】{record}：提出締切日が近づいています（{request_number}）",
        TO_COMPANY + "提出締切日は{due_on}です。まだ提出されていません。\n\n" + ABOUT,
    ),
    MailKey.DUE_PASSED: (
        "【{service}】{record}：提出締切日を過ぎています（{request_number}）",
        TO_COMPANY + "提出締切日（{due_on}）を過ぎました。ご提出が遅れると、納期も延びることがあります。\n\n" + ABOUT,
    ),
    MailKey.ACCOUNT_EXPIRING: (
        "【{service}】アカウントの利用期限が近づいています",
        "{company}\n{name} 様\n\nユーザー名「{user_name}」の利用期限は{expires_on}です。\n"
        "利用承諾書など、必要なファイルは期限までにダウンロードしてください。\n{url}",
    ),
    MailKey.DESK_APPLICATION: (
        "新設申込：{company} {site}（{request_number}）",
        "{company}の{name}様から、新設申込がありました。\n\n申込番号：{request_number}\n拠点名：{site}\nメニュー：{plan}\n\n"
        "アカウントを払い出してください。\n{url}",
    ),
    MailKey.DESK_SUBMISSION: ("提出：{company} {record}（{request_number}）", "{company}\n\n" + ABOUT),
    MailKey.DESK_WITHDRAWAL: ("取下げ依頼：{company} {record}（{request_number}）", "{company}\n\n" + ABOUT),
    MailKey.DESK_ACCOUNT_REQUEST: (
        "アカウント払い出し申請：{company}（{number}）",
        "{company}の{name}様から、アカウント払い出し申請がありました。\n\n受付番号：{number}\n\n{url}",
    ),
}


def comment_for(workflow: Workflow, status: Status) -> str:
    """The words to begin with at a status of a workflow."""
    return OWN_COMMENTS.get((workflow.code, status)) or COMMENTS[status]


def load_texts(session: Session) -> None:
    """Adds the texts that are missing; what the desk has edited stays."""
    for table, words in ((CommentTemplate, comment_for), (StatusText, meaning_of)):
        written = session.execute(select(table.workflow, table.status))
        known = {(workflow, status) for workflow, status in written}
        for made in WORKFLOWS.values():
            for status in (*made.statuses, Status.CANCELLED):
                if (made.code, status.value) not in known:
                    session.add(table(workflow=made.code, status=status.value, text=words(made, status)))
    keys = set(session.scalars(select(MailTemplate.key)))
    for key, (subject, body) in MAILS.items():
        if key.value not in keys:
            session.add(MailTemplate(key=key.value, subject=subject, body=body + FOOT))
    session.flush()
