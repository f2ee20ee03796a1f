"""月額費用の請求情報変更."""

from models.base.kind import Include, RequestKind, register
from models.records.billing import BILLING_CHANGE, BillingRecord

KIND = register(
    RequestKind(
        "billing_change",
        "月額費用の請求情報変更",
        purpose="月額費用の支払方法や、請求書の送り先を変えるとき",
        includes=(Include(BillingRecord, BILLING_CHANGE, starts_from_current=True),),
        position=30,
    )
)
