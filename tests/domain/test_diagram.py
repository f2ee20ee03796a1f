"""Every workflow can be drawn, and the drawing says what the declaration says."""

from __future__ import annotations

from itertools import combinations

import pytest

import models.mapping  # noqa: F401 (declares every workflow)
from models.base.actor import Role
from models.base.workflow import WORKFLOWS
from models.rules.diagram import BOX_HEIGHT, BOX_WIDTH, LINE_LENGTH, draw


@pytest.mark.parametrize("code", WORKFLOWS)
def test_every_status_and_every_move_stands_in_the_drawing_once(code: str) -> None:
    made = WORKFLOWS[code]
    drawn = draw(made)
    assert sorted(box.status for box in drawn.boxes) == sorted(made.statuses)
    assert [arrow.edge for arrow in drawn.arrows] == list(made.edges.values())
    for arrow in drawn.arrows:
        assert arrow.is_customers == (Role.CUSTOMER in arrow.edge.roles)


@pytest.mark.parametrize("code", WORKFLOWS)
def test_no_two_boxes_overlap_and_all_lie_within(code: str) -> None:
    drawn = draw(WORKFLOWS[code])
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - BOX_WIDTH
        assert 0 <= box.y <= drawn.height - BOX_HEIGHT
        assert "".join(box.lines) == WORKFLOWS[code].label_of(box.status).replace(" ", "")
        assert all(len(line) <= LINE_LENGTH + 2 for line in box.lines)


@pytest.mark.parametrize("code", WORKFLOWS)
def test_no_sign_hides_another(code: str) -> None:
    for one, other in combinations([arrow.sign for arrow in draw(WORKFLOWS[code]).arrows], 2):
        assert abs(one[0] - other[0]) >= 14 or abs(one[1] - other[1]) >= 14, (one, other)
