"""Somebody who orders a line in a browser: fills the application form page by page, and looks at each page in each state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pypdfium2
from playwright.sync_api import expect
from sqlalchemy import select

from models.base import text
from models.kinds.application import PAGES
from models.services.tokens import digest
from models.tables.draft import Draft
from tests.application import answers
from tests.browser.visitor import Visitor
from tests.build import build_draft

COOKIE = "portal_application"
DOWNLOAD = "利用申込書（PDF）をダウンロードする"
PDF_MILLISECONDS = 30_000
# What kind of control each field has; a section that is folded away is opened on the way, as a person would.
KINDS_OF = """(names) => Object.fromEntries(names.map((name) => {
  const [control] = document.getElementsByName(name);
  control.closest("details:not([open])")?.querySelector("summary").click();
  return [name, control.type];
}))"""


class Orderer:
    """A visitor and what it would type, page by page (`typed`)."""

    def __init__(
        self, visitor: Visitor, menu: str = "basic", typed: Mapping[int, dict[str, Any]] | None = None
    ) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.typed = dict(typed or answers(menu))

    # -- going about ---------------------------------------------------------------------------------------------------

    def begin(self) -> Orderer:
        """Through the door on the start page."""
        self.visitor.open("/").follow("新設申込")
        return self

    def take_up(self, plan_code: str, number: int, **given: Any) -> Orderer:
        """Comes back to a page of a form whose pages were all filled in before."""
        with self.visitor.server.writing() as session:
            token = build_draft(session, plan_code, **given)[1]
        self.page.context.add_cookies([{"name": COOKIE, "value": token, "url": self.visitor.server.url}])
        self.visitor.open(f"/apply/{number}")
        return self

    def go_on(self, last: int, looks: bool = False) -> Orderer:
        """Fills this page and those that follow, up to and with `last`; `looks`: at each, filled, with axe and a picture."""
        for number in range(self.number, last + 1):
            assert self.number == number, self.visitor.path
            self.enter(self.typed[number])
            if looks:
                self.look(f"page-{number}")
            self.press("次へ")
        return self

    def press(self, words: str) -> Orderer:
        """Presses a button of the form."""
        self.visitor.press(words)
        return self

    @property
    def number(self) -> int:
        """The page one is on."""
        return int(re.split("[?#]", self.visitor.path.removeprefix("/apply/"))[0])

    def correct(self, number: int) -> Orderer:
        """「修正する」 of a page, on the confirmation."""
        self.visitor.follow(re.compile(rf"修正する\s*：{PAGES[number - 1].title}"))
        return self

    # -- typing --------------------------------------------------------------------------------------------------------

    def enter(self, values: Mapping[str, Any]) -> Orderer:
        """Answers fields by their names, whatever control they have; what they depend on has to come first."""
        kinds = self.page.evaluate(KINDS_OF, list(values))
        for name, value in values.items():
            self._answer(name, value, kinds[name])
        return self

    def _answer(self, name: str, value: Any, kind: str) -> None:
        controls = self.page.locator(f'[name="{name}"]')
        if kind == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            wanted = value if isinstance(value, list) else [value]
            for box in controls.all():
                box.set_checked(box.get_attribute("value") in wanted)
        elif kind == "select-one":
            controls.select_option(value)
        else:
            controls.fill(value)

    # -- looking -------------------------------------------------------------------------------------------------------

    def look(self, name: str) -> Orderer:
        """Keeps a picture of the page, and asks axe."""
        self.visitor.keep(name).is_accessible()
        return self

    def has(self, values: Mapping[str, Any]) -> Orderer:
        """These fields show what was typed, as it is unified."""
        for name, value in values.items():
            shown = self.page.locator(f'[name="{name}"]')
            if shown.first.evaluate("one => one.type") in {"radio", "checkbox"}:
                ticked = [one.get_attribute("value") for one in shown.all() if one.is_checked()]
                assert ticked == (value if isinstance(value, list) else [value]), name
            else:
                assert text.clean(shown.input_value()) == value, name
        return self

    def is_told_all(self) -> Orderer:
        """Something is wrong with every required field that stands open, and every message on top leads to its field."""
        assert self.page.title().startswith("エラー："), self.page.title()
        said = self.page.get_by_role("alert").get_by_role("link")
        targets = self.page.evaluate("links => links.map(one => one.hash.slice(1))", said.element_handles())
        missing = self.page.evaluate("ids => ids.filter(id => !document.getElementById(id))", targets)
        assert targets
        assert not missing
        assert self.page.locator(".field--invalid").count() == len(targets)
        return self

    def misses_errors(self) -> Orderer:
        """Nobody is scolded before a page was sent on."""
        assert not self.page.title().startswith("エラー："), self.page.title()
        assert self.page.locator(".field--invalid").count() == 0
        return self

    def is_told(self, **errors: str) -> Orderer:
        """Exactly these fields are wrong: said on top with a link to each, said again beside it; the title says so too."""
        assert self.page.title().startswith("エラー："), self.page.title()
        summary = self.page.get_by_role("alert")
        said = summary.get_by_role("link")
        assert said.count() == len(errors), said.all_inner_texts()
        for name, words in errors.items():
            line = said.filter(has_text=words)
            expect(line).to_have_count(1)
            target = self.page.locator(line.get_attribute("href") or "")
            assert target.get_attribute("name") == name
            frame = self.page.locator(".field--invalid").filter(has=target)
            expect(frame.locator(".field__error")).to_contain_text(words)
        return self

    # -- what comes of it ----------------------------------------------------------------------------------------------

    def fetch_form(self) -> str:
        """The text of the 利用申込書 that the receipt offers; the page looks again by itself until it is made."""
        link = self.page.get_by_role("link", name=DOWNLOAD)
        expect(link).to_be_visible(timeout=PDF_MILLISECONDS)
        with self.page.expect_download() as coming:
            link.click()
        assert coming.value.suggested_filename.endswith(".pdf")
        document = pypdfium2.PdfDocument(coming.value.path())
        try:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
        finally:
            document.close()

    def wait(self, seconds: int) -> Orderer:
        """Time passes without a request: for the form on the server, and for the page if it has a clock of its own."""
        [cookie] = [one for one in self.page.context.cookies() if one["name"] == COOKIE]
        with self.visitor.server.writing() as session:
            draft = session.scalars(select(Draft).where(Draft.token_hash == digest("draft", cookie["value"]))).one()
            draft.touched_at -= timedelta(seconds=seconds)
        if self.visitor.scripts:
            self.page.clock.fast_forward(seconds * 1000)
        return self
