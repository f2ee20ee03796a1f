"""The request kinds, a file each; importing the package makes all of them known."""

from models.kinds import (
    billing_change,
    configuration_change,
    contractor_change,
    fault_contact_change,
    new_installation,
    site_rename,
)

CHANGES = (
    site_rename.KIND,
    contractor_change.KIND,
    billing_change.KIND,
    configuration_change.KIND,
    fault_contact_change.KIND,
)

__all__ = [
    "CHANGES",
    "billing_change",
    "configuration_change",
    "contractor_change",
    "fault_contact_change",
    "new_installation",
    "site_rename",
]
