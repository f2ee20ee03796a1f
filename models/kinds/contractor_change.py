"""契約会社変更."""

from models.base.kind import Include, RequestKind, register
from models.records.billing import BILLING_CHANGE, BillingRecord
from models.records.contract import CONTRACT_CHANGE, ContractRecord

KIND = register(
    RequestKind(
        "contractor_change",
        "契約会社変更",
        purpose="ご契約の会社や、その住所・契約者名を変えるとき。請求先も一緒に変えられます",
        includes=(
            Include(ContractRecord, CONTRACT_CHANGE, starts_from_current=True),
            Include(
                BillingRecord,
                BILLING_CHANGE,
                when=lambda request: request.changes_billing,
                starts_from_current=True,
            ),
        ),
        options=("changes_billing",),
        note="部署名や代表者だけが変わるときは、この手続きは不要です。",
        position=20,
    )
)
