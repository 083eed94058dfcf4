"""When a thing is reminded: the step at which it stands on a day, counted in working days around its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Entity
from dashboard.models import Step
from dashboard.owed import MODELS, Owed
from display.dates import working_days_between

AHEAD = 3  # working days before
AHEAD_OF_A_WEEK = AHEAD + 5  # of whoever has one mail a week: what comes until the next one
AFTER = ((Step.SEVENTH_DAY, 7), (Step.THIRD_DAY, 3), (Step.NEXT_DAY, 1))
WAITS = 10  # working days that the last step waits for its mail; what is older is seen on the board alone
LONGEST = 60  # calendar days, more than all of them with their holidays

# Of a promise to citizens, in working days before its deadline.
PROMISED = ((Step.ONE_BEFORE, 1), (Step.FIVE_BEFORE, 5), (Step.FIFTEEN_BEFORE, 15))
AHEAD_OF_A_PROMISE = 15
A_WEEK_LATE = timedelta(days=7)  # from then on planning too
COMING = (Step.BEFORE, Step.FIFTEEN_BEFORE, Step.FIVE_BEFORE, Step.ONE_BEFORE, Step.ON_DAY)
URGENT = (Step.ONE_BEFORE, Step.ON_DAY)  # these do not wait for the pause between two mails


def step_of(due_on: date, on: date, *, ahead: int = AHEAD) -> Step | None:
    """The latest step reached, so that a day on which nothing was sent delays a reminder and never doubles it."""
    if on <= due_on:
        return Step.BEFORE if working_days_between(on, due_on) <= ahead else None
    if (on - due_on).days > LONGEST:  # years of silence are not counted day by day
        return None
    days = working_days_between(due_on, on)
    if days > AFTER[0][1] + WAITS:
        return None
    return next((step for step, after in AFTER if days >= after), None)


def step_of_promise(due_on: date, on: date) -> tuple[Step, int] | None:
    """The latest step reached, and which week after its own: each week's is reached on its Monday, so that all that is
    overdue goes in one mail. What is due on a day off is told on the last working day before."""
    if on < due_on:
        days = working_days_between(on, due_on)
        if not days:
            return Step.ON_DAY, 0
        return next(((step, 0) for step, ahead in PROMISED if days <= ahead), None)
    week = (_monday(on) - _monday(due_on)).days // 7
    return (Step.WEEKLY, week) if week else (Step.ON_DAY, 0)


def is_a_week_late(due_on: date, on: date) -> bool:
    """Since the Monday of the week, so that who is told from then on is told with the rest."""
    return _monday(on) - due_on >= A_WEEK_LATE


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


@dataclass(frozen=True, slots=True)
class Line:
    """A thing of which a person is reminded, at which step, and why they are."""

    owed: Owed
    step: Step
    entity: Entity
    why: str
    week: int = 0

    @property
    def key(self) -> tuple:
        return MODELS[self.owed.kind], self.owed.pk, self.owed.due_on, self.step, self.week

    @property
    def is_coming(self) -> bool:
        return self.step in COMING

    @property
    def is_urgent(self) -> bool:
        return self.step in URGENT
