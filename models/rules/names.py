"""Site names: how they are read out, and how two of them are compared (SPEC §5)."""

import unicodedata

from models.base import text
from models.base.groups import TypePosition


def full_name(short_name: str, location_name: str) -> str:
    """会社名略称(ロケーション名), as the desk and the customer call a site."""
    return f"{short_name}({location_name})"


def full_company_name(name: str, type_label: str, position: str | None) -> str:
    """株式会社＋name or name＋株式会社; a company without a corporate form has its name alone (SPEC §6)."""
    if not name or not type_label or not position:
        return name
    return f"{type_label}{name}" if position == TypePosition.BEFORE else f"{name}{type_label}"


def claim_name(short_name: str, location_name: str) -> str:
    """The comparison form: widths unified, small and capital letters the same, spaces left out. Names are not folded further."""
    parts = (
        text.site_name(part).replace(" ", "").replace("\u3000", "").casefold() for part in (short_name, location_name)
    )
    return unicodedata.normalize("NFC", "(".join(parts))
