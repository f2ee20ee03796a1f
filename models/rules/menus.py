"""What rules know of menus: four of them, by their codes. The desk may add others, to which no rule of these applies (SPEC §3, §6)."""

from enum import StrEnum


class MenuCode(StrEnum):
    """The menus that rules speak of."""

    BASIC = "basic"
    LIGHT = "light"
    LIGHT_MINIMUM = "light_minimum"
    LIGHT_MOBILE = "light_mobile"


# The customer installs the equipment, which is sent for that (SPEC §3).
SELF_INSTALLED = frozenset({MenuCode.LIGHT_MINIMUM, MenuCode.LIGHT_MOBILE})
