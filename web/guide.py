"""What a guide is made of, on both faces: chapters of topics, whose texts are filled in from the declarations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What to do; `endpoint` is the screen it speaks of, or the address within the face where it begins with a slash, `link` the words of the way there."""

    text: str
    endpoint: str = ""
    link: str = ""


@dataclass(frozen=True)
class Topic:
    """One procedure. `workflow` names the statuses that its texts speak of."""

    code: str
    title: str
    lead: str
    steps: tuple[Step, ...]
    workflow: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Topics that belong together."""

    title: str
    topics: tuple[Topic, ...]
