"""Importing this maps every table; migrations, the desk and the tests start here."""

import models.kinds
import models.tables.account
import models.tables.document
import models.tables.draft
import models.tables.login
import models.tables.mail
import models.tables.texts
import models.tables.worker

__all__ = ["models"]
