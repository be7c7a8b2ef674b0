"""A schedule: local times of one zone, as a cron expression or in words."""

import re
from datetime import time
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from bot.briefing.scalars import Model
from bot.digests.cron import read_cron
from bot.digests.zones import read_zone


class Every(StrEnum):
    """The days on which a schedule in words is due."""

    DAY = "day"
    WEEKDAY = "weekday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_CRON_DAYS = {Every.DAY: "*", Every.WEEKDAY: "mon-fri"}


def _read_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)
    if not match:
        raise ValueError(f'at "{value}" is not a time of day. Write it as 08:00.')
    return time(int(match[1]), int(match[2]))


def _check_cron(text: str) -> str:
    read_cron(text)
    return text


_TIME_OF_DAY = {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"}

CronText = Annotated[str, AfterValidator(_check_cron)]
ZoneName = Annotated[str, AfterValidator(read_zone)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time), WithJsonSchema(_TIME_OF_DAY)]


class Schedule(Model):
    """Either `cron`, or `every` with `at`; the zone is never guessed."""

    timezone: ZoneName
    cron: CronText | None = None
    every: Every | None = None
    at: TimeOfDay | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the schedule goes by."""
        return ZoneInfo(self.timezone)

    @property
    def expression(self) -> str:
        """The schedule as a cron expression of five fields, in numbers."""
        return read_cron(self.cron or self._cron_of_words())

    def _cron_of_words(self) -> str:
        assert self.every is not None, "validated: either cron or every"
        assert self.at is not None, "validated: every has its at"
        days = _CRON_DAYS.get(self.every, self.every.value)
        return f"{self.at.minute} {self.at.hour} * * {days}"

    @model_validator(mode="after")
    def _has_one_form(self) -> "Schedule":
        if self.cron and (self.every or self.at):
            raise ValueError(
                'A schedule has either "cron", or "every" with "at", not both. '
                "Remove one of them."
            )
        if not self.cron and not (self.every and self.at is not None):
            raise ValueError(
                'A schedule needs "cron", or "every" with "at". '
                "Try every: weekday, at: 08:00."
            )
        return self
