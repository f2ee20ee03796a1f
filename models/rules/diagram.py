"""A workflow as a drawing: where its statuses stand and how its moves run, in the units of an SVG (SPEC §4).

The usual way stands in one column from top to bottom; what leads away from it stands beside it. Pure geometry, made from the
declaration alone, so that the drawing is always true.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from models.base.actor import Role
from models.base.workflow import Edge, Status, Workflow

BOX_WIDTH, BOX_HEIGHT, PITCH = 176, 52, 92
LEFT, GAP, TOP = 40, 88, 12
SIDE = LEFT + BOX_WIDTH + GAP
LINE_LENGTH = 11  # characters of a label in one line
TIP = 7  # room for an arrow's head


@dataclass(frozen=True)
class Box:
    """A status: its place in columns (0 the usual way, 1 beside it) and rows, and its label in lines that fit."""

    status: Status
    lines: tuple[str, ...]
    column: int
    row: int

    @property
    def x(self) -> int:
        """The left edge."""
        return SIDE if self.column else LEFT

    @property
    def y(self) -> int:
        """The upper edge."""
        return TOP + self.row * PITCH

    @property
    def middle(self) -> tuple[int, int]:
        """The centre."""
        return self.x + BOX_WIDTH // 2, self.y + BOX_HEIGHT // 2


@dataclass(frozen=True)
class Arrow:
    """A move: the path of its line, who makes it, and where the sign of who makes it stands."""

    edge: Edge
    path: str
    sign: tuple[int, int]

    @property
    def is_customers(self) -> bool:
        """Whether the customer makes the move; else the provider does."""
        return Role.CUSTOMER in self.edge.roles


@dataclass(frozen=True)
class Diagram:
    """The whole drawing."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def draw(made: Workflow) -> Diagram:
    """The drawing of a workflow."""
    boxes = {box.status: box for box in _boxes(made)}
    slots = _slots(made, boxes)
    arrows = tuple(_arrow(edge, boxes, slots) for edge in made.edges.values())
    rows = max(box.row for box in boxes.values()) + 1
    return Diagram(tuple(boxes.values()), arrows, SIDE + BOX_WIDTH + 4, TOP * 2 + (rows - 1) * PITCH + BOX_HEIGHT)


def _boxes(made: Workflow) -> list[Box]:
    main = [made.first, *made.path_from(made.first)]
    found = [_box(made, status, 0, row) for row, status in enumerate(main)]
    taken: set[int] = set()
    for status in made.statuses:
        if status in main:
            continue
        row = min(
            (main.index(edge.source) for edge in made.edges.values() if edge.target is status and edge.source in main),
            default=0,
        )
        while row in taken:
            row += 1
        taken.add(row)
        found.append(_box(made, status, 1, row))
    return found


def _box(made: Workflow, status: Status, column: int, row: int) -> Box:
    label = made.label_of(status)
    cut = len(label) if len(label) <= LINE_LENGTH else _cut(label)
    return Box(status, tuple(part.strip() for part in (label[:cut], label[cut:]) if part.strip()), column, row)


def _cut(label: str) -> int:
    """Where a long label is broken: behind 「にて」 or a space, else in the middle."""
    for sign in ("にて", " "):
        place = label.find(sign)
        if place > 0:
            return place + len(sign)
    return (len(label) + 1) // 2


Slots = dict[tuple[Status, tuple[Status, Status]], int]


def _slots(made: Workflow, boxes: dict[Status, Box]) -> Slots:
    """The height at which each sideways move touches its boxes: ordered by where the other end is, so that lines do not cross."""
    ends: dict[Status, list[tuple[int, bool, Edge]]] = defaultdict(list)
    for edge in made.edges.values():
        source, target = boxes[edge.source], boxes[edge.target]
        if source.column != target.column:
            ends[source.status].append((target.row, True, edge))
            ends[target.status].append((source.row, False, edge))
    slots: Slots = {}
    for status, touching in ends.items():
        touching.sort(key=lambda one: (one[0], one[1] == bool(boxes[status].column)))
        for number, (_row, _is_source, edge) in enumerate(touching, 1):
            slots[status, (edge.source, edge.target)] = boxes[status].y + number * BOX_HEIGHT // (len(touching) + 1)
    return slots


def _arrow(edge: Edge, boxes: dict[Status, Box], slots: Slots) -> Arrow:
    source, target = boxes[edge.source], boxes[edge.target]
    if source.column != target.column:
        return _sideways(edge, source, target, slots)
    if source.row < target.row:
        x, begin, end = source.middle[0], source.y + BOX_HEIGHT, target.y - TIP
        return Arrow(edge, f"M{x} {begin}V{end}", (x, (begin + end) // 2))
    x, begin, end = source.x, source.middle[1], target.middle[1] + 8
    return Arrow(edge, f"M{x} {begin}C{x - 34} {begin} {x - 34} {end} {x - TIP} {end}", (x - 26, (begin + end) // 2))


def _sideways(edge: Edge, source: Box, target: Box, slots: Slots) -> Arrow:
    key = (edge.source, edge.target)
    begin, end = slots[source.status, key], slots[target.status, key]
    is_right = source.column < target.column
    start_x, end_x = (source.x + BOX_WIDTH, target.x - TIP) if is_right else (source.x, target.x + BOX_WIDTH + TIP)
    share = 0.28
    sign = (round(start_x + (end_x - start_x) * share), round(begin + (end - begin) * share))
    return Arrow(edge, f"M{start_x} {begin}L{end_x} {end}", sign)
