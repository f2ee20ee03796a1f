"""What the domain answers when it does not do as asked; each face turns them into a page in one place."""

from dataclasses import dataclass


class DomainError(Exception):
    """The base of the domain's refusals; its text is Japanese and meant for the person who asked."""


class NotFound(DomainError):
    """There is no such thing, or it is not the asker's: the two look alike."""


class Refused(DomainError):
    """A rule forbids the act. `link_request_id` names the request that has to be finished first, where there is one."""

    def __init__(self, reason: str, link_request_id: int | None = None) -> None:
        super().__init__(reason)
        self.link_request_id = link_request_id


class Conflict(DomainError):
    """Somebody else saved the same row in between."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field; `field` is a column's name, or empty for the whole form."""

    field: str
    message: str


class Invalid(DomainError):
    """Values that may not be stored as they are, field by field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("／".join(problem.message for problem in problems))
        self.problems = problems
