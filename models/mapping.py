"""Importing this maps every table, gives each the rules of its kinds of value as CHECKs, and makes every request kind known.

Migrations, both faces and the tests start here.
"""

from importlib import import_module
from pkgutil import iter_modules

import models.kinds
import models.tables
from models.base.db import Base
from models.base.fields import add_checks

for module in iter_modules(models.tables.__path__):
    import_module(f"models.tables.{module.name}")
for table in Base.metadata.tables.values():
    add_checks(table)
