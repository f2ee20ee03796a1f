"""拠点名変更."""

from models.base.kind import Include, RequestKind, register
from models.records.site_name import SITE_NAME, SiteNameRecord

KIND = register(
    RequestKind(
        "site_rename",
        "拠点名変更",
        purpose="拠点名（会社名略称・ロケーション名）を変えるとき",
        includes=(Include(SiteNameRecord, SITE_NAME),),
        is_exclusive=True,
        note="拠点名変更が完了するまで、この拠点のほかの申込は受け付けられません。",
        position=10,
    )
)
