"""What a report is about: a plan or what a dependency has in it, some days, and the cut-off of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Manager, QuerySet

from accounts.models import Dependency
from activities import progress
from activities.figures import UNMET, Figure, Progress, Target
from activities.models import Activity, Metric, Session
from activities.progress import BlockKey
from commitments import balance
from commitments.balance import Balance
from commitments.models import Commitment
from plans.models import Plan
from records.models import SignOff

if TYPE_CHECKING:
    from reports.models import Report


@dataclass(frozen=True)
class Scope:
    """Drives every query of a document's sections. What several of them need is read once, when first asked for."""

    plan: Plan
    first: date  # of the period, inside the plan
    last: date
    cutoff: date
    today: date  # when the facts are taken: a draft may have a cut-off that is still to come
    sections: tuple[str, ...] = ()  # slugs of those that its document has
    dependency: Dependency | None = None  # only what it answers for: what names it or one below it, or is of all
    report: Report | None = None  # saved or not; None outside a report
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
    def dependencies(self) -> set[int] | None:
        """Ids of the dependency and those below it; None in a report of the whole plan."""
        return self.dependency.subtree() if self.dependency else None

    @property
    def activities(self) -> QuerySet[Activity]:
        found = Activity.objects.filter(plan=self.plan).known(self.cutoff)
        return found if self.dependencies is None else found.of_dependencies(self.dependencies)

    @property
    def sessions(self) -> QuerySet[Session]:
        return self._of_activities(Session.objects)

    @property
    def metrics(self) -> QuerySet[Metric]:
        return self._of_activities(Metric.objects)

    def _of_activities(self, rows: Manager) -> QuerySet:
        found = rows.filter(activity__plan=self.plan)
        return found if self.dependencies is None else found.filter(activity__in=self.activities.values("pk"))

    @property
    def commitments(self) -> QuerySet[Commitment]:
        found = Commitment.objects.filter(plan=self.plan)
        return found if self.dependencies is None else found.of_dependencies(self.dependencies)

    @cached_property
    def progress(self) -> Progress:
        return progress.of_plan(self.plan, self.cutoff, self.dependencies)

    def progress_of_days(self) -> dict[BlockKey, Figure]:
        """Of those of the period that the cut-off reaches, by block."""
        return progress.of_days(self.plan, self.cutoff, self.first, self.until, self.dependencies)

    @cached_property
    def unmet(self) -> dict[int, Target]:
        """By activity, the percentage targets that are short or not reported: at the cut-off and, when that is still
        to come, today, as they stand today."""
        found = {target.activity: target for target in self.progress.percentages if target.state in UNMET}
        if self.cutoff <= self.today or not found:
            return found
        today = progress.of_plan(self.plan, self.today, self.dependencies).percentages
        return {target.activity: target for target in today if target.activity in found and target.state in UNMET}

    @cached_property
    def balance(self) -> Balance:
        return balance.of_plan(self.plan, self.cutoff, self.first, self.dependencies)
