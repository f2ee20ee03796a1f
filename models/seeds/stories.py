"""What befell a request of the demo, from its opening to where it stands today; told by models.seeds.telling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.kind import RequestKind
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.seeds.life import Cast, acting, apply, customer_actor, fill, interleaved, open_change, step, way
from models.seeds.samples import Persona
from models.seeds.telling import Calendar, Story
from models.services.transition import cancel_request
from models.tables.account import Account
from models.tables.request import Request
from models.tables.site import Site

Stations = Mapping[str, tuple[Status, ...]]


@dataclass(frozen=True)
class Change:
    """A change of a site: opened and last touched so many business days ago; the stations that each record went through, by its type.

    `typed` goes before what the persona says. A change that was cancelled ends with it.
    """

    kind: RequestKind
    begun: float
    ended: float
    stations: Stations = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    is_cancelled: bool = False


@dataclass(frozen=True)
class Installation:
    """A new installation, told like a change. `issue_account` is called on the day after, for a company that had no account."""

    plan_code: str
    begun: float
    ended: float
    stations: Stations = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    issue_account: Callable[[Session, Request], Account] | None = None


@dataclass(frozen=True)
class Teller:
    """Tells what befell requests."""

    session: Session
    calendar: Calendar

    def change(self, cast: Cast, site: Site, change: Change) -> Story:
        """A customer opens the change, then customer and desk go through its stations."""
        yield self.calendar.moment(change.begun)
        request = open_change(self.session, cast, site, change.kind, change.options)
        for record in request.records:
            if isinstance(record, ContractRecord) or record.type not in change.stations:
                fill(self.session, cast, record, **change.typed)
        yield from self._stations(cast, request, change, change.begun - 0.2)
        if change.is_cancelled:
            yield self.calendar.moment(change.ended)
            with acting(self.session, cast.customer):
                cancel_request(self.session, request, cast.customer)

    def installation(
        self, persona: Persona, operator: Actor, account: Account | None, installation: Installation
    ) -> Story:
        """A visitor applies; who has an account, or gets one, goes on with it."""
        yield self.calendar.moment(installation.begun)
        request = apply(self.session, persona, installation.plan_code, **installation.typed)
        if installation.issue_account:
            yield self.calendar.moment(installation.begun - 0.5)
            account = installation.issue_account(self.session, request)
        if account:
            cast = Cast(customer_actor(account), operator, persona)
            yield from self._stations(cast, request, installation, installation.begun - 1)

    def _stations(self, cast: Cast, request: Request, told: Change | Installation, begun: float) -> Story:
        ways = [(record, way(record.workflow, *told.stations.get(record.type, ()))) for record in request.records]
        steps = interleaved(ways)
        for moment, (record, status) in zip(self.calendar.spread(begun, told.ended, len(steps)), steps, strict=True):
            yield moment
            step(self.session, cast, record, status, **told.typed)
