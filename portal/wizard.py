"""新設申込: the eight pages of the application form (SPEC §6, §7)."""

from __future__ import annotations

from flask import abort, render_template

from portal.access import open_to_visitors
from portal.blueprint import portal


@portal.get("/apply/<int:page>")
@open_to_visitors
def apply(page: int) -> str:
    """The door of the new installation; it says how to order while the form is not open."""
    if not 1 <= page <= 8:
        abort(404)
    return render_template("portal/apply.html")
