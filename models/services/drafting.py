"""The application form of a visitor while it is being filled in (SPEC §7): kept here, readable with its token alone.

How a page uses it (`session` is the one of `transaction()` for what writes, `database()` for what reads):

    draft, token = begin_draft(session, address)        a new form; the token goes into the visitor's cookie. Raises TooMany.
    draft = find_draft(session, token, lock=False)      raises DraftExpired: an hour passed, or there never was one.
    touch_draft(session, draft)                         a request came: the hour begins again.
    save_page(session, draft, number, typed, is_done)   keeps what was typed (models.forms.typed_in), right or wrong.
    application = read_draft(session, draft)            what the form says so far:
        .values  .facts  .masters                       parsed values by field; facts for conditions; master data of today
        .typed                                          what was typed, for models.forms.fill_typed
        .specs_on(number)  .parts_on(number)            fields and sections of a page, as these values show them
        .options_on(number)                             choices for models.forms.form_class(specs, Base, options, with_fixed=True)
        .problems_on(number)  .problems                 what is wrong on a page / on all pages by page number, for submitting
        .warnings_on(number)                            what is allowed but may not be meant
        .first_incomplete_page                          where the visitor has to go on: 1 to 8
        .seconds_left                                   until the form expires
    drop_draft(session, draft)                          the visitor gave up.

When `draft.request_id` is set, the form was submitted: only its receipt is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import text
from models.base.choices import MasterChoices
from models.base.clock import now, span_text
from models.base.errors import DomainError, Problem
from models.base.fields import Spec, read_typed, specs_of, unasked
from models.base.settings import settings
from models.kinds.application import LAST, PAGES, RECORDS, Part, facts_for, page_of, page_with, specs_for
from models.records.work_dates import TIME_FIELDS
from models.rules.offer import Masters
from models.rules.works import times_for
from models.services.attempts import count_form, place_subject
from models.services.checking import problems_with
from models.services.claims import TAKEN, is_taken
from models.services.masters import masters_on, options_of
from models.services.tokens import digest, new_token
from models.tables.draft import Draft

RAW_LIMIT = 4000


class DraftExpired(DomainError):
    """The form was left for too long, and what was typed is gone (SPEC §7); `was_submitted`: it had become an application."""

    def __init__(self, was_submitted: bool = False) -> None:
        self.was_submitted = was_submitted
        super().__init__(
            f"操作のないまま{idle_time()}が過ぎたため、入力内容を消去しました。お手数ですが、はじめから入力してください。"
        )


def idle_time() -> str:
    """How long a form may be left, in words."""
    return span_text(settings().customer_idle_seconds)


def begin_draft(session: Session, address: str) -> tuple[Draft, str]:
    """A new form and its token, which is stored nowhere; raises TooMany beyond the hourly limit of the address (RELIABILITY §1)."""
    count_form(session, place_subject("application", address))
    token = new_token()
    draft = Draft(token_hash=digest("draft", token), typed={}, page=0)
    session.add(draft)
    session.flush()
    return draft, token


def find_draft(session: Session, token: str | None, lock: bool = False) -> Draft:
    """The form of this token, locked for writing if asked; raises DraftExpired."""
    found = select(Draft).where(Draft.token_hash == digest("draft", token or ""))
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    draft = session.scalar(found) if token else None
    if draft is None or expires_at(draft) < now():
        raise DraftExpired(was_submitted=draft is not None and draft.request_id is not None)
    return draft


def expires_at(draft: Draft) -> datetime:
    """The last moment at which the form may go on: an hour after the last request, twelve after the first."""
    limits = settings()
    idle = draft.touched_at + timedelta(seconds=limits.customer_idle_seconds)
    return min(idle, draft.started_at + timedelta(seconds=limits.customer_session_seconds))


def touch_draft(session: Session, draft: Draft) -> None:
    """Notes that the visitor is still there."""
    draft.touched_at = now()
    session.flush()


def save_page(session: Session, draft: Draft, number: int, typed: Mapping[str, Any], is_done: bool = False) -> None:
    """Keeps what was typed on a page, right or wrong; `is_done`: the visitor left it by 次へ. Other fields stay as they are.

    What belongs to no field of the page is not kept. What can be read is kept as it is unified (SPEC §6).
    """
    if draft.request_id is not None:
        return
    specs = {name: specs_of(part.record)[name] for part in page_of(number).parts for name in part.section.names}
    kept = {name: _kept(spec, typed[name]) for name, spec in specs.items() if name in typed}
    draft.typed = {**draft.typed, **kept}
    if is_done:
        draft.page = max(draft.page, number)
    touch_draft(session, draft)


def _kept(spec: Spec, given: Any) -> Any:
    value, problem = read_typed(spec.kind, given)
    if spec.kind.control == "tick":
        return value
    if isinstance(spec.kind, MasterChoices):
        return list(value or ())
    return text.clean(str(given or ""), keep_lines=True)[:RAW_LIMIT] if problem else spec.kind.write(value)


def drop_draft(session: Session, draft: Draft) -> None:
    """Forgets the form at once."""
    session.delete(draft)
    session.flush()


def read_draft(session: Session, draft: Draft, masters: Masters | None = None) -> Application:
    """What the form says so far, by today's master data; `masters`, where they were read a moment ago."""
    application = Application(draft, masters or masters_on(session))
    values = application.values
    taken = is_taken(session, values["short_name"], values["location_name"])
    return replace(application, is_name_taken=taken) if taken else application


@dataclass(frozen=True)
class Application:
    """A form as it stands: read once, asked often. See the head of this module."""

    draft: Draft
    masters: Masters
    is_name_taken: bool = False

    @property
    def typed(self) -> Mapping[str, Any]:
        """What was typed, by field."""
        return self.draft.typed

    @cached_property
    def _read(self) -> dict[str, tuple[Any, str | None]]:
        fields = {name: spec for record in RECORDS for name, spec in specs_of(record).items() if page_with(name)}
        return {name: read_typed(spec.kind, self.typed[name]) for name, spec in fields.items() if name in self.typed}

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of all fields, None where nothing readable was typed; whether they may be submitted is another question.

        What other answers leave no question for is not among them; what was typed there stays, and counts again once it is asked for.
        """
        names = dict.fromkeys(name for page in PAGES for part in page.parts for name in part.section.names)
        values = {**names, **{name: value for name, (value, _) in self._read.items()}}
        facts = facts_for(values, self.masters)
        return {**values, **dict.fromkeys(unasked(specs_for(facts), {**facts, **values}))}

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What conditions ask about this order and about master data."""
        return facts_for(self.values, self.masters)

    def parts_on(self, number: int) -> list[Part]:
        """The sections of a page that this order shows."""
        return page_of(number).parts_for(self.facts)

    def specs_on(self, number: int) -> dict[str, Spec]:
        """The fields of a page that this order shows, in order."""
        return page_of(number).specs(self.facts)

    def options_on(self, number: int) -> dict[str, list[tuple[str, str]]]:
        """The choices of a page's fields: by master table, and by field where what was chosen before narrows them."""
        times = [(time.value, time.label) for time in times_for(bool(self.values.get("business_hours_work")))]
        plans = [(plan.code, plan.label) for plan in self.masters.plans_of(self.values.get("menu_code"))]
        return {
            **options_of(self.specs_on(number), self.masters),
            "plan_code": plans,
            **dict.fromkeys(TIME_FIELDS, times),
        }

    @cached_property
    def problems(self) -> dict[int, list[Problem]]:
        """What stands in the way of submitting, by page; pages without problems are left out."""
        known = {**self.facts, **self.values}
        asked = {name for name, spec in specs_for(self.facts).items() if spec.is_allowed(known)}
        found = [
            Problem(name, problem) for name, (_, problem) in self._read.items() if problem is not None and name in asked
        ]
        unread = {problem.field for problem in found}
        for record in RECORDS:
            wrong = problems_with(record(), self.values, self.facts, self.masters, is_complete=True)
            found += [problem for problem in wrong if problem.field not in unread]
        if self.is_name_taken:
            found.append(Problem("short_name", TAKEN))
        by_page: dict[int, list[Problem]] = {}
        for problem in found:
            page = page_with(problem.field) or LAST
            by_page.setdefault(page.number, []).append(problem)
        return by_page

    def problems_on(self, number: int) -> list[Problem]:
        """What is wrong on a page, field by field in their order."""
        order = {name: place for place, name in enumerate(self.specs_on(number))}
        return sorted(self.problems.get(number, []), key=lambda problem: order.get(problem.field, -1))

    def warnings_on(self, number: int) -> list[Problem]:
        """What is allowed on a page but may not be meant."""
        names = set(self.specs_on(number))
        return [
            warning
            for record in RECORDS
            for warning in record().warnings(self.values, self.masters)
            if warning.field in names
        ]

    @property
    def first_incomplete_page(self) -> int:
        """The first page with something wrong, or not yet left by 次へ; the last page when all others are done."""
        open_pages = [page.number for page in PAGES if page.number in self.problems or page.number > self.draft.page]
        return min([*open_pages, LAST.number])

    @property
    def seconds_left(self) -> int:
        """Until the form expires."""
        return max(0, int((expires_at(self.draft) - now()).total_seconds()))
