"""Widths are unified and nothing else is: against a plain table of pairs, in whatever mixture people type them (SPEC §6)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.fields import read_typed
from models.base.japanese import FullWidth, HalfKana, Phone, PostalCode, SiteName
from models.base.text import length

LIMIT = 12
SIGNS = "!#$%&()*+,./:;<=>?@[]^_{|}"
ASCII = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + SIGNS
# Half-width and full-width of each character, as a keyboard's table has them.
LATIN = [(sign, chr(ord(sign) + 0xFEE0)) for sign in ASCII]
HYPHENS = [("-", hyphen) for hyphen in "－‐‑‒–—―−"]
SPACE = [(" ", "　")]
KANA = list(
    zip(
        "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ",
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー",
        strict=True,
    )
)
VOICED = [
    *zip("ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎｳ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", strict=True),
]
KANA += [(f"{plain}ﾞ", voiced) for plain, voiced in VOICED]
KANA += [(f"{plain}ﾟ", voiced) for plain, voiced in zip("ﾊﾋﾌﾍﾎ", "パピプペポ", strict=True)]
NARROW = {*LATIN, *HYPHENS}
# Never folded: rare forms, ligatures and numbers in circles are other characters.
NAMES = ["豊", "洲", "髙", "﨑", "葛\U000e0100", "㈱", "①", "々"]
DASHES = "-‐‑‒–—―−－ー"

Pair = tuple[str, str]


def mixtures(pairs: list[Pair], most: int = 30) -> st.SearchStrategy[list[tuple[Pair, bool]]]:
    """Some of the pairs, each as it was typed: half-width or full-width."""
    return st.lists(st.tuples(st.sampled_from(pairs), st.booleans()), min_size=1, max_size=most)


def typed(mixture: list[tuple[Pair, bool]]) -> str:
    return "".join(half if is_half else full for (half, full), is_half in mixture)


def trimmed(text: str) -> str:
    return text.strip(" 　")


@settings(max_examples=300, deadline=None)
@given(mixtures([*LATIN, *SPACE, *KANA, *((name, name) for name in NAMES)]))
def test_a_name_becomes_full_width_and_keeps_its_characters(mixture: list[tuple[Pair, bool]]) -> None:
    full = trimmed("".join(full for (_half, full), _ in mixture))
    kind = FullWidth(LIMIT)
    assert kind.normalise(typed(mixture)) == full
    assert kind.normalise(full) == full
    if full:
        is_short = length(full) <= LIMIT
        assert (read_typed(kind, typed(mixture))[1] is None) == is_short


@settings(max_examples=300, deadline=None)
@given(mixtures([*LATIN, *HYPHENS, *SPACE, *KANA]))
def test_a_reading_becomes_half_width(mixture: list[tuple[Pair, bool]]) -> None:
    half = trimmed("".join(half for (half, _full), _ in mixture))
    kind = HalfKana(LIMIT)
    assert kind.normalise(typed(mixture)) == half
    assert kind.normalise(half) == half
    if half:
        assert (read_typed(kind, typed(mixture))[1] is None) == (len(half) <= LIMIT)


@settings(max_examples=100, deadline=None)
@given(mixtures(KANA), st.sampled_from(NAMES))
def test_a_reading_takes_hiragana_and_no_kanji(mixture: list[tuple[Pair, bool]], name: str) -> None:
    katakana = "".join(full for (_half, full), _ in mixture)
    hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヴ" else c for c in katakana)
    half = "".join(half for (half, _full), _ in mixture)
    assert HalfKana(200).normalise(hiragana) == half
    assert read_typed(HalfKana(200), hiragana + name)[1] is not None


@settings(max_examples=200, deadline=None)
@given(mixtures([*LATIN, *HYPHENS, *KANA, *((name, name) for name in NAMES)]))
def test_a_sites_name_has_narrow_letters_and_wide_kana(mixture: list[tuple[Pair, bool]]) -> None:
    expected = "".join(half if (half, full) in NARROW else full for (half, full), _ in mixture)
    assert SiteName(200).normalise(typed(mixture)) == expected


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789", min_size=7, max_size=7), st.integers(1, 6), st.sampled_from(DASHES), st.booleans())
def test_numbers_are_taken_with_any_dash_in_any_width(digits: str, place: int, dash: str, is_wide: bool) -> None:
    written = f" {digits[:place]}{dash}{digits[place:]}　"
    wide = written.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    assert PostalCode().normalise(wide if is_wide else written) == digits
    assert Phone().normalise(wide if is_wide else written) == digits
