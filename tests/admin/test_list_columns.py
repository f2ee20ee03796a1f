"""What a list shows before anybody chose columns, asked of every table: what an operator looks for first, nothing for machines."""

from __future__ import annotations

from admin.codes import desk_specs, mapped_by_table
from admin.columns import SHOWN, STAMPS, listed_names, readable_names
from models.base.japanese import HalfKana
from models.records.contract import ContractRecord
from models.tables.account import AccountRequest
from models.tables.master import Coded
from models.tables.record import Record

EVERY = [*mapped_by_table().values(), *Record.__subclasses__()]
FOR_MACHINES = {
    "workflow_code", "side", "version", "sha256", "fingerprint", "blob_id", "trace_id", "message_id", "totp_last_step", "seen_up_to"
}  # fmt: skip


def test_no_list_begins_with_what_the_portal_keeps_for_itself() -> None:
    for mapped in EVERY:
        names = listed_names(mapped)
        assert 0 < len(names) <= SHOWN, mapped
        assert not FOR_MACHINES & set(names), mapped
        assert not [name for name in names if isinstance(desk_specs(mapped)[name].kind, HalfKana)], "kanji tell more"
        assert FOR_MACHINES & set(desk_specs(mapped)) <= set(readable_names(mapped)) | {"sent_key"}, (
            "still to be chosen"
        )


def test_what_a_row_is_called_comes_first_and_when_it_was_made_last() -> None:
    for mapped in EVERY:
        names = listed_names(mapped)
        stamps = [name for name in names if name in STAMPS]
        assert list(names[len(names) - len(stamps) :]) == stamps, mapped
        if issubclass(mapped, Coded):
            assert names[0] == "label", mapped
    assert listed_names(AccountRequest)[-1] == "created_at", "however many columns the table has"


def test_a_list_of_records_says_what_was_ordered_before_names_and_addresses() -> None:
    assert listed_names(ContractRecord)[5:] == (
        "start_year",
        "start_month",
        "menu_code",
        "plan_code",
        "service_codes",
    )
