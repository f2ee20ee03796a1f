"""The topics of the guide as data. What a step says of labels, statuses, pages and limits is filled in from the declarations."""

from __future__ import annotations

from models.base.clock import span_text
from models.base.settings import settings
from models.base.workflow import Status, Workflow
from models.kinds import billing_change, configuration_change, contractor_change, fault_contact_change, site_rename
from models.kinds.application import PAGES
from models.records.site_name import LONGEST
from web.guide import Chapter, Step, Topic

HOME = ("portal.show_home", "ホームを開く")
CHANGE = ("portal.choose_change", "設定変更の申込を始める")
WAIT = Step(
    "{provider}が確認すると「{reviewing}」に、問題がなければ「{accepted}」になります。変わるたびにメールでお知らせします。"
)
MEND = Step("「{returned}」になったときは、コメントを読んで内容を直し、もう一度提出します。", *HOME)
SUBMIT = Step("すべて入力したら「提出する」を押します。ステータスが「{submitted}」になれば提出は完了です。")
SIGN_IN = Step("ログインして、ホームの「今やること」から該当する情報を開きます。", *HOME)
TAKE_BACK = "「{submitted}」の間は、ご自身で「{draft}」に戻して直せます。「{reviewing}」になってからは、取り下げを依頼してください。{provider}が「{draft}」に戻すと直せるようになります。"
WITHDRAW = "「{submitted}」や「{reviewing}」の間に直したくなったときは、「{withdrawn}」にしてから内容を直し、もう一度提出してください。"
RENAMING = "拠点名変更の手続きが終わるまで、その拠点のほかの申込や入力は受け付けられません。"

NEW = Chapter("新設申込", (
    Topic("application", "新設申込フォームの入力", "ログインせずに、全{page_count}ページのフォームから申し込みます。", (
        Step("トップページで、納期の目安と、お申し込みの前に読む資料を確かめます。", "portal.show_start", "トップページを開く"),
        Step("フォームを開き、{pages} の順に入力します。「次へ」を押すたびに内容を確かめ、前のページに戻っても入力は残ります。", "portal.apply", "申込フォームを開く"),
        Step("最後のページで全体を確かめます。直したいところは「修正」から開くと、直したあと確認のページへそのまま戻れます。"),
        Step("規約に同意して申し込むと、申込番号と利用申込書（PDF）が発行され、担当者①の方に受付のメールが届きます。"),
        Step("後日、アカウントのお知らせのメールが届いたら、パスワードを設定してログインし、押印済み利用申込書を提出します。", "portal.sign_in", "ログインする"),
    ), notes=(
        "{idle_time}のあいだ操作がないと、入力した内容は消えます。残り時間が少なくなると画面でお知らせします。",
        "ASPサービスの選び間違いと、決まっていないフロアの入力が、開通できない原因としてもっとも多いものです。接続先と設置場所を必ず確かめてください。",
    )),
    Topic("stamped-form", "押印済み利用申込書の提出", "発行された利用申込書に押印して、スキャンしたファイルを提出します。", (
        Step("ログインして、ホームから「申込情報」を開きます。", *HOME),
        Step("利用申込書をダウンロードして印刷し、社印を押します。"),
        Step("スキャンしたファイル（PDF、JPEG、PNG。{file_megabytes}MBまで）を追加します。追加したファイルはすべて残り、最後のものが使われます。"),
        Step("「提出する」を押すと「{submitted}」になります。"),
        Step("{provider}の確認が終わると「{received}」になります。工事が終わると「{accepted}」になり、利用承諾書をダウンロードできます。"),
        MEND,
    ), "contract_new", (WITHDRAW, "押印したあとで内容を直すと、申込書も新しくなります。新しい申込書に押印し直してください。")),
    Topic("shipping", "機器及び備品の送付先情報の提出", "ライトミニマムとライトモバイルを申し込んだときだけ必要です。", (
        SIGN_IN, Step("到着希望日、送付先の住所、宛名を入力します。途中で保存しておくこともできます。"), SUBMIT, WAIT,
        Step("機器を発送すると「{shipped}」になります。"), MEND,
    ), "shipping", (TAKE_BACK,)),
    Topic("parameter-sheet", "お客様LAN側のパラメータ情報の提出", "{provider}が用意するパラメータシートに記入して提出します。", (
        Step("「{preparing}」の間は、シートの用意ができるまでお待ちください。用意ができるとメールが届き、「{draft}」になります。"),
        Step("ホームから「お客様LAN側のパラメータ情報」を開き、シートをダウンロードして記入します。", *HOME),
        Step("記入したシート（xlsx、{sheet_megabytes}MBまで）を追加します。ファイル名は自動で付けます。直すところがあるときは、セルの番号と理由をその場で表示します。"),
        SUBMIT, WAIT, MEND,
    ), "parameter_sheet", (TAKE_BACK, "何度も追加したときは、最後に追加したシートを使います。", "「{accepted}」になったあとで直したいときや、ファイルを追加できないときは、窓口へご連絡ください。")),
    Topic("supplies", "機器設置時の備品情報の提出", "ラックとLANケーブルについて入力します。", (
        SIGN_IN, Step("ラックマウントの要否と、ケーブルの長さを選びます。どの長さが必要かは、メニューとプランで決まります。"),
        SUBMIT, Step("{provider}が確認すると「{accepted}」になり、手続きは完了です。"),
    ), "supplies", ("「{submitted}」の間は、ご自身で「{draft}」に戻して直せます。",)),
    Topic("fault-contact", "故障連絡先情報の提出", "回線が故障したときに連絡する方を登録します。", (
        SIGN_IN, Step("第1連絡先は必須、第2連絡先は任意です。故障申告時間帯は、ベーシックのときだけ選べます。"), SUBMIT, WAIT, MEND,
    ), "fault_contact", (TAKE_BACK,)),
    Topic("billing", "請求情報の修正", "申し込んだときの内容から変わらなければ、操作は要りません。", (
        Step("ログインして、ホームの「申込の一覧」から新設申込を開き、「請求情報」を選びます。", *HOME), Step("取り下げると、入力し直せるようになります。"), SUBMIT,
        Step("{provider}が確認すると「{accepted}」になり、手続きは完了です。"),
    ), "billing_new", (WITHDRAW,)),
))  # fmt: skip
CHANGES = Chapter("設定変更申込", (
    Topic("login", "ログイン", "アカウントをお持ちの方は、ユーザー名とパスワードでログインします。", (
        Step("ユーザー名とパスワードを入力します。", "portal.sign_in", "ログインの画面を開く"),
        Step("「コードを送信」を押すと、登録したメールアドレスに6桁の検証コードが届きます。{code_time}以内に入力してください。"),
        Step("アカウントがない、または有効期限が切れているときは、アカウントの払い出しを申請します。後日、担当者の方にメールが届きます。", "portal.request_account", "アカウントの払い出しを申請する"),
    ), notes=("アカウントは、すべての手続きが終わってから{grace_days}日たつか、{idle_days}日間ログインがないと使えなくなります。その{reminder_days}日前にメールでお知らせします。",)),
    Topic("rename", site_rename.KIND.label, "拠点の呼び名（会社名略称とロケーション名）を変えます。", (
        Step("拠点と「拠点名変更」を選んで、申込を始めます。", *CHANGE),
        Step("新しい会社名略称とロケーション名を入力します。それぞれ{name_length}文字以内で、ほかの拠点と重ならない名前にします。"), SUBMIT, WAIT, MEND,
    ), "site_name", (RENAMING, WITHDRAW, "まちがえて始めたときは、提出の前か取り下げたあとに、申込のページから中止できます。")),
    Topic("contractor-change", contractor_change.KIND.label, "契約している会社が変わったときの手続きです。部署名や代表者だけが変わるときは要りません。", (
        Step("拠点と「契約会社変更」を選びます。支払方法や請求先も変えるときは、次の画面でチェックを入れます。", *CHANGE),
        Step("変更後の内容を入力し、入力を完了すると「{awaiting_stamp}」になります。"),
        Step("変更申込書を発行して印刷し、押印してスキャンしたファイルを追加します。"), SUBMIT,
        Step("{provider}の確認が終わると「{received}」になり、手続きが済むと「{accepted}」になって、利用承諾書をダウンロードできます。"), MEND,
    ), "contract_change", (WITHDRAW, RENAMING)),
    Topic("billing-change", billing_change.KIND.label, "支払方法や請求書の送り先を変えます。", (
        Step("拠点と「月額費用の請求情報変更」を選びます。", *CHANGE),
        Step("変更後の請求情報と、適用を希望する月を入力します。請求情報には管理番号（BLIF-…）が付きます。"), SUBMIT, WAIT, MEND,
    ), "billing_change", (WITHDRAW, RENAMING)),
    Topic("configuration-change", configuration_change.KIND.label, "ルータの設定や、接続するASPサービスを変えます。", (
        Step("拠点と「設定変更」を選び、一時費用の請求先と、ASPサービスや故障連絡先も変えるかどうかを選びます。", *CHANGE),
        Step("申込情報を入力します。ASPサービスを変えるときは、変更後に使うサービスをすべて選びます。入力を完了すると「{awaiting_stamp}」になります。"),
        Step("変更申込書を発行して印刷し、押印してスキャンしたファイルを追加します。"), SUBMIT,
        Step("あわせて、変更するパラメータシートを提出します。一時費用の請求先や故障連絡先を登録するときは、それぞれの情報も提出します。", *HOME),
        Step("{provider}の確認が終わると「{received}」に、工事が終わると「{accepted}」になり、利用承諾書をダウンロードできます。"), MEND,
    ), "contract_change", ("ASPサービスを変えるかどうかは、始めたあとで変えられません。まちがえたときは、この申込を中止してやり直してください。", RENAMING)),
    Topic("fault-contact-change", fault_contact_change.KIND.label, "故障したときの連絡先を変えます。", (
        Step("拠点と「故障連絡先変更」を選びます。", *CHANGE),
        Step("変更後の連絡先を入力します。切り替える日を指定するときは、明日以降の日を選びます。指定しないときは、承諾のあとすぐに切り替わります。"), SUBMIT, WAIT, MEND,
    ), "fault_contact", (TAKE_BACK, RENAMING)),
))  # fmt: skip
ACCOUNT = Chapter("アカウント", (
    Topic("account", "アカウントの設定", "メールアドレスやパスワードを変え、ログイン中の端末を確かめます。", (
        Step("画面の右上の「アカウント」から「アカウントの設定」を開きます。", "portal.show_account", "アカウントの設定を開く"),
        Step("メールアドレスを変えるときは、新しいメールアドレスに届くリンクを{mail_time}以内に開いて確定します。それまでは今のメールアドレスを使います。", "portal.change_mail", "メールアドレスを変更する"),
        Step("パスワードを変えると、ほかの端末ではログアウトされます。", "portal.change_own_password", "パスワードを変更する"),
        Step("認証アプリを登録すると、ログインのときにメールの検証コードの代わりに、アプリの認証コードを使います。", "portal.show_account", "認証アプリの登録を確認する"),
        Step("共用の端末でログアウトを忘れたときは、その端末のログインをここから終了できます。", "portal.show_sessions", "ログイン中の端末を確認する"),
    ), notes=("認証アプリを使えなくなったときは、ログインの画面で検証コードをメールで受け取れます。", "設定を変えると、登録のメールアドレスにお知らせします。心当たりがないときは、すぐに窓口へご連絡ください。")),
    Topic("updates", "お知らせと検索", "窓口の対応を見落とさず、申込をすぐに開けるようにします。", (
        Step("画面の上の「お知らせ」の数字は、窓口が行った変更のうち、まだ既読にしていないものの件数です。", "portal.show_updates", "お知らせを開く"),
        Step("読み終わったら「すべて既読にする」を押します。開いただけでは既読になりません。"),
        Step("申込番号や拠点名の一部を検索の欄に入力すると、自社の申込を探せます。", "portal.search", "申込を探す"),
    )),
))  # fmt: skip
CHAPTERS = (NEW, CHANGES, ACCOUNT)


def topic_of(code: str) -> Topic | None:
    """The topic of an address, or None."""
    return next((topic for chapter in CHAPTERS for topic in chapter.topics if topic.code == code), None)


def words_of(made: Workflow | None) -> dict[str, str]:
    """What the texts may say: names, limits, pages, and the customer's word for each status of the workflow."""
    limits = settings()
    statuses = {status.value: made.label_of(status) if made else status.label for status in Status}
    return {
        **statuses,
        "provider": limits.provider_name,
        "pages": "、".join(page.title for page in PAGES),
        "page_count": str(len(PAGES)),
        "idle_time": span_text(limits.customer_idle_seconds),
        "idle_days": str(limits.account_idle_days),
        "reminder_days": str(limits.account_reminder_days),
        "name_length": str(LONGEST),
        "mail_time": span_text(limits.mail_link_seconds),
        "code_time": span_text(limits.code_seconds),
        "grace_days": str(limits.account_grace_days),
        "file_megabytes": str(limits.file_megabytes),
        "sheet_megabytes": str(limits.sheet_megabytes),
    }
