"""Importing this maps every table and makes every request kind known; migrations, both faces and the tests start here."""

from importlib import import_module
from pkgutil import iter_modules

import models.kinds
import models.tables

for module in iter_modules(models.tables.__path__):
    import_module(f"models.tables.{module.name}")
