"""Charts as drawings: where bars, lines and words stand, in the units of an SVG. Pure geometry, made from the numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, TOP, PLOT = 560, 44, 12, 170
BOTTOM = 26
GRID = 4
ROW, ROW_WIDTH, ROW_BAR, ROW_BAR_Y = 50, 400, 16, 26
SHARE = 0.8  # of a column's place that its bars take


@dataclass(frozen=True)
class Bar:
    """A bar; `series` is which of several sets of numbers it belongs to."""

    x: float
    y: float
    width: float
    height: float
    series: int = 0


@dataclass(frozen=True)
class Word:
    """A text: `anchor` says which end of it stands at x."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """A whole drawing; `lines` are the heights of the grid's lines."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    words: tuple[Word, ...]
    lines: tuple[float, ...] = ()
    left: int = 0


def ceiling(largest: float) -> int:
    """The end of an axis: the least of 4, 8, 12, 20, 40, 80, … that holds the largest number, so that its quarters are whole."""
    step = 1
    while True:
        for factor in (4, 8, 12):
            if factor * step >= largest:
                return factor * step
        step *= 5 if str(step).startswith("1") else 2


def columns(labels: Sequence[str], series: Sequence[Sequence[int]], every: int = 7) -> Chart:
    """Upright bars side by side for each label; only each `every`th label is written, counted from the last."""
    end = ceiling(max((max(values, default=0) for values in series), default=0))
    place = (WIDTH - LEFT) / max(len(labels), 1)
    width = place * SHARE / max(len(series), 1)
    bars, words = [], []
    for number, values in enumerate(series):
        for index, value in enumerate(values):
            height = PLOT * value / end
            x = LEFT + index * place + place * (1 - SHARE) / 2 + number * width
            bars.append(Bar(round(x, 1), round(TOP + PLOT - height, 1), round(width, 1), round(height, 1), number))
    for index, label in enumerate(labels):
        if (len(labels) - 1 - index) % every == 0:
            words.append(Word(round(LEFT + (index + 0.5) * place, 1), TOP + PLOT + 20, label, "middle"))
    lines = []
    for quarter in range(GRID + 1):
        y = TOP + PLOT * (GRID - quarter) / GRID
        lines.append(y)
        words.append(Word(LEFT - 8, y + 5, f"{end * quarter // GRID:,}", "end"))
    # The first and the last label must not be cut off at the edges.
    kept = tuple(_inside(word) for word in words)
    return Chart(WIDTH, TOP + PLOT + BOTTOM, tuple(bars), kept, tuple(lines), LEFT)


def _inside(word: Word) -> Word:
    return Word(WIDTH, word.y, word.text, "end") if word.anchor == "middle" and word.x > WIDTH - 24 else word


def rows(items: Sequence[tuple[str, float, str, int]]) -> Chart:
    """Lying bars one under another, each with its label and its number above: (label, number, the number in words, series)."""
    most = max((value for _, value, _, _ in items), default=0) or 1
    bars, words = [], []
    for index, (label, value, shown, series) in enumerate(items):
        y = index * ROW
        words += [Word(0, y + 18, label), Word(ROW_WIDTH, y + 18, shown, "end")]
        bars.append(Bar(0, y + ROW_BAR_Y, round(max(ROW_WIDTH * value / most, 2), 1), ROW_BAR, series))
    return Chart(ROW_WIDTH, max(len(items), 1) * ROW, tuple(bars), tuple(words))
