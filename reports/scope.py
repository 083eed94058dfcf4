"""What a report is about: a plan, the days of a period, and the cut-off that its figures stop at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from activities import progress
from activities.figures import UNMET, Target
from activities.progress import Progress
from commitments import balance
from commitments.balance import Balance
from plans.models import Plan
from records.models import SignOff


@dataclass(frozen=True)
class Scope:
    """Drives every query of a document's sections. What several of them need is read once, when first asked for."""

    plan: Plan
    first: date  # of the period, inside the plan
    last: date
    cutoff: date
    today: date  # when the facts are taken: a draft may have a cut-off that is still to come
    texts: Mapping[str, str | list[str]] = field(default_factory=dict)  # what is written of it, its figures still named
    signatures: tuple[SignOff, ...] = ()  # that stand, in their order
    address: str = ""  # public, whole: where the report is or will be published
    verification: str = ""  # whole: where a copy is compared with it

    @property
    def whole(self) -> bool:
        """Of the whole plan; else of some of its days, with the plan to date beside them."""
        return (self.first, self.last) == (self.plan.starts_on, self.plan.ends_on)

    @property
    def until(self) -> date:
        """The last day of the period that the cut-off reaches."""
        return min(self.last, self.cutoff)

    @cached_property
    def progress(self) -> Progress:
        return progress.of_plan(self.plan, self.cutoff)

    @cached_property
    def unmet(self) -> dict[int, Target]:
        """By activity, the percentage targets that are short or not reported: at the cut-off and, when that is still
        to come, today, as they stand today."""
        found = {target.activity: target for target in self.progress.percentages if target.state in UNMET}
        if self.cutoff <= self.today or not found:
            return found
        today = progress.of_plan(self.plan, self.today).percentages
        return {target.activity: target for target in today if target.activity in found and target.state in UNMET}

    @cached_property
    def balance(self) -> Balance:
        return balance.of_plan(self.plan, self.cutoff, self.first)
