"""Widths, spaces and dashes (SPEC §6): what can be converted is converted, and names are never folded further (RELIABILITY §2)."""

import re
import unicodedata

import jaconv

VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # marks that vary the character before
WITHIN_NUMBERS = re.compile(r"(?<=\d)-(?=\d)")
# Older forms of characters in names, each with the one that most people type.
FORMS = str.maketrans(
    "髙﨑嵜𠮷濵濱邊邉齋齊德冨嶋嶌櫻澤廣國眞惠榮瀧黑增槗", "高崎崎吉浜浜辺辺斎斉徳富島島桜沢広国真恵栄滝黒増橋"
)
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−˗﹣", "-"))  # that are hyphens wherever they stand
DASHES = HYPHENS | str.maketrans(dict.fromkeys("－ｰー", "-"))  # between digits a long vowel is one, too


def clean(text: str, keep_lines: bool = False) -> str:
    """Without control characters, lone surrogates and outer spaces; inner line breaks only where they are kept."""
    kept = (
        c
        for c in text.replace("\r\n", "\n")
        if unicodedata.category(c) not in {"Cc", "Cs"} or (keep_lines and c == "\n")
    )
    return "".join(kept).strip()


def emoji(text: str) -> str:
    """The first small picture in a text, or nothing: no font of ours prints them."""
    return next((c for c in text if "\U0001f000" <= c <= "\U0001faff" and unicodedata.category(c) == "So"), "")


def half_width(text: str) -> str:
    """Digits, letters, signs and every kind of hyphen in half-width; kana as it was."""
    return jaconv.z2h(text, kana=False, ascii=True, digit=True).replace("\u3000", " ").translate(HYPHENS)


def full_width(text: str) -> str:
    """Digits, letters, signs and kana in full-width."""
    return jaconv.h2z(text, kana=True, ascii=True, digit=True).replace(" ", "\u3000")


def half_kana(text: str) -> str:
    """Kana (hiragana too), digits, letters, signs and hyphens in half-width."""
    return half_width(jaconv.z2h(jaconv.hira2kata(text), kana=True, ascii=False, digit=False))


def site_name(text: str) -> str:
    """Letters, digits and signs in half-width, kana in full-width, as a site's names are written."""
    return jaconv.h2z(half_width(text), kana=True, ascii=False, digit=False)


def dashed_digits(text: str) -> str:
    """Half-width, without spaces, every kind of dash as `-`."""
    return half_width(text).translate(DASHES).replace(" ", "")


def digits(text: str) -> str:
    """As dashed_digits, without the dashes."""
    return dashed_digits(text).replace("-", "")


def is_full_width(text: str) -> bool:
    """Whether every character is full-width; marks that only vary the one before (葛󠄀) do not count."""
    return all(unicodedata.east_asian_width(c) in "WFA" or unicodedata.category(c) == "Mn" for c in text)


def is_half_width(text: str) -> bool:
    """Whether every character is printable ASCII or half-width kana."""
    return all(" " <= c <= "~" or "｡" <= c <= "ﾟ" for c in text)


def length(text: str) -> int:
    """How many characters a reader sees: marks that vary the one before do not count."""
    return sum(unicodedata.category(c) != "Mn" for c in text)


def fold(text: str) -> str:
    """A text as searches compare it: width, case, kana, older forms of characters and dashes within numbers make no difference.

    Never stored as a name. What changes here changes what searches know: a migration has to empty their index.
    """
    plain = unicodedata.normalize("NFKC", jaconv.hira2kata(text)).casefold().translate(DASHES).translate(FORMS)
    compared = VARIATIONS.sub("", plain)
    if not compared.isprintable():
        compared = "".join(c for c in compared if c.isspace() or unicodedata.category(c)[0] != "C")
    return WITHIN_NUMBERS.sub("", " ".join(compared.split()))


def bigrams(text: str) -> list[str]:
    """The neighbouring pairs of characters of one word, in order: a longer term is found by its pairs."""
    return [text[start : start + 2] for start in range(len(text) - 1)]
