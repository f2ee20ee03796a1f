"""The request kinds, a file each; importing the package makes all of them known."""

from importlib import import_module
from pkgutil import iter_modules

from models.base.kind import KINDS

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

# What a customer is offered at a site that is in service, in this order.
CHANGES = tuple(
    sorted((kind for kind in KINDS.values() if kind.is_change), key=lambda kind: (kind.position, kind.code))
)
