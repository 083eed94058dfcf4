"""When a thing is reminded: the step at which it stands on a day, counted in working days around its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Entity
from dashboard.models import Step
from dashboard.owed import MODELS, Owed
from display.dates import working_days_between

AHEAD = 3  # working days before
AHEAD_OF_A_WEEK = AHEAD + 5  # of whoever has one mail a week: what comes until the next one
AFTER = ((Step.SEVENTH_DAY, 7), (Step.THIRD_DAY, 3), (Step.NEXT_DAY, 1))
WAITS = 10  # working days that the last step waits for its mail; what is older is seen on the board alone
LONGEST = 60  # calendar days, more than all of them with their holidays


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


@dataclass(frozen=True, slots=True)
class Line:
    """A thing of which a person is reminded, at which step, and why they are."""

    owed: Owed
    step: Step
    entity: Entity
    why: str

    @property
    def key(self) -> tuple:
        return MODELS[self.owed.kind], self.owed.pk, self.owed.due_on, self.step
