"""From and until which day a row counts, as its table declares it, and how it stands on a day; models.services.validity asks."""

from __future__ import annotations

from dataclasses import dataclass

from models.base.choices import Choices


class Standing(Choices):
    """How a row stands on a day."""

    NOW = "now", "適用中"
    AHEAD = "ahead", "予定"
    ENDED = "ended", "終了"

    @property
    def tone(self) -> str:
        """The badge."""
        return {"now": "done", "ahead": "provider"}.get(self, "neutral")


@dataclass(frozen=True)
class Validity:
    """The columns of the first and the last day, both included; empty means without limit.

    `of`: the columns that say what a row is about, where the newest row that has begun takes the place of the one before.
    """

    since: str
    until: str = ""
    of: tuple[str, ...] = ()
