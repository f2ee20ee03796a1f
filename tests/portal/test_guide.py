"""The guide is open to everybody, complete, and true because it is drawn from the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.actor import Role
from models.base.db import database, transaction
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Side, Status
from models.kinds import CHANGES
from models.seeds.texts import load_texts
from models.services.notices import TO_DESK, key_for
from models.tables.texts import CommentTemplate, MailTemplate, StatusText
from portal.guide_topics import CHAPTERS, words_of
from tests.faces import whole_portal

TOPICS = [topic for chapter in CHAPTERS for topic in chapter.topics]


@pytest.fixture
def client(db: Engine) -> Iterator[FlaskClient]:
    with transaction() as session:
        load_texts(session)
    database.remove()
    yield whole_portal().test_client()
    database.remove()


def test_every_status_of_every_workflow_has_a_label_a_meaning_a_comment_and_its_mails(client: FlaskClient) -> None:
    meanings = {(code, status) for code, status in database().execute(select(StatusText.workflow, StatusText.status))}
    written = select(CommentTemplate.workflow, CommentTemplate.status)
    comments = {(code, status) for code, status in database().execute(written)}
    mails = set(database().scalars(select(MailTemplate.key)))
    for made in WORKFLOWS.values():
        for status in (*made.statuses, Status.CANCELLED):
            assert made.label_of(status)
            assert (made.code, status.value) in meanings
            assert (made.code, status.value) in comments
        for edge in made.edges.values():
            is_customers = Role.CUSTOMER in edge.roles
            key = TO_DESK.get(edge.target) if is_customers else key_for(edge.target)
            assert key is None or key.value in mails
            # Whoever has to act next, and did not make the move, is told.
            turn = made.side(edge.target)
            if turn is (Side.PROVIDER if is_customers else Side.CUSTOMER):
                assert key is not None, (made.code, edge.target)


@pytest.mark.parametrize("code", sorted(WORKFLOWS))
def test_a_status_page_shows_the_drawing_the_meanings_and_the_moves(client: FlaskClient, code: str) -> None:
    made = WORKFLOWS[code]
    page = client.get(f"/status-guide/{code}?at={made.first}").text
    assert "<svg" in page
    assert "（現在のステータス）" in page
    for status in made.statuses:
        assert made.label_of(status) in page
    meaning = database().scalar(
        select(StatusText.text).where(StatusText.workflow == code, StatusText.status == made.first.value)
    )
    assert meaning is not None
    assert meaning.replace("{provider}", settings().provider_name) in page
    assert "{provider}" not in page


def test_what_the_desk_writes_about_a_status_is_what_customers_read(client: FlaskClient) -> None:
    with transaction() as session:
        text = session.scalars(
            select(StatusText).where(StatusText.workflow == "supplies", StatusText.status == "draft")
        ).one()
        text.text = "{provider}からの<b>お願い</b>です。"
    database.remove()
    page = client.get("/status-guide/supplies").text
    assert f"{settings().provider_name}からの&lt;b&gt;お願い&lt;/b&gt;です。" in page


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.code)
def test_every_topic_names_statuses_and_limits_as_they_are_and_links_to_its_screens(client: FlaskClient, topic) -> None:
    page = client.get(f"/guide/{topic.code}")
    assert page.status_code == 200
    assert topic.title in page.text
    assert not re.search(r"\{[a-z_]+\}", page.text)
    for step in topic.steps:
        assert not step.endpoint or step.link in page.text
    links = set(re.findall(r"<main.*</main>", page.text, re.DOTALL)[0].split('href="')[1:])
    for link in links:
        assert client.get(link.split('"')[0]).status_code in {200, 302, 303}
    said = {name for step in topic.steps for name in re.findall(r"\{([a-z_]+)\}", step.text)} & set(Status)
    made = WORKFLOWS.get(topic.workflow)
    assert not said or (made and said <= set(made.statuses)), said
    assert words_of(made)


def test_every_kind_of_change_has_a_topic() -> None:
    without = {kind.code for kind in CHANGES if kind.label not in {topic.title for topic in TOPICS}}
    assert not without, "portal/guide_topics.py says nothing of these kinds"


def test_an_unknown_topic_is_missing(client: FlaskClient) -> None:
    assert client.get("/guide/nothing").status_code == 404
    assert client.get("/status-guide/nothing").status_code == 404
