"""A customer's account on a telephone, and what an administrator sees of it: bell, address, app, devices, logins."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp

from models.base.clock import now
from models.base.workflow import Status
from models.kinds import fault_contact_change
from models.seeds.demo import PASSWORD
from models.tables.site import Site
from tests.browser.conftest import PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.build import build_request


def _desk_answers(server: Server, company: Company) -> None:
    """The desk begins to check what the company sent in."""
    with server.writing() as session:
        site = session.get_one(Site, company.site_id)
        record_id = build_request(session, fault_contact_change.KIND, Status.SUBMITTED, site).records[0].id
    server.move(record_id, Status.REVIEWING)


def _menu(customer: Visitor, words: str) -> Visitor:
    """Opens the account menu and follows a line of it."""
    customer.page.get_by_text("アカウント", exact=True).first.click()
    return customer.follow(words)


def _change_address(customer: Visitor, new_mail: str) -> None:
    _menu(customer, "アカウントの設定").keep("account").is_accessible()
    customer.follow(re.compile("変更する.*メールアドレス")).fill(new_mail=new_mail, current="wrong").press(
        "確認のメールを送る"
    )
    customer.sees("現在のパスワードが違います").keep("mail-error").is_accessible()
    with customer.mail_to(new_mail) as letter:
        customer.fill(current=PASSWORD).press("確認のメールを送る")
    customer.sees("まだ完了していません").is_accessible()
    customer.open(letter.find(r"http://[^/]+(/account/mail/\S+)")).sees(new_mail).keep("confirm").is_accessible()
    customer.press("変更する").sees("メールアドレスを変更しました").misses("まだ完了していません")


def _set_up_app(customer: Visitor) -> pyotp.TOTP:
    customer.follow(re.compile("登録する.*認証アプリ")).keep("app").is_accessible()
    app = pyotp.TOTP(customer.page.locator("code").inner_text().replace(" ", ""))
    customer.fill(code=app.at(now()), current=PASSWORD).press("認証アプリを登録する")
    customer.sees("認証アプリを登録しました", "登録済み")
    return app


def test_a_customer_minds_the_account_on_a_telephone(visit: Visit, server: Server, company: Company) -> None:
    customer = visit(server, width=PHONE).sign_in(company.user_name)
    _desk_answers(server, company)
    customer.open("/home").follow(re.compile("お知らせ.*未読1件")).sees("未読", "申込内容確認中")
    customer.keep("updates").is_accessible().press("すべて既読にする").sees("すべて既読にしました")
    assert customer.page.get_by_role("link", name=re.compile("お知らせ.*未読なし")).count() == 1

    _change_address(customer, f"new-{company.mail}")
    app = _set_up_app(customer)
    _menu(customer, "ログイン中の端末").sees("この端末", "Chrome").keep("devices").is_accessible()

    customer.page.get_by_text("アカウント", exact=True).first.click()
    customer.press("ログアウト").fill(user_name=company.user_name, password=PASSWORD).press("ログイン")
    customer.sees("認証コードの入力", "認証アプリを使えないとき").keep("code").is_accessible()
    customer.fill(code=app.at(now() + timedelta(seconds=30))).press("確認してログイン")
    assert customer.path == "/home"
    _menu(customer, "アカウントの設定").follow(re.compile("解除する.*認証アプリ")).keep("remove").is_accessible()


def test_an_administrator_looks_after_logins_on_a_telephone(visit: Visit, server: Server, company: Company) -> None:
    customer = visit(server, width=PHONE).sign_in(company.user_name)
    boss = visit(server, width=PHONE).comes_to_the_desk("demo-admin")
    boss.open("/admin/my-login").sees("この端末").keep("own-login").is_accessible()
    boss.follow(re.compile("変更する.*パスワード")).keep("password").is_accessible()
    boss.open("/admin/my-login/authenticator").keep("app").is_accessible()
    boss.open(f"/admin/logins?q={company.user_name}").sees("メールの検証コード", "127.0.0.1").keep(
        "history"
    ).is_accessible()
    boss.open(f"/admin/sessions?q={company.user_name}").sees(company.customer).keep("sessions").is_accessible()
    boss.page.get_by_role("button", name=re.compile("終了する")).click()
    boss.sees("選んだ端末のログインを終了しました")
    customer.open("/home").sees("ログアウトされています")
