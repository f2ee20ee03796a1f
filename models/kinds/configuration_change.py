"""設定変更: router configuration, ASP services."""

from models.base.kind import Include, RequestKind, register
from models.records.billing import BILLING_CHANGE, BillingRecord
from models.records.contract import CONTRACT_CHANGE, ContractRecord
from models.records.fault_contact import FAULT_CONTACT, FaultContactRecord
from models.records.parameter_sheet import PARAMETER_SHEET, ParameterSheetRecord
from models.tables.request import OneTimePayee

KIND = register(
    RequestKind(
        "configuration_change",
        "設定変更",
        purpose="ルータの設定や、接続するASPサービスを変えるとき",
        includes=(
            Include(ContractRecord, CONTRACT_CHANGE, starts_from_current=True),
            Include(ParameterSheetRecord, PARAMETER_SHEET),
            Include(
                BillingRecord,
                BILLING_CHANGE,
                when=lambda request: request.one_time_payee == OneTimePayee.NEW,
                becomes_current=False,
            ),
            Include(
                FaultContactRecord,
                FAULT_CONTACT,
                when=lambda request: request.changes_fault_contact,
                starts_from_current=True,
            ),
        ),
        options=("one_time_payee", "changes_asp", "changes_fault_contact"),
        note="ルータの設定変更と接続ASPの変更を申し込めます。",
        scope="ルータ設定・接続ASP",
        position=40,
    )
)
