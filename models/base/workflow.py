"""The workflow notation: a table that reads like the specification, checked when it is imported (SPEC §4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from models.base.actor import WRITERS, Role
from models.base.settings import settings


class Side(StrEnum):
    """Who has to do something next."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    NOBODY = "nobody"


class Status(StrEnum):
    """Where a record stands. Labels are the customer's words, desk labels the operators'."""

    PREPARING = "preparing"
    DRAFT = "draft"
    AWAITING_STAMP = "awaiting_stamp"
    SUBMITTED = "submitted"
    REVIEWING = "reviewing"
    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What the customer reads; a workflow may word it differently (Workflow.label_of)."""
        return LABELS[self].format(provider=settings().provider_name)

    @property
    def desk_label(self) -> str:
        """What an operator reads, over all workflows at once: the same word for new installations and for changes."""
        return DESK_LABELS.get(self, LABELS[self].removeprefix("{provider}にて"))

    @property
    def verb(self) -> str:
        """What a customer does to move a record here, as the button says it."""
        return VERBS[self]

    @property
    def is_editable(self) -> bool:
        """Whether the customer may edit the fields (SPEC §4)."""
        return self in EDITABLE

    @property
    def is_cancellable(self) -> bool:
        """Whether the customer may still cancel a change whose records all stand so (SPEC §4).

        A sheet that the desk is still preparing is none that was handed in; without it, a configuration change that was opened
        with a wrong tick could not be cancelled and begun anew (SPEC §3).
        """
        return self in {Status.PREPARING, Status.DRAFT, Status.AWAITING_STAMP, Status.WITHDRAWN}

    @property
    def is_finished(self) -> bool:
        """Whether the record's procedure is complete."""
        return self in {Status.ACCEPTED, Status.SHIPPED}

    @property
    def is_closed(self) -> bool:
        """Whether nothing is owed any more: finished or cancelled."""
        return self.is_finished or self is Status.CANCELLED

    @property
    def tone(self) -> str:
        """The badge: customer, provider, done or stopped."""
        if self is Status.CANCELLED:
            return "stopped"
        return "done" if self.is_finished else ("customer" if self in EDITABLE else "provider")


LABELS = {
    Status.PREPARING: "{provider}にてパラメータシート準備中",
    Status.DRAFT: "未提出",
    Status.AWAITING_STAMP: "押印済変更申込書 未提出",
    Status.SUBMITTED: "提出済み",
    Status.REVIEWING: "{provider}にて申込内容確認中",
    Status.WITHDRAWAL_REQUESTED: "取下げ依頼中",
    Status.WITHDRAWN: "取下げ",
    Status.RETURNED: "差戻",
    Status.RECEIVED: "受領",
    Status.ACCEPTED: "承諾",
    Status.SHIPPED: "発送済",
    Status.CANCELLED: "中止",
}
DESK_LABELS = {Status.AWAITING_STAMP: "押印済み申込書 未提出"}
VERBS = {
    Status.SUBMITTED: "提出する",
    Status.AWAITING_STAMP: "入力を完了する",
    Status.WITHDRAWN: "取下げる",
    Status.DRAFT: "未提出に戻す",
    Status.WITHDRAWAL_REQUESTED: "取下げを依頼する",
}
EDITABLE = frozenset({Status.DRAFT, Status.AWAITING_STAMP, Status.RETURNED, Status.WITHDRAWN})


class Need(Enum):
    """What must be there before a move; the value is the reason when it is not."""

    COMPLETE = "必須項目に入力していないものがあります。すべて入力してから提出してください。"
    STAMPED_FORM = "押印済みの申込書がアップロードされていません。押印した申込書を追加してください。"
    STAMPED_ANEW = (
        "押印済みの申込書は、いまの申込内容より前のものです。申込書を発行し直し、押印してから追加してください。"
    )
    SHEET = "記入済みのパラメータシートがアップロードされていません。ファイルを追加してください。"
    BLANK_SHEET = "お客様へ渡すパラメータシートが登録されていません。先にファイルを追加してください。"
    COMMENT = "差戻の理由をコメントに入力してください。"
    LETTER = "利用承諾書が登録されていません。先に利用承諾書を追加してください。"


@dataclass(frozen=True)
class Edge:
    """A move that is allowed, and to whom."""

    source: Status
    target: Status
    roles: frozenset[Role]


class WrongWorkflow(Exception):
    """A table that cannot be meant; found when the program starts."""


ROLES = {
    "C": frozenset({Role.CUSTOMER}),
    "O": WRITERS,
}


@dataclass(frozen=True)
class Workflow:
    """A checked table of moves; what is not in it is refused."""

    code: str
    label: str
    first: Status
    edges: Mapping[tuple[Status, Status], Edge]
    needs: Mapping[Status, tuple[Need, ...]]
    labels: Mapping[Status, str]

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Every status that a record of it can have, in the order of Status; cancellation comes from outside the table."""
        return tuple(status for status in Status if status in self._known)

    @property
    def _known(self) -> set[Status]:
        return {self.first} | {edge.target for edge in self.edges.values()}

    def label_of(self, status: Status) -> str:
        """The customer's word for a status in this workflow."""
        return self.labels.get(status, status.label)

    def targets(self, source: Status, role: Role) -> tuple[Status, ...]:
        """Where somebody of that role may move a record that stands at `source`, in the table's order."""
        return tuple(edge.target for edge in self.edges.values() if edge.source is source and role in edge.roles)

    def edge(self, source: Status, target: Status) -> Edge | None:
        """The edge between two statuses, if the table has it."""
        return self.edges.get((source, target))

    def side(self, status: Status) -> Side:
        """Who has to act next: nobody after the end, else the customer where the record may be edited."""
        if status is Status.CANCELLED or not any(edge.source is status for edge in self.edges.values()):
            return Side.NOBODY
        return Side.CUSTOMER if status.is_editable else Side.PROVIDER

    def path_from(self, status: Status) -> tuple[Status, ...]:
        """The usual way from a status to the end: the shortest one, for the steps still to come."""
        paths: list[tuple[Status, ...]] = [(status,)]
        seen = {status}
        while paths:
            path = paths.pop(0)
            targets = [edge.target for edge in self.edges.values() if edge.source is path[-1]]
            if not targets:
                return path[1:]
            paths += [(*path, target) for target in targets if target not in seen]
            seen.update(targets)
        return ()


WORKFLOWS: dict[str, Workflow] = {}


def workflow(
    code: str,
    label: str,
    *,
    first: str,
    table: str,
    needs: Mapping[str, tuple[Need, ...]],
    labels: Mapping[str, str] | None = None,
) -> Workflow:
    """Reads a table (`draft →C submitted →O reviewing, returned`), checks it and registers it; raises WrongWorkflow."""
    edges: dict[tuple[Status, Status], Edge] = {}
    for line in filter(None, map(str.strip, table.splitlines())):
        source, *moves = re.split(r"\s*→", line)
        for move in moves:
            for target in move[1:].replace(",", " ").split():
                _add(edges, Edge(_status(source), _status(target), _roles(move[0])))
    words = {_status(name): text for name, text in (labels or {}).items()}
    made = Workflow(code, label, _status(first), edges, {_status(name): need for name, need in needs.items()}, words)
    _check(made)
    if code in WORKFLOWS:
        raise WrongWorkflow(f"{code} is declared twice")
    WORKFLOWS[code] = made
    return made


def _status(name: str) -> Status:
    try:
        return Status(name.strip())
    except ValueError:
        raise WrongWorkflow(f"unknown status {name!r}") from None


def _roles(letter: str) -> frozenset[Role]:
    if letter not in ROLES:
        raise WrongWorkflow(f"unknown side {letter!r}: write →C or →O")
    return ROLES[letter]


def _add(edges: dict[tuple[Status, Status], Edge], edge: Edge) -> None:
    if (edge.source, edge.target) in edges:
        raise WrongWorkflow(f"duplicate edge {edge.source} → {edge.target}")
    edges[edge.source, edge.target] = edge


def _check(made: Workflow) -> None:
    sources = {edge.source for edge in made.edges.values()}
    reachable = {made.first}
    while grown := {edge.target for edge in made.edges.values() if edge.source in reachable} - reachable:
        reachable |= grown
    if lost := sources - reachable:
        raise WrongWorkflow(f"{made.code}: nothing leads to {sorted(lost)}")
    if stuck := {status for status in reachable - sources if not status.is_finished}:
        raise WrongWorkflow(f"{made.code}: nothing leads out of {sorted(stuck)}")
    if mute := {edge.target for edge in made.edges.values() if Role.CUSTOMER in edge.roles} - set(VERBS):
        raise WrongWorkflow(f"{made.code}: no verb for {sorted(mute)}")
    if idle := set(made.needs) - reachable:
        raise WrongWorkflow(f"{made.code}: needs of unreachable {sorted(idle)}")
