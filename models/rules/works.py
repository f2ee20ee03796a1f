"""Works at a site: which there are, at what time of day, and which of those times are out of hours (SPEC §6)."""

from models.base.choices import Choices


class Work(Choices):
    """Works at the site, in their order."""

    SURVEY = "survey", "現地調査"
    LINE = "line", "回線工事"
    CONVERTER = "converter", "光アクセスコンバータ設置工事"
    ROUTER = "router", "ルータ工事"


class Slot(Choices):
    """When a work is done outside business hours; each has its own fee."""

    EVENING = "evening", "平日夜間（18:00～22:00）"
    NIGHT = "night", "深夜（22:00～8:00）"
    HOLIDAY = "holiday", "土日祝日（8:00～18:00）"
    HOLIDAY_EVENING = "holiday_evening", "土日祝日夜間（18:00～22:00）"


class WorkTime(Choices):
    """The time of day that a customer wishes for: half a day within business hours, or a time slot."""

    AM = "am", "AM"
    PM = "pm", "PM"
    MORNING = "morning", "8:00～12:00"
    AFTERNOON = "afternoon", "12:00～18:00"
    EVENING = "evening", "18:00～22:00"
    NIGHT = "night", "22:00～翌8:00"


HALF_DAYS = (WorkTime.AM, WorkTime.PM)
TIME_SLOTS = tuple(time for time in WorkTime if time not in HALF_DAYS)
PLACES = ("first", "second", "third")
PLACE_LABELS = {"first": "第1希望", "second": "第2希望", "third": "第3希望"}


def day_field(work: str, place: str) -> str:
    """The column of a wished day: `survey_first_on`."""
    return f"{work}_{place}_on"


def time_field(work: str, place: str) -> str:
    """The column of its time of day: `survey_first_time`."""
    return f"{work}_{place}_time"


def times_for(is_business_hours: bool) -> tuple[WorkTime, ...]:
    """What can be chosen: half days when works may be done in business hours, else time slots."""
    return HALF_DAYS if is_business_hours else TIME_SLOTS
