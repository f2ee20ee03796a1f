"""新設申込."""

from models.base.kind import Include, RequestKind, register
from models.records.billing import BILLING_NEW, BillingRecord
from models.records.contract import CONTRACT_NEW, ContractRecord
from models.records.fault_contact import FAULT_CONTACT, FaultContactRecord
from models.records.parameter_sheet import PARAMETER_SHEET, ParameterSheetRecord
from models.records.shipping import SHIPPING, ShippingRecord
from models.records.site_name import SITE_NAME_NEW, SiteNameRecord
from models.records.supplies import SUPPLIES, SuppliesRecord
from models.rules.menus import SELF_INSTALLED
from models.tables.request import Request


def _is_self_installed(request: Request) -> bool:
    plan = request.site.line_plan
    return plan is not None and plan.menu_code in SELF_INSTALLED


KIND = register(
    RequestKind(
        "new_installation",
        "新設申込",
        includes=(
            Include(ContractRecord, CONTRACT_NEW),
            Include(SiteNameRecord, SITE_NAME_NEW),
            Include(BillingRecord, BILLING_NEW),
            Include(ParameterSheetRecord, PARAMETER_SHEET),
            Include(SuppliesRecord, SUPPLIES),
            Include(FaultContactRecord, FAULT_CONTACT),
            Include(ShippingRecord, SHIPPING, when=_is_self_installed),
        ),
        is_change=False,
        title="{year}年{month}月{day}日の新設申込",
    )
)
