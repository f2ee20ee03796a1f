"""Mail templates tried out: how they read with sample values, and a sample sent to the operator's own address (SPEC §10)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import day_text, moment_text, now, today
from models.base.errors import Refused
from models.services.addresses import home_address, login_address
from models.services.letters import DraftLetter, common_values, filled
from models.services.links import period_text
from models.services.outbox import write_mail
from models.services.owners import CUSTOMERS_CONTACT
from models.tables.login import LinkPurpose
from models.tables.mail import MailKey, placeholders_of
from models.tables.operator import Operator
from models.tables.texts import MailTemplate

NOBODY = "（送られる方のメールアドレス）"


def sample_values(key: MailKey) -> dict[str, str]:
    """What each placeholder of a mail may look like; nothing of it is anybody's."""
    day = day_text(today())
    known: Mapping[str, str] = {
        **common_values(),
        "name": "見本 花子",
        "company": "株式会社見本商事",
        "request_number": "00012345",
        "request_kind": "故障連絡先変更",
        "record": "故障連絡先情報",
        "status": "差戻",
        "comment": "第1連絡先の電話番号をご確認ください。",
        "url": home_address(),
        "site": "見本商事(本社)",
        "plan": "ベーシック／イーサ100M",
        "user_name": "mihon-user",
        "link": login_address(),
        "period": period_text(LinkPurpose.ISSUE),
        "number": "00001234",
        "code": "123456",
        "minutes": "10",
        "what": "パスワードが変更されました。",
        "at": moment_text(now()),
        "contact": CUSTOMERS_CONTACT,
        "due_on": day,
        "expires_on": day,
    }
    return {name: known[name] for name in placeholders_of(key)}


def sample_letter(template: MailTemplate, recipient: str = NOBODY) -> DraftLetter:
    """The mail of a template, stored or only typed, as it will be read."""
    return DraftLetter(recipient, *filled(template, sample_values(MailKey(template.key))))


def send_sample(session: Session, template: MailTemplate, actor: Actor) -> str:
    """Sends the stored template, filled with the sample values, to the operator's own address; gives the address. Raises Refused."""
    operator = session.get(Operator, actor.id or 0)
    if operator is None or not actor.may_write:
        raise Refused("あなたの権限では試し送信できません。")
    write_mail(session, MailKey(template.key), operator.mail, sample_values(MailKey(template.key)))
    return operator.mail
