"""故障連絡先変更."""

from models.base.kind import Include, RequestKind, register
from models.records.fault_contact import FAULT_CONTACT, FaultContactRecord

KIND = register(
    RequestKind(
        "fault_contact_change",
        "故障連絡先変更",
        purpose="回線の故障のときに連絡を受ける方を変えるとき",
        includes=(Include(FaultContactRecord, FAULT_CONTACT, starts_from_current=True),),
        position=50,
    )
)
