"""The history of logins, of operators and customers alike: who, when, from where, with what result. For administrators."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from flask import abort, render_template, request
from flask_login import current_user

from admin.blueprint import desk
from admin.selection import WrongSelection
from models.base.db import database
from models.base.numbers import number_in
from models.base.values import Day
from models.services.login_history import Wanted, login_history

WHOSE = {"": "すべて", "operator": "窓口", "account": "お客様"}
RESULTS = {"": "すべて", "refused": "失敗だけ", "done": "失敗を除く"}
NAMES = {
    "whose": "だれのログイン",
    "result": "結果",
    "q": "ユーザー名・氏名・接続元",
    "until": "この日まで",
    "before": "ページ",
}


@dataclass(frozen=True)
class Filters:
    """The page's filters; all of them stand in its address."""

    whose: str = ""
    result: str = ""
    q: str = ""
    until: str = ""
    before: str = ""

    def query(self, **changes: str) -> str:
        """The address's query with some filters changed; a changed filter starts at the newest."""
        changed = replace(self, **{"before": "", **changes})
        return urlencode([(one.name, value) for one in fields(changed) if (value := getattr(changed, one.name))])

    def wanted(self) -> Wanted:
        """As the domain asks for it."""
        return Wanted(
            whose=self.whose,
            is_refused={"refused": True, "done": False}.get(self.result),
            words=self.q,
            until=Day().parse(self.until) if self.until else None,
            before=int(self.before) if self.before else None,
        )


def read_filters(query: str) -> Filters:
    """The filters of an address; raises WrongSelection that names everything that cannot be meant."""
    given = {name: value.strip() for name, value in parse_qsl(query, keep_blank_values=True)}
    day = Day()
    until = day.normalise(given.get("until", ""))
    before = given.get("before", "")
    wrong = [name for name in given if name not in NAMES]
    wrong += [NAMES["whose"]] if given.get("whose", "") not in WHOSE else []
    wrong += [NAMES["result"]] if given.get("result", "") not in RESULTS else []
    wrong += [NAMES["until"]] if until and day.problem(until) else []
    wrong += [NAMES["before"]] if before and number_in(before) is None else []
    if wrong:
        raise WrongSelection(f"次の条件は使えません：{'、'.join(wrong)}")
    return Filters(**{**given, "until": until, "q": given.get("q", "")[:100]})


@desk.get("/logins")
def show_logins() -> str:
    """A page of the history."""
    if not current_user.actor().is_administrator:
        abort(403)
    filters = read_filters(request.query_string.decode("utf-8", "replace"))
    entries, older = login_history(database(), filters.wanted())
    return render_template(
        "admin/logins.html",
        entries=entries,
        filters=filters,
        whose=WHOSE,
        results=RESULTS,
        older_url=f"?{filters.query(before=str(older))}" if older else None,
    )
