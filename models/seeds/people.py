"""The companies of the demo: invented, with real postal codes and telephone numbers that no exchange gives out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stdnum.jp import cn

from models.seeds.samples import TOYOSU, Persona
from models.services.postal_codes import places_of

DOMAIN = "example.jp"


def corporate_number(count: int) -> str:
    """A corporate number with a right check digit, of a company that is not."""
    digits = f"9999999{count % 100_000:05d}"
    return f"{cn.calc_check_digit(digits)}{digits}"


@dataclass(frozen=True)
class Place:
    """Where a site is: its name within the company, and its address; prefecture, city and kana follow from the postal code."""

    location_name: str
    postal_code: str
    street_number: str
    building: str
    floor: str
    phone: str

    def texts(self, prefix: str = "") -> dict[str, str]:
        """The address under a block's prefix; raises IndexError for a postal code that is not."""
        town = places_of(self.postal_code)[0]
        kana = {} if prefix else {"city_kana": town.city_kana}
        address = {
            "postal_code": self.postal_code,
            "prefecture": town.prefecture,
            "city": town.city,
            "street_number": self.street_number,
            "building": self.building,
            "phone": self.phone,
        }
        return {f"{prefix}{name}": value for name, value in address.items()} | kana


@dataclass(frozen=True)
class Person:
    """Somebody who fills in forms or answers the telephone."""

    name: str
    department: str
    mail_name: str
    phone: str

    def texts(self, block: str, mail_domain: str) -> dict[str, str]:
        """Their fields in a block."""
        values = {"department": self.department, "person_name": self.name, "phone": self.phone}
        return {f"{block}_{name}": value for name, value in values.items()} | {
            f"{block}_mail": f"{self.mail_name}@{mail_domain}"
        }


@dataclass(frozen=True)
class Firm:
    """A company, its people, and how it answers what companies answer differently."""

    code: str
    name: str
    kana: str
    short_name: str
    number: int
    representative: tuple[str, str]
    department: tuple[str, str]
    seat: Place
    people: tuple[Person, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Where its people have their mail."""
        return f"{self.code}.{DOMAIN}"

    def persona(self, place: Place, turn: int = 0, **answers: Any) -> Persona:
        """What its people type in the forms of one site; with every turn it is somebody else's."""
        first, *others = self.people[turn % len(self.people) :] + self.people[: turn % len(self.people)]
        texts = {
            **TOYOSU.texts,
            **self.seat.texts(),
            **place.texts("place_"),
            **place.texts("recipient_"),
            "floor": place.floor,
            "place_floor": place.floor,
            "company_name": self.name,
            "company_kana": self.kana,
            "corporate_number": corporate_number(self.number),
            "department": self.department[0],
            "department_kana": self.department[1],
            "representative": self.representative[0],
            "representative_kana": self.representative[1],
            "short_name": self.short_name,
            "location_name": place.location_name,
            "second_company_name": self.name,
            "remarks": "",
            **_contacts(first, others, self.domain),
        }
        return Persona({**texts, **self.answers, **answers})


def _contacts(first: Person, others: list[Person], domain: str) -> dict[str, str]:
    texts = {"person_name": first.name, "mail": f"{first.mail_name}@{domain}"}
    for block in ("contact_1", "first", "recipient"):
        texts |= first.texts(block, domain)
    for block in ("monthly", "asp", "initial", "one_time"):
        texts |= others[-1].texts(block, domain)
    for block, person in zip(("contact_2", "contact_3"), others, strict=False):
        texts |= person.texts(block, domain)
    company = texts | others[0].texts("second", domain)
    return {name: value for name, value in company.items() if not name.startswith("recipient_mail")}


# No exchange begins with 0 or 1: nobody is called by mistake.
KAIGAN = Place("本社", "1050022", "1-7-1", "海風ビル", "5", "0314010101")
ARIAKE = Place("第2倉庫", "1350063", "3-5-7", "有明物流センター", "1", "0314200202")
OTEMACHI = Place("東京本社", "1000004", "2-3-1", "山並ビル", "12", "0310040301")
YOKOHAMA = Place("横浜支店", "2200012", "2-2-1", "港町タワー", "8", "0451240302")
NAGOYA = Place("名古屋支店", "4500002", "4-7-1", "名駅中央ビル", "6", "0521840303")
OSAKA = Place("大阪支店", "5300001", "3-1-1", "梅田東ビル", "9", "0661460304")
KOBE = Place("神戸倉庫", "6500044", "1-5-7", "東川崎物流センター", "1", "0781600305")
FUKUOKA = Place("福岡支店", "8120011", "2-1-1", "博多駅前ビル", "7", "0921310306")
SAPPORO = Place("札幌営業所", "0600002", "3-1", "北二条ビル", "4", "0111210307")
SENDAI = Place("仙台営業所", "9800021", "1-2-3", "青葉通ビル", "B1", "0221620308")
NIIGATA = Place("新潟営業所", "9501348", "120-4", "西蒲倉庫事務所", "2", "0251430309")
KAGOSHIMA = Place("鹿児島営業所", "8900053", "18-2", "桜島ビル", "5", "0991310311")
IKOMA = Place("生駒倉庫", "6300244", "4-20", "生駒第一倉庫", "1", "0743130312")
HIROSHIMA = Place("広島支店", "7300011", "6-7", "基町ビル", "3", "0821230310")
CHIBA = Place("千葉センター", "2610023", "2-6-1", "中瀬ビル", "15", "0431960403")
OTSU = Place("大津営業所", "5200043", "3-2-10", "湖畔ビル", "5", "0771440405")
OKAYAMA = Place("岡山営業所", "7000024", "15-1", "駅元ビル", "4", "0861510404")
MATSUMOTO = Place("松本営業所", "3900811", "2-4-8", "中央ビル", "3", "0263132406")
TAKAMATSU = Place("高松支店", "7600023", "1-3-2", "寿町スクエア", "11", "0871510407")
KUMAMOTO = Place("熊本営業所", "8600806", "7-10", "花畑町ビル", "6", "0961120408")
KANAZAWA = Place("金沢工場", "9200031", "2-13-5", "第一工場事務棟", "2", "0761330401")
SAITAMA = Place("さいたま支店", "3300854", "1-7-5", "大宮西ビル", "10", "0481440402")
UTSUNOMIYA = Place("宇都宮研究所", "3200811", "4-1-18", "大通りビル", "2", "0281320410")
SHIZUOKA = Place("静岡本店", "4200851", "12-5", "駅前ビル", "3", "0541510411")
TOYAMA = Place("富山工房", "9300002", "1-2-3", "新富町ビル", "1", "0761410412")
KOFU = Place("甲府事務所", "4000031", "1-8-3", "丸の内ビル", "2", "0551210413")

UMIKAZE = Firm(
    "umikaze", "海風物産", "ｳﾐｶｾﾞﾌﾞｯｻﾝ", "海風物産", 1, ("海野　健一", "ｳﾝﾉ ｹﾝｲﾁ"), ("総務部", "ｿｳﾑﾌﾞ"), KAIGAN,
    (Person("浜口　さやか", "総務部総務課", "hamaguchi", "0314010110"), Person("磯部　直樹", "情報管理室", "isobe", "0314010120"),
     Person("潮田　恵", "経理課", "shiota", "0314010130")),
    {"service_codes": ("anser_dataport", "zedi"), "main_cable": "m5", "backup_cable": "m10", "router_cable": "m5", "report_hours": "always"},
)  # fmt: skip
YAMANAMI = Firm(
    "yamanami", "山並商事", "ﾔﾏﾅﾐｼｮｳｼﾞ", "山並商事", 2, ("山並　隆", "ﾔﾏﾅﾐ ﾀｶｼ"), ("情報システム部", "ｼﾞｮｳﾎｳｼｽﾃﾑﾌﾞ"), OTEMACHI,
    (Person("髙橋　美咲", "情報システム部", "takahashi", "0310040310"), Person("佐々木　健", "総務部", "sasaki", "0310040320"),
     Person("中村　由紀", "業務管理部", "nakamura", "0310040330"), Person("渡邉　翔太", "経理部", "watanabe", "0310040340")),
    {"payment_method": "direct_debit", "bank_name": "みなと銀行大手町支店", "bill_delivery": "post", "main_cable": "m10"},
)  # fmt: skip
HOKUTO = Firm(
    "hokuto", "北斗精機", "ﾎｸﾄｾｲｷ", "北斗精機", 3, ("北川　誠", "ｷﾀｶﾞﾜ ﾏｺﾄ"), ("生産管理部", "ｾｲｻﾝｶﾝﾘﾌﾞ"), KANAZAWA,
    (Person("荒木　陽介", "生産管理部", "araki", "0761330410"), Person("能登　千夏", "総務課", "noto", "0761330420"),
     Person("越野　修", "経理課", "koshino", "0761330430")),
    {"service_codes": ("anser_dataport_c", "sds"), "entry_permit": "needed", "permit_form": "yes", "business_hours_work": False,
     "main_cable": "m15", "backup_cable": "m15", "router_cable": "m5", "rack_mount": "not_needed"},
)  # fmt: skip
AOBA = Firm(
    "aoba", "青葉製薬", "ｱｵﾊﾞｾｲﾔｸ", "青葉製薬", 4, ("青木　恵子", "ｱｵｷ ｹｲｺ"), ("購買部", "ｺｳﾊﾞｲﾌﾞ"), SAITAMA,
    (Person("森田　拓也", "購買部", "morita", "0481440410"), Person("林　あかり", "システム課", "hayashi", "0481440420"),
     Person("小野寺　剛", "経理部", "onodera", "0481440430")),
    {"type_position": "after", "bill_delivery": "mail", "service_codes": ("front_gate",)},
)  # fmt: skip
SHIRASAGI = Firm(
    "shirasagi", "白鷺運輸", "ｼﾗｻｷﾞｳﾝﾕ", "白鷺運輸", 5, ("﨑山　浩二", "ｻｷﾔﾏ ｺｳｼﾞ"), ("総務課", "ｿｳﾑｶ"), SHIZUOKA,
    (Person("岡　奈々", "総務課", "oka", "0541510420"), Person("鈴木　大輔", "配車センター", "suzuki", "0541510430")),
    {"company_type": "yugen", "bill_delivery": "post"},
)  # fmt: skip
HANAOKA = Firm(
    "hanaoka", "花岡印刷", "ﾊﾅｵｶｲﾝｻﾂ", "花岡印刷", 6, ("花岡　梢", "ﾊﾅｵｶ ｺｽﾞｴ"), ("製版部", "ｾｲﾊﾝﾌﾞ"), TOYAMA,
    (Person("立山　光", "製版部", "tateyama", "0761410420"), Person("黒部　雪", "事務課", "kurobe", "0761410430")),
    {"company_type": "godo", "type_position": "after"},
)  # fmt: skip
TSUBASA = Firm(
    "tsubasa", "つばさ設計", "ﾂﾊﾞｻｾｯｹｲ", "つばさ設計", 7, ("翼　航", "ﾂﾊﾞｻ ﾜﾀﾙ"), ("設計室", "ｾｯｹｲｼﾂ"), KOFU,
    (Person("甲斐　みのり", "設計室", "kai", "0551210420"), Person("笛吹　進", "総務", "fuefuki", "0551210430")),
    {"company_type": "other", "type_position": None},
)  # fmt: skip
FIRMS = (UMIKAZE, YAMANAMI, HOKUTO, AOBA, SHIRASAGI, HANAOKA, TSUBASA)
