"""Rows of a list found by the company and the site they belong to, by number, by name, or as a suggestion begins."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from admin.codes import mapped_by_table
from admin.filters import filters_of
from models.base.db import transaction
from models.base.kind import KINDS
from models.records.site_name import SiteNameRecord
from models.tables.record import Record
from tests.build import build_customer, build_request, build_site
from tests.clerk import Clerk, desk


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk()


def test_records_and_requests_are_found_by_company_and_site(app: Flask) -> None:
    with transaction() as session:
        companies = build_customer(session), build_customer(session)
        companies[0].name, companies[1].name = "青葉銀行", "若葉商事"
        sites = [build_site(session, company) for company in (*companies, companies[0])]
        requests = [build_request(session, KINDS["site_rename"], site=site) for site in sites]
        records = [request.records[0] for request in requests]
        for record, name in zip(records, ("本店", "本店", "横浜支店"), strict=True):
            assert isinstance(record, SiteNameRecord)
            record.short_name, record.location_name = "AB", name
        session.flush()
        customer, site = companies[0].id, sites[2].id
        of_records, of_requests = ([one.id for one in some] for some in (records, requests))
    clerk = Clerk(app)

    def found(address: str) -> list[int]:
        return [int(one) for one in re.findall(r'<th scope="row"><a href="[^"]*">(\d+)</a>', clerk.get(address).text)]

    for asked in (str(customer), "青葉", f"{customer}：青葉銀行"):
        assert found(f"/site_name_record/?flt_customer={asked}&sort=id") == [of_records[0], of_records[2]]
        assert found(f"/record/?flt_customer={asked}&sort=id") == [of_records[0], of_records[2]]
        assert found(f"/request/?flt_customer={asked}&sort=id") == [of_requests[0], of_requests[2]]
    for asked in (str(site), "横浜支店"):
        assert found(f"/record/?flt_site={asked}") == [of_records[2]]
        assert found(f"/request/?flt_site_id={asked}") == [of_requests[2]]
    assert found("/record/?flt_customer=青葉&flt_site=本店") == [of_records[0]], "both hold together"
    assert found("/record/?flt_customer=青葉&flt_site=本店&match=any&sort=id") == of_records, "either of them"
    assert found("/record/?flt_customer=朝日") == []


def test_every_table_of_records_is_narrowed_by_company_and_site() -> None:
    for mapped in (Record, *Record.__subclasses__(), mapped_by_table()["upload"], mapped_by_table()["document"]):
        assert {"customer", "site"} <= set(filters_of(mapped)), mapped
