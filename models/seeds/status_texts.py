"""What each status means to the customer, in words to begin with; the desk edits them in the admin (SPEC §4)."""

from __future__ import annotations

from models.base.workflow import Status, Workflow

TEXTS = {
    Status.PREPARING: "お申し込みの内容に合わせて、{provider}がパラメータシートを用意しています。用意ができるとメールでお知らせしますので、それまでお待ちください。",
    Status.DRAFT: "まだ提出されていません。必要な項目を入力して提出してください。途中で保存しておくこともできます。",
    Status.AWAITING_STAMP: "変更申込書を印刷して押印し、スキャンしたファイルを追加してから提出してください。入力した内容を直すと、申込書も新しくなります。",
    Status.SUBMITTED: "提出を受け付けました。{provider}が確認を始めるまでお待ちください。直したいところがあるときは、提出を取り消して入力し直せます。",
    Status.REVIEWING: "{provider}が内容を確認しています。確認が終わるとメールでお知らせします。この間に直したくなったときは、取り下げの操作をしてください。",
    Status.WITHDRAWAL_REQUESTED: "取り下げのご依頼を受け付けました。{provider}が「未提出」に戻すと、もう一度入力できるようになります。",
    Status.WITHDRAWN: "提出を取り下げた状態です。内容を直して、あらためて提出してください。",
    Status.RETURNED: "直していただきたいところがあります。コメントを読んで内容を直し、もう一度提出してください。",
    Status.RECEIVED: "不備がなく、お申し込みを受領しました。工事などの準備を進めていますので、しばらくお待ちください。",
    Status.ACCEPTED: "この情報の手続きは完了しました。お客様にしていただくことはありません。",
    Status.SHIPPED: "機器と備品を発送しました。お手元に届くまでお待ちください。",
    Status.CANCELLED: "お申し込みを中止しました。内容は履歴として残り、あとから読めますが、手続きは進みません。",
}
RETURN_TO_DRAFT = "提出を受け付けました。{provider}が確認を始めるまでお待ちください。直したいところがあるときは、「未提出」に戻して入力し直せます。"
LETTER = "手続きは完了しました。利用承諾書をこの情報のページからダウンロードできます。"
# Where one workflow has to say something else.
OWN_TEXTS = {
    ("contract_new", Status.AWAITING_STAMP): "利用申込書を印刷して押印し、スキャンしたファイルを追加してから提出してください。入力した内容を直すと、申込書も新しくなります。",
    ("contract_new", Status.ACCEPTED): f"工事が終わり、{LETTER}",
    ("contract_change", Status.DRAFT): "まだ提出されていません。必須の項目をすべて入力すると、変更申込書を発行できます。",
    ("contract_change", Status.ACCEPTED): LETTER,
    ("site_name", Status.ACCEPTED): "新しい拠点名を承諾しました。この拠点のほかの申込を、また受け付けられるようになりました。",
    ("site_name", Status.REVIEWING): "{provider}が拠点名を確認しています。よく似た名前があるときは、別の名前をご提案することがあります。",
    ("shipping", Status.ACCEPTED): "送付先を確認しました。機器と備品を発送すると、メールでお知らせします。",
    ("shipping", Status.SUBMITTED): RETURN_TO_DRAFT,
    ("parameter_sheet", Status.DRAFT): "パラメータシートをダウンロードして記入し、ファイルを追加してから提出してください。何度も追加したときは、最後のファイルを使います。",
    ("parameter_sheet", Status.SUBMITTED): RETURN_TO_DRAFT,
    ("supplies", Status.SUBMITTED): RETURN_TO_DRAFT,
    ("fault_contact", Status.SUBMITTED): RETURN_TO_DRAFT,
    ("fault_contact", Status.ACCEPTED): "故障連絡先を承諾しました。指定変更日があるときは、その日から新しい連絡先に切り替わります。",
}  # fmt: skip


def meaning_of(workflow: Workflow, status: Status) -> str:
    """The words to begin with for a status of a workflow."""
    return OWN_TEXTS.get((workflow.code, status)) or TEXTS[status]
