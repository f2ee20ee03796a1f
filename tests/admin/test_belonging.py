"""Rows of a list found by the company and the site they belong to, by number, by name, or as a suggestion begins; lists and their
exports say which these are."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine

from admin.belonging import owner_column
from admin.codes import desk_specs, mapped_by_table
from admin.columns import listed_names
from admin.filters import filters_of
from admin.whereabouts import place_labels
from models.base.db import transaction
from models.base.kind import KINDS
from models.records.site_name import SiteNameRecord
from models.services.queries import site_label
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
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


def test_every_list_of_what_belongs_to_a_site_says_company_and_site() -> None:
    belonging = [
        one for one in mapped_by_table().values() if one is Site or owner_column(one) not in {"", "customer_id"}
    ]
    assert len(belonging) > 10
    for mapped in (*belonging, *Record.__subclasses__()):
        specs = desk_specs(mapped)
        heads = [*place_labels(mapped), *(specs[name].full_label for name in listed_names(mapped))]
        assert (heads.count("取引先"), heads.count("拠点")) == (1, 1), mapped


def named_request(company: str) -> tuple[int, int, str]:
    """A request of a company of that name and its record by number, and what its site is called."""
    with transaction() as session:
        customer = build_customer(session)
        customer.name = company
        request = build_request(session, KINDS["site_rename"], site=build_site(session, customer))
        record = request.records[0]
        assert isinstance(record, SiteNameRecord)
        record.short_name, record.location_name = "AB", "横浜支店"
        session.flush()
        return request.id, record.id, site_label(session, request.site)


def test_sites_requests_and_records_are_listed_with_company_and_site_and_a_request_with_its_eight_digits(
    app: Flask,
) -> None:
    number, _, site = named_request("青葉銀行")
    clerk = Clerk(app)
    for table in ("site", "request", "record", "site_name_record", "event"):
        page = clerk.get(f"/{table}/").text
        rows = page[page.index("<tbody") :]
        assert ">青葉銀行</a>" in rows, table
        assert f">{site}</a>" in rows, table
    assert f">{Request.number_of(number)}</a></th>" in clerk.get("/request/").text
    assert "青葉銀行" in clerk.get(f"/request/{number}/").text, "the page of the row, too"


def test_what_belongs_to_nobody_is_listed_and_exported_without_company_and_site(app: Flask) -> None:
    with transaction() as session:
        session.add(
            Mail(
                key=next(iter(MailKey)).value, recipient="a@example.jp", message_id="1", subject="お知らせ", body="本文"
            )
        )
    clerk = Clerk(app)
    assert "お知らせ" in clerk.get("/mail/").text
    data = clerk.post("/mail/", "/mail/export/?columns=subject").data.decode("utf-8-sig")
    assert [row[1:] for row in csv.reader(io.StringIO(data))] == [["取引先", "拠点", "件名"], ["", "", "お知らせ"]]


def test_an_export_of_records_says_company_and_site_and_comes_back_without_changing_anything(app: Flask) -> None:
    _, number, site = named_request('=青葉,"銀行"')
    clerk = Clerk(app)
    address = "/site_name_record/export/?columns=location_name&columns=short_name"
    head = ["番号", "取引先", "拠点", "ロケーション名", "会社名略称"]
    told = [site, "横浜支店", "AB"]
    data = clerk.post("/site_name_record/", address).data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [head, [str(number), '\'=青葉,"銀行"', *told]]
    book = clerk.post("/site_name_record/", address, format="xlsx").data
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == head
    assert [cell.value for cell in sheet[2]][1:] == ['=青葉,"銀行"', *told]
    assert sheet.cell(2, 2).data_type == "s", "no formula"
    for name, file in (("a.csv", data), ("a.xlsx", book)):
        page = "/site_name_record/import/"
        shown = clerk.follow(clerk.post(page, page, file=(io.BytesIO(file), name))).text
        assert "取り込まない列：取引先、拠点" in shown
        assert "変更する行はありません" in shown
