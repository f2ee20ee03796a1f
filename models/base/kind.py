"""A request kind is one value: which records it brings, with which workflow, and when (SPEC §3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.base.workflow import Workflow


@dataclass(frozen=True)
class Include:
    """One record that a request of the kind brings; `when` is asked with the request, None: whatever the request says.

    `starts_from_current`: the customer changes what there is, so the fields begin with the site's values. `becomes_current`: once
    accepted, its values are the site's; a bill for something done once changes nothing.
    """

    record: type[Any]
    workflow: Workflow
    when: Callable[[Any], bool] | None = None
    starts_from_current: bool = False
    becomes_current: bool = True

    def is_in(self, request: Any) -> bool:
        """Whether this very request brings it."""
        return self.when is None or self.when(request)


@dataclass(frozen=True)
class RequestKind:
    """What a customer can ask for. `options` are columns of the request, asked when it is opened and fixed from then on.

    `purpose`: what a customer chooses it for, in a line; `scope`: what it is about, where the label does not say it. `is_exclusive`:
    while one is open, nothing else of the site is accepted from the customer (SPEC §5). Every kind that `is_change` is offered for
    sites in service, those of the lowest `position` first; the others have a way in of their own.
    """

    code: str
    label: str
    includes: tuple[Include, ...]
    options: tuple[str, ...] = ()
    is_change: bool = True
    is_exclusive: bool = False
    position: int = 100
    title: str = "{year}年{month}月{day}日の変更申込"
    note: str = ""
    purpose: str = ""
    scope: str = ""

    def facts(self, changes_asp: bool = False) -> dict[str, Any]:
        """What conditions ask about a request of the kind. Only a change in which they were not ticked leaves ASP services out (SPEC §3)."""
        return {
            "request.kind": self.code,
            "request.is_change": self.is_change,
            "request.asks_services": changes_asp or not self.is_change,
        }

    def includes_for(self, request: Any) -> list[Include]:
        """The records that this very request brings."""
        return [include for include in self.includes if include.is_in(request)]

    def include_of(self, record: Any) -> Include:
        """What brought this record; raises LookupError."""
        for include in self.includes:
            if isinstance(record, include.record):
                return include
        raise LookupError(f"{self.code} brings no {type(record).__name__}")


KINDS: dict[str, RequestKind] = {}


def exclusive_codes() -> list[str]:
    """The kinds that block everything else of their site while they are open (SPEC §5)."""
    return [kind.code for kind in KINDS.values() if kind.is_exclusive]


def change_codes() -> list[str]:
    """The kinds that change what is in service already."""
    return [kind.code for kind in KINDS.values() if kind.is_change]


def register(kind: RequestKind) -> RequestKind:
    """Makes the kind known by its code."""
    if kind.code in KINDS:
        raise ValueError(f"{kind.code} is declared twice")
    KINDS[kind.code] = kind
    return kind
