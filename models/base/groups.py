"""Groups of fields that stand on several pages: declared once, used often (SPEC §6)."""

from models.base.choices import Choice, Choices, MasterChoice
from models.base.conditions import WhenListed
from models.base.fields import Group, declare
from models.base.japanese import FullWidth, Phone, PhoneDashed, PostalCode, StreetNumber
from models.base.prefectures import Prefecture
from models.base.values import Mail, Text

CORPORATE_TYPES = "master.corporate_company_types"


class TypePosition(Choices):
    """Where a company writes its legal form."""

    BEFORE = "before", "前（株式会社○○）"
    AFTER = "after", "後（○○株式会社）"


class Company(Group):
    """A company's name."""

    company_type = declare(MasterChoice("company_type"), "会社種別", required=True)
    type_position = declare(
        Choice(TypePosition),
        "種別前後",
        required=WhenListed("company_type", "法人格のある会社種別のとき必須", CORPORATE_TYPES),
        help="会社名の前と後のどちらに付くかを選んでください。",
    )
    company_name = declare(
        FullWidth(24),
        "会社名",
        required=True,
        help="「株式会社」などは除いて入力してください。",
        autocomplete="organization",
    )


class Address(Group):
    """A postal address."""

    postal_code = declare(PostalCode(), "郵便番号", required=True)
    prefecture = declare(Choice(Prefecture), "都道府県", required=True, autocomplete="address-level1")
    city = declare(Text(50), "市区町村", required=True, autocomplete="address-level2")
    street_number = declare(
        StreetNumber(), "番地", required=True, help="半角の数字と「-」で入力してください（例：3-3-3）。"
    )
    building = declare(Text(50), "建物名")


class Person(Group):
    """Somebody in a department."""

    department = declare(FullWidth(24), "部署名")
    person_name = declare(FullWidth(24), "担当者名", required=True, autocomplete="name")


class Contact(Person):
    """Somebody who can be reached on weekdays."""

    phone = declare(Phone(), "電話番号", required=True)
    mail = declare(Mail(), "メールアドレス", required=True)


class Payee(Address, Person, Company):
    """Where bills are sent: the company, the person, then the address (a group's own fields follow those of its bases, last base first)."""

    phone = declare(Phone(), "電話番号", required=True)
    mail = declare(Mail(), "メールアドレス", required=True)


class Recipient(Group):
    """To whom a parcel is addressed."""

    company_name = declare(FullWidth(24), "会社名", required=True, autocomplete="organization")
    department = declare(FullWidth(24), "部署名")
    person_name = declare(FullWidth(24), "担当者名", required=True, autocomplete="name")
    phone = declare(Phone(), "電話番号", required=True)


class FaultContact(Group):
    """Whom the desk calls when a line is down."""

    company_name = declare(FullWidth(24), "会社名", required=True, autocomplete="organization")
    department = declare(FullWidth(24), "部署名")
    person_name = declare(FullWidth(24), "担当者名", required=True, autocomplete="name")
    phone = declare(PhoneDashed(), "電話番号", required=True)
    mail = declare(Mail(), "メールアドレス", required=True)
