"""Saved views: who sees them, who may share them, who may change them (SPEC §11). The state of a view is its address's query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.errors import Invalid, NotFound, Problem, Refused
from models.base.fields import read_typed, specs_of
from models.tables.view import LONGEST_QUERY, Audience, DefaultView, SavedView

MOST = 50
TOO_LONG = "条件が多すぎるため保存できません。条件や列を減らしてください。"
NOT_YOURS = "この表示を変更できるのは、作成者と管理者、同じ権限で共有しているときはその権限の担当者だけです。"


@dataclass(frozen=True)
class Offered:
    """A view that somebody sees or looks after, and whether their place opens with it."""

    view: SavedView
    is_default: bool
    may_change: bool
    is_seen: bool = True


def audiences_for(actor: Actor) -> list[Audience]:
    """For whom the actor may save a view: readers for themselves, operators also for their role, administrators for everyone."""
    allowed = [Audience.MINE, *([Audience.ROLE] if actor.may_write else [])]
    return [*allowed, Audience.EVERYONE] if actor.is_administrator else allowed


def may_change(actor: Actor, view: SavedView) -> bool:
    """One's own; what a role shares also its others; an administrator everything that is shared."""
    if view.operator_id == actor.id:
        return True
    is_shared_work = _is_roles(actor, view) and actor.may_write
    return is_shared_work or (actor.is_administrator and view.audience != Audience.MINE)


def views_at(session: Session, actor: Actor, place: str) -> list[Offered]:
    """The views that the actor sees at a place: the own ones first, then the role's, then everyone's."""
    return [one for one in managed_at(session, actor, place) if one.is_seen]


def managed_at(session: Session, actor: Actor, place: str) -> list[Offered]:
    """The same with what an administrator looks after besides: the views that other roles share."""
    own_default = and_(DefaultView.saved_view_id == SavedView.id, DefaultView.operator_id == actor.id)
    found = select(SavedView, DefaultView.id).outerjoin(DefaultView, own_default)
    rows = session.execute(found.where(SavedView.place == place, _is_known_to(actor)))
    offered = [
        Offered(view, default_id is not None, may_change(actor, view), _is_seen(actor, view))
        for view, default_id in rows
    ]
    order = list(Audience)
    return sorted(offered, key=lambda one: (order.index(Audience(one.view.audience)), one.view.name))


def view_by_id(session: Session, actor: Actor, saved_view_id: int) -> SavedView:
    """A view that the actor sees or looks after; raises NotFound."""
    view = session.scalar(select(SavedView).where(SavedView.id == saved_view_id, _is_known_to(actor)))
    if view is None:
        raise NotFound
    return view


def _is_seen(actor: Actor, view: SavedView) -> bool:
    return view.operator_id == actor.id or view.audience == Audience.EVERYONE or _is_roles(actor, view)


def _is_roles(actor: Actor, view: SavedView) -> bool:
    return view.audience == Audience.ROLE and view.role == actor.role.value


def _is_known_to(actor: Actor) -> ColumnElement[bool]:
    of_role = SavedView.audience == Audience.ROLE
    if not actor.is_administrator:
        of_role = and_(of_role, SavedView.role == actor.role.value)
    return or_(SavedView.operator_id == actor.id, SavedView.audience == Audience.EVERYONE, of_role)


def save_view(session: Session, actor: Actor, place: str, name: str, query: str, audience: str) -> SavedView:
    """A new view of the actor; raises Invalid at `name` or `audience`."""
    problems = []
    if audience not in audiences_for(actor):
        problems.append(Problem("audience", "使う人を一覧から選択してください"))
    typed = _checked_name(session, actor, place, name, None, problems)
    if len(query) > LONGEST_QUERY:
        problems.append(Problem("", TOO_LONG))
    if _count(session, actor, place) >= MOST:
        problems.append(Problem("", f"保存できる表示は{MOST}個までです。使わないものを削除してください。"))
    if problems:
        raise Invalid(problems)
    values = {"place": place, "name": typed, "query": query, "audience": audience, "role": actor.role.value}
    view = SavedView(operator_id=actor.id, **values)
    session.add(view)
    session.flush()
    return view


def rename_view(session: Session, actor: Actor, view: SavedView, name: str) -> None:
    """Another name; raises Refused, or Invalid at `name`."""
    _require_change(actor, view)
    problems: list[Problem] = []
    typed = _checked_name(session, actor, view.place, name, view, problems)
    if problems:
        raise Invalid(problems)
    view.name = typed


def replace_query(actor: Actor, view: SavedView, query: str) -> None:
    """Shows from now on what the query selects; raises Refused, or Invalid."""
    _require_change(actor, view)
    if len(query) > LONGEST_QUERY:
        raise Invalid([Problem("", TOO_LONG)])
    view.query = query


def delete_view(session: Session, actor: Actor, view: SavedView) -> None:
    """Takes it away from everybody who sees it; raises Refused."""
    _require_change(actor, view)
    for default in session.scalars(select(DefaultView).where(DefaultView.saved_view_id == view.id)):
        session.delete(default)
    session.flush()
    session.delete(view)


def open_with(session: Session, actor: Actor, view: SavedView, is_wanted: bool) -> None:
    """Makes the view the one that the actor's place opens with, or no longer."""
    mine = select(DefaultView).where(DefaultView.operator_id == actor.id, DefaultView.place == view.place)
    default = session.scalar(mine)
    if default and (is_wanted or default.saved_view_id == view.id):
        session.delete(default)
        session.flush()
    if is_wanted:
        session.add(DefaultView(operator_id=actor.id, place=view.place, saved_view_id=view.id))


def _require_change(actor: Actor, view: SavedView) -> None:
    if not may_change(actor, view):
        raise Refused(NOT_YOURS)


def _checked_name(
    session: Session, actor: Actor, place: str, name: str, view: SavedView | None, problems: list[Problem]
) -> str:
    typed, wrong = read_typed(specs_of(SavedView)["name"].kind, name)
    if wrong or not typed:
        problems.append(Problem("name", wrong or "名前を入力してください"))
        return ""
    owner_id = view.operator_id if view else actor.id
    same = (SavedView.operator_id == owner_id, SavedView.place == place, SavedView.name == typed)
    others: Sequence[int] = session.scalars(select(SavedView.id).where(*same)).all()
    if any(view is None or other != view.id for other in others):
        problems.append(Problem("name", f"「{typed}」という名前の表示はすでにあります。別の名前にしてください"))
    return str(typed)


def _count(session: Session, actor: Actor, place: str) -> int:
    mine = select(func.count(SavedView.id)).where(SavedView.operator_id == actor.id, SavedView.place == place)
    return session.scalar(mine) or 0
