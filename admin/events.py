"""The table of what happened: each change field by field, and what was deleted to be registered again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.history import again_url, entries
from admin.inline import InlineView
from models.base.db import database
from models.base.fields import Spec
from models.tables.event import Event


class EventView(InlineView):
    """The table as every other, with the changes in words."""

    def detail_specs(self) -> Mapping[str, Spec]:
        """All but the changes, which stand field by field below."""
        return {name: spec for name, spec in self.specs.items() if name != "changes"}

    def details_page(self, row: Event, **more: Any) -> str:
        """With each field before and after."""
        return super().details_page(row, told=entries(database(), [row]), again_url=again_url(row), **more)
