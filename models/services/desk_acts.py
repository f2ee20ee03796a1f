"""Every act of the desk, by table: derived from the workflows and from what a table is (SPEC §11)."""

from __future__ import annotations

from functools import cache

from models.base.db import Base
from models.services.access_acts import access_acts
from models.services.acts import Act
from models.services.document_acts import document_acts
from models.services.record_acts import record_acts
from models.services.sheet_acts import sheet_acts


@cache
def acts_of(mapped: type[Base]) -> tuple[Act, ...]:
    """Every act of a table, whoever may do it."""
    return (*record_acts(mapped), *document_acts(mapped), *sheet_acts(mapped), *access_acts(mapped))


def find_act(table_name: str, code: str) -> Act | None:
    """An act by its table and code."""
    found: list[type[Base]] = [
        mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table_name
    ]
    return next((act for act in acts_of(found[0]) if act.code == code), None) if found else None
