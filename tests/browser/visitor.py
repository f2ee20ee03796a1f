"""Somebody at a browser. Every page that comes up is looked at by itself: see `Visitor.look`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

from models.seeds.demo import PASSWORD
from tests.browser.arrival import customer_cookie, desk_cookie
from tests.browser.server import Server

MAIL_SECONDS = 60
AXE = Axe()
ASKED = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
AXE_TELLS = {"serious", "critical"}
# What every page of either face has to be; the answers are compared with what stands here.
SOUND = {"lang": "ja", "headings": 1, "overflow": 0, "title": True}
ASK = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
  overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  title: document.title.trim().length > 0,
})"""

# What axe judges, without what is only said: every kind of element in its place, once however often it is there. A page that says
# something else in the same markup needs no second look.
MARKUP = """() => {
  const said = /^(value|href|action|src|alt|name|id|for|content|title|aria-label|aria-labelledby|aria-describedby|data-.*)$/;
  const own = (one) => [one.tagName, one.textContent.trim() ? "" : "empty", ...[...one.attributes].map(
    (of) => said.test(of.name) ? `${of.name}${of.value ? "" : "=empty"}` : `${of.name}=${of.value}`)].join(" ");
  const found = new Map();
  const walk = (one, parent) => {
    const key = `${parent}>${own(one)}`;
    if (!found.has(key)) found.set(key, found.size);
    for (const child of one.children) walk(child, found.get(key));
  };
  walk(document.body, "");
  return [...found.keys()].join(" ");
}"""
JUDGED: set[tuple[int, str]] = set()


@dataclass
class Letter:
    """A mail as it stands in the demo mailbox."""

    subject: str = ""
    body: str = ""

    def find(self, pattern: str) -> str:
        """The first group of a pattern in the mail's text."""
        found = re.search(pattern, self.body)
        assert found, f"{pattern} is not in this mail:\n{self.body}"
        return found[1]


@dataclass
class Visitor:
    """A person with a browser of their own; `width` tells a desk (1280) from a phone (390).

    Buttons, links and fields are named by the words that stand on them; whatever is pressed or opened is looked at.
    """

    page: Page
    server: Server
    artefacts: Path
    name: str
    width: int
    scripts: bool = True
    troubles: list[str] = field(default_factory=list)
    _shots: int = 0

    def __post_init__(self) -> None:
        """Listens to what a person would not see and an engineer would have to mend."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("requestfailed", self._miss)
        self.page.on("response", self._weigh)

    # -- going about ---------------------------------------------------------------------------------------------------

    def open(self, path: str) -> Visitor:
        """Goes to an address of the portal, or to a whole one (a mailed link)."""
        self.page.goto(path if "://" in path else f"{self.server.url}{path}")
        return self.look()

    def press(self, words: str, within: Locator | None = None) -> Visitor:
        """Presses the button with these words, and looks at the page that comes."""
        return self._go((within or self.page).get_by_role("button", name=words, exact=True))

    def follow(self, words: str | re.Pattern[str], within: Locator | None = None) -> Visitor:
        """Follows the first link with these words."""
        return self._go((within or self.page).get_by_role("link", name=words).first)

    def _go(self, target: Locator) -> Visitor:
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        return self.look()

    def fill(self, **fields: str) -> Visitor:
        """Types into fields by their names, which are the columns'."""
        for name, text in fields.items():
            self.page.locator(f'[name="{name}"]').fill(text)
        return self

    def choose(self, **fields: str) -> Visitor:
        """Chooses in lists and among radio buttons by the words of the choice."""
        for name, words in fields.items():
            named = self.page.locator(f'[name="{name}"]')
            if named.first.evaluate("one => one.tagName") == "SELECT":
                named.select_option(label=words)
            else:
                within = self.page.locator(f'fieldset:has([name="{name}"])').last
                # Help may follow the words of a choice; they are never only the beginning of another word.
                within.get_by_role("radio", name=re.compile(rf"^{re.escape(words)}(\s|$)")).check()
        return self

    def sees(self, *words: str) -> Visitor:
        """Each of these stands visibly on the page."""
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)
        return self

    def misses(self, *words: str) -> Visitor:
        """None of these stands on the page."""
        for text in words:
            expect(self.page.locator("body")).not_to_contain_text(text, use_inner_text=True)
        return self

    @property
    def path(self) -> str:
        """The address of the page, without the host."""
        return self.page.url.removeprefix(self.server.url)

    # -- looking -------------------------------------------------------------------------------------------------------

    def look(self) -> Visitor:
        """What must hold on every page: Japanese, one h1, a title, nothing wider than the screen, nothing broken."""
        assert self.page.evaluate(ASK) == SOUND, self.path
        assert not self.troubles, f"{self.path}: {self.troubles}"
        return self

    def keep(self, name: str) -> Visitor:
        """Keeps a picture of the whole page among the test's artefacts."""
        self._shots += 1
        self.page.screenshot(
            path=self.artefacts / f"{self.name}-{self.width}-{self._shots:02}-{name}.png", full_page=True
        )
        return self

    def is_accessible(self) -> Visitor:
        """axe finds nothing serious or critical here; it is a script itself, so that it is not asked without them."""
        if not self.scripts:
            return self
        width = (self.page.viewport_size or {"width": self.width})["width"]
        markup = (width, sha256(self.page.evaluate(MARKUP).encode()).hexdigest())
        if markup in JUDGED:
            return self
        found = AXE.run(self.page, options=ASKED).response["violations"]
        wrong = [
            f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']]}"
            for one in found
            if one["impact"] in AXE_TELLS
        ]
        assert not wrong, f"{self.path}: {wrong}"
        JUDGED.add(markup)
        return self

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx on purpose is told of here too; _weigh judges answers.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _miss(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a download, or a page left before it was whole
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _weigh(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.troubles.append(f"answer {response.status}: {response.url}")

    # -- mail and login ------------------------------------------------------------------------------------------------

    @contextmanager
    def mail_to(self, recipient: str) -> Iterator[Letter]:
        """The mail that what happens in the block brings to this address; it is there when the block is left."""
        box = self.page.context.new_page()
        box.goto(f"{self.server.url}/mailbox/")
        rows = box.get_by_role("row", name=recipient)
        # The list shows the newest mails alone: how many there are of somebody says nothing.
        known = rows.first.get_by_role("link").get_attribute("href") if rows.count() else None
        letter = Letter()
        yield letter
        until = monotonic() + MAIL_SECONDS
        while not rows.count() or rows.first.get_by_role("link").get_attribute("href") == known:
            assert monotonic() < until, f"no new mail to {recipient}"
            box.reload()
        rows.first.get_by_role("link").click()
        letter.subject = box.locator("h1").inner_text()
        letter.body = box.locator("main").inner_text()
        box.close()

    def sign_in(self, user_name: str, password: str = PASSWORD, mail: str = "") -> Visitor:
        """The customer's whole way in: password, code sent, code typed; ends on the home page."""
        self.open("/login").fill(user_name=user_name, password=password).press("ログイン")
        with self.mail_to(mail or f"{user_name}@example.jp") as letter:
            self.press("コードを送信")
        self.fill(code=letter.find(r"検証コード：\s*(\d{6})")).press("確認してログイン")
        assert self.path == "/home"
        return self

    def comes_back(self, user_name: str) -> Visitor:
        """A customer who signed in before the story begins, on the home page."""
        self._keep_cookie(*customer_cookie(self.server, user_name))
        return self.open("/home")

    def comes_to_the_desk(self, user_name: str = "story-desk") -> Visitor:
        """An operator who signed in before the story begins, and has opened nothing yet."""
        self._keep_cookie(*desk_cookie(self.server, user_name))
        return self

    def _keep_cookie(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])

    def sign_in_at_desk(self, user_name: str = "demo-operator", password: str = PASSWORD) -> Visitor:
        """The operator's way in, the authenticator's enrolment included; once a server for each operator."""
        self.open("/admin/login").fill(user_name=user_name, password=password).press("ログイン")
        with self.mail_to(f"{user_name}@example.jp") as letter:
            self.press("コードを送信")
        self.fill(code=letter.find(r"検証コード：\s*(\d{6})")).press("確認してログイン")
        secret = self.page.locator("code").inner_text().replace(" ", "")
        self.fill(code=pyotp.TOTP(secret).now()).press("登録する")
        return self


Visit = Callable[..., Visitor]
