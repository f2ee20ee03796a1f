"""While a rename is open nothing else of its site is accepted from the customer: one by one, and all at once (SPEC §5)."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from models.base.actor import Actor, Role
from models.base.clock import today
from models.base.db import connect, database, transaction
from models.base.errors import Invalid, Refused
from models.base.workflow import Status
from models.kinds import fault_contact_change, site_rename
from models.records.site_name import SiteNameRecord
from models.services.audit import act_as
from models.services.doctor import wrong_name_claims
from models.services.editing import save_record
from models.services.files import store_upload
from models.services.opening import open_request
from models.services.queries import site_label, site_labels
from models.services.transition import cancel_request, transition
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.site import Site, SiteVersion
from tests.build import OPERATOR, build_record, build_request, build_site, customer_of
from tests.statements import statements

SITES, TRIES = 60, 6


def test_a_fault_contact_change_freezes_while_a_rename_is_open(db: Engine) -> None:
    with transaction() as session:
        change = build_request(session, fault_contact_change.KIND)
        rename = open_request(session, change.site, site_rename.KIND, {}, customer_of(change))
        actor, [record] = customer_of(change), change.records
        with pytest.raises(Refused) as refused:
            save_record(session, record, {"first_company_name": "豊洲"}, record.version, actor)
        assert refused.value.link_request_id == rename.id
        with pytest.raises(Refused):
            open_request(session, change.site, fault_contact_change.KIND, {}, actor)
        with pytest.raises(Refused):
            store_upload(session, record, Purpose.SHEET, "a.xlsx", b"PK\x03\x04", actor)
        assert transition(session, [record], Status.SUBMITTED, actor).refused
        cancel_request(session, rename, actor)
        save_record(session, record, {"first_company_name": "豊洲"}, record.version, actor)


def test_a_write_that_no_screen_made_is_stopped_too(db: Engine) -> None:
    with transaction() as session:
        change = build_request(session, fault_contact_change.KIND)
        build_request(session, site_rename.KIND, site=change.site)
        actor, record_id = customer_of(change), change.records[0].id
    act_as(actor)
    with pytest.raises(Refused), transaction() as session:
        session.get_one(Record, record_id).comment = "script"


def test_an_accepted_rename_names_the_site_and_frees_it(db: Engine) -> None:
    with transaction() as session:
        site = build_site(session)
        actor = Actor(Role.CUSTOMER, 1, "豊洲 太郎", site.customer_id)
        rename = open_request(session, site, site_rename.KIND, {}, actor)
        [record] = rename.records
        save_record(session, record, {"short_name": "ＡＢＣ商事", "location_name": "豊洲"}, record.version, actor)
        transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
        transition(session, [record], Status.REVIEWING, OPERATOR).raise_if_refused()
        transition(session, [record], Status.ACCEPTED, OPERATOR).raise_if_refused()
        session.refresh(site)
        session.refresh(rename)
        assert site.open_rename_id is None
        assert not rename.is_open
        other = open_request(session, build_site(session), site_rename.KIND, {}, OPERATOR)
        taken = other.records[0]
        with pytest.raises(Invalid, match="すでに使われています"):
            save_record(session, taken, {"short_name": "ABC商事", "location_name": "豊洲"}, taken.version, OPERATOR)


def test_a_rename_that_was_accepted_first_is_not_undone_by_the_first_name(db: Engine) -> None:
    """The new installation's own name may be accepted, or edited, after the site was renamed: then it is history already."""
    with transaction() as session:
        site = build_site(session)
        actor = Actor(Role.CUSTOMER, 1, "豊洲 太郎", site.customer_id)
        first = build_record(session, "site_name_new", Status.REVIEWING, site)
        save_record(session, first, {"short_name": "ABC商事", "location_name": "本社"}, first.version, OPERATOR)
        [renamed] = open_request(session, site, site_rename.KIND, {}, actor).records
        save_record(session, renamed, {"short_name": "ABC商事", "location_name": "豊洲"}, renamed.version, actor)
        transition(session, [renamed], Status.SUBMITTED, actor).raise_if_refused()
        for target in (Status.REVIEWING, Status.ACCEPTED):
            transition(session, [renamed], target, OPERATOR).raise_if_refused()
        session.refresh(site)
        transition(session, [first], Status.ACCEPTED, OPERATOR).raise_if_refused()
        save_record(session, first, {"short_name": "ABC商事", "location_name": "晴海"}, first.version, OPERATOR)
        assert site_label(session, site) == "ABC商事(豊洲)"
        assert list(wrong_name_claims(session)) == []


def test_names_of_many_sites_cost_one_question_and_only_what_has_begun_names_them(db: Engine) -> None:
    with transaction() as session:
        sites = [build_site(session) for _ in range(3)]
        for site, location in zip(sites, ("本社", "豊洲", ""), strict=True):
            first = build_record(session, "site_name_new", Status.ACCEPTED, site)
            assert isinstance(first, SiteNameRecord)
            first.short_name, first.location_name = ("ABC商事", location) if location else (None, None)
        for days, location in ((-2, "晴海"), (-1, "月島"), (1, "有明")):
            renamed = build_record(session, "site_name_new", Status.ACCEPTED, sites[0])
            assert isinstance(renamed, SiteNameRecord)
            renamed.short_name, renamed.location_name = "ABC商事", location
            session.flush()
            begun = {"effective_on": today() + timedelta(days=days), "type": SiteNameRecord.type_code()}
            session.add(SiteVersion(site_id=sites[0].id, record_id=renamed.id, **begun))
        ids = [site.id for site in sites]
    with statements(db) as asked:
        labels = site_labels(database(), ids)
    assert list(labels.values()) == ["ABC商事(月島)", "ABC商事(豊洲)", f"拠点 {ids[2]}"]
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def _attack(
    url: str, site_ids: list[int], customer_id: int, kind_code: str, results: multiprocessing.Queue[str]
) -> None:
    engine = connect(url)
    actor = Actor(Role.CUSTOMER, 1, "並行", customer_id)
    kind = site_rename.KIND if kind_code == "site_rename" else fault_contact_change.KIND
    for site_id in site_ids:
        act_as(actor)
        try:
            with transaction() as session:
                open_request(session, session.get_one(Site, site_id), kind, {}, actor)
            results.put("opened")
        except Refused:
            results.put("refused")
        except Exception as error:  # noqa: BLE001 (the test tells it to its reader)
            results.put(f"{type(error).__name__}: {error}")
        database.remove()
    engine.dispose()


def test_simultaneous_requests_never_open_two_renames(db: Engine) -> None:
    with transaction() as session:
        first = build_site(session)
        sites = [first, *(build_site(session, first.customer) for _ in range(SITES - 1))]
        site_ids, customer_id = [site.id for site in sites], first.customer_id
    url = db.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = spawn.Queue()
    kinds = ["site_rename", "fault_contact_change"] * (TRIES // 2)
    workers = [spawn.Process(target=_attack, args=(url, site_ids, customer_id, kind, results)) for kind in kinds]
    for worker in workers:
        worker.start()
    outcomes = Counter(results.get(timeout=120) for _ in range(SITES * TRIES))
    for worker in workers:
        worker.join()
    assert set(outcomes) <= {"opened", "refused"}
    database.remove()
    session = database()
    renames = (
        select(Request.site_id, func.count(), func.min(Request.id))
        .where(Request.kind_code == "site_rename")
        .group_by(Request.site_id)
    )
    found = session.execute(renames).all()
    assert len(found) == SITES
    assert all(number == 1 for _, number, _ in found)
    later = (
        select(func.count())
        .select_from(Request)
        .join(Site, Site.id == Request.site_id)
        .where(Request.id > Site.open_rename_id)
    )
    assert session.scalar(later) == 0
    assert session.scalar(select(func.count()).select_from(SiteNameRecord)) == SITES
