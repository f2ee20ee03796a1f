"""A request kind is one value: which records it brings, with which workflow, and when (SPEC §3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.base.workflow import Workflow


@dataclass(frozen=True)
class Include:
    """One record that a request of the kind brings; `when` is asked with the request."""

    record: type[Any]
    workflow: Workflow
    when: Callable[[Any], bool] = lambda _request: True


@dataclass(frozen=True)
class RequestKind:
    """What a customer can ask for. `options` are columns of the request, asked when it is opened and fixed from then on.

    `is_exclusive`: while one is open, nothing else of the site is accepted from the customer (SPEC §5).
    """

    code: str
    label: str
    includes: tuple[Include, ...]
    options: tuple[str, ...] = ()
    is_change: bool = True
    is_exclusive: bool = False
    title: str = "{year}年{month}月{day}日の変更申込"
    note: str = ""

    def includes_for(self, request: Any) -> list[Include]:
        """The records that this very request brings."""
        return [include for include in self.includes if include.when(request)]


KINDS: dict[str, RequestKind] = {}


def register(kind: RequestKind) -> RequestKind:
    """Makes the kind known by its code."""
    if kind.code in KINDS:
        raise ValueError(f"{kind.code} is declared twice")
    KINDS[kind.code] = kind
    return kind
