"""The keys of the desk's pages, declared once: pages bear them, `?` lists those of a page, and the guide lists all (UX "Operators")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from admin.menu import GUIDE, PAGES

EVERYWHERE, LIST, ROWS, RECORD = "すべての画面", "検索欄のある一覧", "一覧の行", "情報の画面"


@dataclass(frozen=True)
class Key:
    """What a key does, and where; `words` may name what it is about."""

    sign: str
    words: str
    place: str


KEYS: Mapping[str, Key] = {
    "inbox": Key("g", f"{PAGES[0][0]}を開く", EVERYWHERE),
    "guide": Key("h", f"{GUIDE[0]}を開く", EVERYWHERE),
    "keys": Key("?", "この画面のキー操作の一覧を表示する", EVERYWHERE),
    "search": Key("/", "検索欄に移る", LIST),
    "next_row": Key("j", "次の行に移る", ROWS),
    "previous_row": Key("k", "前の行に移る", ROWS),
    "pick_row": Key("x", "いまの行を選ぶ、または外す", ROWS),
    "next": Key("j", "一覧の次の情報（最後なら次のページ）を開く", RECORD),
    "previous": Key("k", "一覧の前の情報を開く", RECORD),
    "list": Key("u", "一覧に戻る", RECORD),
    "move": Key("1～9", "「{status}」にするときのコメントを書く", RECORD),
    "onward": Key(".", "「{status}」にして、一覧の次の情報（最後なら一覧）を開く", RECORD),
    "take_back": Key("z", "いまの操作を取り消す", RECORD),
    "mine": Key("a", "自分の担当にする", RECORD),
    "note": Key("n", "内部メモを書く", RECORD),
    "edit": Key("e", "内容を編集する", RECORD),
    "customer": Key("v", "お客様の画面で見る", RECORD),
}
# What the script does itself, and not an element of a page.
OF_SCRIPT = ("keys", "next_row", "previous_row", "pick_row")


def key_of(name: str, sign: object = "", **words: str) -> Markup:
    """The attributes of an element that a key presses or goes to; `sign` is the one of several, `words` fill the text."""
    key = KEYS[name]
    text = key.words.format(**words)
    return Markup('data-key="{}" data-key-text="{}"').format(sign or key.sign, text)


def script_keys() -> dict[str, tuple[str, str]]:
    """The keys of the script by their names, each with its text."""
    return {name: (KEYS[name].sign, KEYS[name].words) for name in OF_SCRIPT}
