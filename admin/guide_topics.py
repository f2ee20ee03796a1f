"""The topics of the desk's guide as data. What a step says of labels, limits, times and roles is filled in from the declarations."""

from __future__ import annotations

from collections.abc import Iterable

from admin.bulk import AT_ONCE
from admin.exporting import MOST_IN_WORKBOOK
from admin.menu import PAGES
from admin.rights import WRITE
from admin.waiting import WHOSE
from admin.walk import TO_NEXT
from models.base.actor import ADMINISTRATORS, DESK, Role
from models.base.clock import span_text
from models.base.db import Area
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Need, Status
from models.kinds import site_rename
from models.services import bulk, comments, tabular
from models.tables import note
from models.tables.bulk import RowResult
from models.tables.help_text import HelpText
from models.tables.texts import CommentTemplate, MailTemplate
from web.guide import Chapter, Step, Topic

DAILY = Chapter("毎日の受付", (
    Topic("inbox", "窓口の対応を待つ情報", "「{inbox}」には、窓口の対応を待つ情報が、種類を問わず集まります。", (
        Step("「{inbox}」を開きます。提出締切日を過ぎたもの、待ち時間の長いものの順に並んでいます。", "desk.show_inbox", "{inbox}を開く"),
        Step("「{mine}」「{nobodys}」「{everybodys}」と、情報の種類、ステータスで絞り込みます。よく使う絞り込みは、名前を付けて保存できます。"),
        Step("情報の名前を選ぶと、その情報の画面が開きます。前の内容との違い、ファイル、履歴、メールを同じ画面で確かめられます。"),
        Step("「…の内容を確認する」を押すと、お客様に送られるメールと、操作で変わることを確かめてから実行できます。「…にして{to_next}」を押すと、確認の画面を開かずに実行し、一覧の次の情報に進みます。"),
    ), notes=("件数の推移や、長く待っている情報、届けられなかったメールは「{dashboard}」で確かめられます。",)),
    Topic("moves", "窓口ができる操作", "できる操作は、情報の種類とステータスで決まっています。一つずつ操作しても、まとめて操作しても同じです。", (),
        notes=("いまできない操作も、情報の画面に理由と一緒に表示しています。", "ステータスの訂正は{correctors}だけが、理由を書いて行えます。")),
    Topic("take-back", "操作の取り消し", "{take_back_rule}", (
        Step("取り消すときは、情報の画面の上に表示される「この操作を取り消す」を押します。一括操作は「{bulk}」の結果の画面から取り消せます。", "desk.list_bulk", "{bulk}を開く"),
    ), notes=("そのあとにお客様が操作したときや、メールがすでに送られたときは取り消せません。",)),
    Topic("bulk", "一括操作", "一度に{bulk_limit}件まで、同じ操作をまとめて行えます。", (
        Step("一覧で行を選ぶか、条件に合うものすべてを対象にして、操作を選びます。"),
        Step("確認の画面で、実行できる行、{left_out}の行とその理由、送られるメールを確かめます。この時点では、まだ何も変わりません。"),
        Step("「実行する」を押します。{at_once}件を超えるときは、画面を閉じても実行が続きます。"),
        Step("結果は「{bulk}」に残ります。行ごとの結果を確かめ、{left_out}や{failed}の行を再実行できます。", "desk.list_bulk", "{bulk}を開く"),
    ), notes=("確認したあとでほかの人が変更した行は、実行せずに「{changed}」として残します。",)),
    Topic("rename", "{rename}の手続き中の拠点", "{rename}の手続きが終わるまで、お客様はその拠点のほかの申込を操作できません。", (
        Step("情報の画面に注意が表示されます。窓口からの操作は、そのまま行えます。"),
        Step("{rename}の情報を承諾するか、申込を中止すると、制限が外れます。"),
    ), notes=("手続き中の{rename}は、一つの拠点に一つだけです。",)),
))  # fmt: skip
WRITING = Chapter("お客様への連絡と記録", (
    Topic("comments", "コメントと内部メモ", "コメントはお客様の画面とメールに表示されます。内部メモは窓口だけが読めます。", (
        Step("コメントは{comment_length}文字まで書けます。空欄のまま実行すると、「{comment_template}」の文になります。", "/comment_template/", "{comment_template}を開く"),
        Step("{comment_needed}にするときは、コメントが必須です。項目ごとの指摘も書けます。指摘は、お客様の入力欄とメールに表示されます。"),
        Step("内部メモは{note_length}文字まで書けます。「メモを追加する」を続けて押しても、同じメモは一つだけ残ります。"),
        Step("メールの文は「{mail_template}」で、入力欄の横の説明は「{help_text}」で変えられます。", "/mail_template/", "{mail_template}を開く"),
    ), notes=("ひな形と説明を変えられるのは{master_writers}です。",)),
    Topic("files", "ファイル", "追加したファイルはすべて残り、上書きされません。最後に追加したものを使います。", (),
        notes=("書類から読み取った申込番号が違うときは、注意を表示します。確かめてから進めてください。",)),
))  # fmt: skip
DATA = Chapter("表とデータ", (
    Topic("export", "書き出し", "どの表も、一覧で絞り込んだ内容をCSVかExcelで書き出せます。", (
        Step("一覧で条件と表示する列を選び、「CSVで書き出す」か「Excelで書き出す」を押します。列を選んでいないときは、見られる列をすべて書き出します。一覧に取引先や拠点があれば、番号の次に入ります。Excelは{workbook_lines}件までです。"),
    ), notes=("書き出したことは、だれがどの条件で書き出したかとともに履歴に残ります。", "ログインしてから{proof_time}を過ぎているときは、書き出しや削除の前にパスワードをもう一度入力します。")),
    Topic("import", "取り込み", "CSVかExcelのファイルで、表の内容をまとめて登録、変更できます。", (
        Step("一覧の「取り込む」から、ファイルを選びます。一度に{import_lines}行、{import_columns}列、{import_megabytes}MBまでです。"),
        Step("行ごとに、変わる内容と誤りを確かめます。この時点では、まだ何も変わりません。"),
        Step("誤りがなければ実行します。誤りのある行があるときは、ファイルを直してもう一度選びます。"),
    ), notes=("変わる行が多すぎて一度に確かめられないときは、何行ずつに分ければよいかを表示します。", "取り込めるのは、その表の内容を変えられる人です。ステータスは取り込みでは変わりません。",)),
))  # fmt: skip
DESK_ITSELF = Chapter("権限とログイン", (
    Topic("roles", "できることと権限", "{roles}の{role_count}つの権限があります。できることは、表の分類ごとに決まっています。", (),
        notes=("表の中には、権限によって見えない項目や変えられない項目があります。",)),
    Topic("logins", "ログイン", "ログインには、パスワードと認証アプリのコードを使います。", (
        Step("{idle_time}のあいだ操作がないか、ログインから{session_time}たつと、自動でログアウトします。"),
        Step("「自分のログインの設定」で、パスワードと認証アプリを変えられます。ログイン中の端末と最近のログインを確かめ、端末のログインを終了できます。", "desk.show_own_login", "自分のログインの設定を開く"),
    ), notes=("認証アプリを使えなくなったときは、{operator_writers}に連絡してください。",)),
    Topic("keys", "キー操作", "よく使う操作は、キーでも行えます。文字を入力している間は働きません。", ()),
))  # fmt: skip
CHAPTERS = (DAILY, WRITING, DATA, DESK_ITSELF)
TOPICS = tuple(topic for chapter in CHAPTERS for topic in chapter.topics)


def names_of(roles: Iterable[Role]) -> str:
    """Roles as a sentence names them, in the order of what they may do."""
    wanted = set(roles)
    return "、".join(role.label for role in Role if role in wanted)


def words() -> dict[str, str]:
    """What the texts may say."""
    limits, pages = settings(), {url: text for text, url in PAGES}
    asking = {target for made in WORKFLOWS.values() for target, needs in made.needs.items() if Need.COMMENT in needs}
    return {
        "inbox": pages["/"],
        "dashboard": pages["/dashboard"],
        "bulk": pages["/bulk"],
        "mine": WHOSE["mine"],
        "nobodys": WHOSE["none"],
        "everybodys": WHOSE[""],
        "to_next": TO_NEXT,
        "take_back_rule": take_back_rule(limits.take_back_seconds),
        "bulk_limit": f"{bulk.LIMIT:,}",
        "at_once": f"{AT_ONCE:,}",
        "changed": RowResult.CHANGED.label,
        "left_out": RowResult.REFUSED.label,
        "failed": RowResult.FAILED.label,
        "rename": site_rename.KIND.label,
        "comment_length": f"{comments.LONGEST:,}",
        "comment_template": CommentTemplate.__label__,
        "comment_needed": "、".join(f"「{status.desk_label}」" for status in Status if status in asking),
        "note_length": f"{note.LONGEST:,}",
        "mail_template": MailTemplate.__label__,
        "help_text": HelpText.__label__,
        "workbook_lines": f"{MOST_IN_WORKBOOK:,}",
        "import_lines": f"{tabular.MOST_LINES:,}",
        "import_columns": f"{tabular.MOST_COLUMNS:,}",
        "import_megabytes": str(limits.sheet_megabytes),
        "proof_time": span_text(limits.proof_seconds),
        "idle_time": span_text(limits.operator_idle_seconds),
        "session_time": span_text(limits.operator_session_seconds),
        "roles": names_of(DESK),
        "role_count": str(len(DESK)),
        "correctors": names_of(ADMINISTRATORS),
        "master_writers": names_of(WRITE[Area.MASTER]),
        "operator_writers": names_of(WRITE[Area.STAFF]),
    }


def take_back_rule(seconds: int) -> str:
    """How long a move can be taken back here, as a sentence."""
    if not seconds:
        return "いまの設定では、操作を取り消せません。メールはすぐに送られます。"
    return f"操作は、実行してから{span_text(seconds)}以内であれば取り消せます。お客様へのメールは、それまで送信を待っています。"
