"""The wished days of the works at a site: a group of fields for each work (SPEC §6, page 4)."""

from models.base.choices import Choice
from models.base.fields import Block, Group, declare
from models.base.values import Day
from models.rules.works import PLACES, Work, WorkTime, day_field, time_field


class WorkDates(Group):
    """When a work may be done: three wishes, each with its time of day."""

    first_on = declare(Day(), "第1希望日", required=True)
    first_time = declare(Choice(WorkTime), "第1希望日の時間帯", required=True)
    second_on = declare(Day(), "第2希望日", required=True)
    second_time = declare(Choice(WorkTime), "第2希望日の時間帯", required=True)
    third_on = declare(Day(), "第3希望日", required=True)
    third_time = declare(Choice(WorkTime), "第3希望日の時間帯", required=True)


def dates_of(work: Work) -> Block:
    """The block of a work: `survey_first_on`, `survey_first_time` and so on."""
    return Block(WorkDates, work.value, work.label)


DATE_FIELDS = tuple(day_field(work, place) for work in Work for place in PLACES)
TIME_FIELDS = tuple(time_field(work, place) for work in Work for place in PLACES)
