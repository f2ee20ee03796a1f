"""What changed since the newest return, beside what was remarked, as the record's page shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.base.fields import Spec
from models.services.remarks import SinceReturn


def since_shown(since: SinceReturn | None, text_of: Callable[[Spec, Any], str]) -> dict[str, Any] | None:
    """The rows of the comparison, and what a remark asked for and nobody touched; None for a record that was never returned."""
    if since is None:
        return None
    rows = [
        {
            "label": one.spec.full_label,
            "old": text_of(one.spec, one.old),
            "new": text_of(one.spec, one.new),
            "is_changed": one.is_changed,
            "remark": one.remark,
        }
        for one in since.fields
    ]
    untouched = [row["label"] for row in rows if row["remark"] and not row["is_changed"]]
    return {"event": since.event, "rows": rows, "files": since.files, "untouched": untouched}
