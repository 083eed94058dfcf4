"""Who is behind: what each one that answers for activities has still to say, and how old its last report is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import AuditEntry
from activities import progress
from activities.figures import BlockKey
from activities.models import Activity, MonthlyReturn, Session
from activities.pending import needs, pending
from dashboard import retrace
from dashboard.retrace import What
from display.dates import month, working_days_between
from plans.models import Plan
from reports.sections.records import written


class Return(NamedTuple):
    month: str  # "marzo de 2026"
    due_on: date
    url: str


@dataclass(frozen=True, slots=True)
class Late:
    name: str
    to_report: int  # sessions
    to_explain: int
    returns: tuple[Return, ...]  # monthly ones whose term passed, the oldest first
    oldest: date | None  # the day since which one of all these waits
    working_days: int  # since then
    reported_on: date | None  # when somebody last wrote a report of theirs
    age: int  # working days since that report
    url: str  # of the spaces

    @property
    def n(self) -> int:
        return self.to_report + self.to_explain + len(self.returns)


def late(plan: Plan, on: date) -> list[Late]:
    """Every one that answers for something, those that owe most first; ten statements, whatever the plan's size."""
    places = progress.places_of(Activity.objects.filter(plan=plan).in_plan().known(on))
    lead_of = {pk: place.lead for pk, place in places.items()}
    names = {place.lead: place.lead_name for place in places.values()}
    owed: dict[BlockKey, list] = defaultdict(list)
    for row in pending([plan], on):
        if row.activity in lead_of:
            owed[lead_of[row.activity]].append(row)
    returns: dict[BlockKey, list[Return]] = defaultdict(list)
    for monthly in _returns(plan, on):
        lead = ("dependency", monthly.dependency_id)
        names.setdefault(lead, monthly.dependency.name)  # one that leads nothing any more still owes its months
        returns[lead].append(Return(month(monthly.month), monthly.due_on, monthly.get_absolute_url()))
    last = _last_reports(plan, on, lead_of)
    has_lines = any(place.block[0] == "line" for place in places.values())
    found = []
    for lead, name in names.items():
        rows, reported_on = owed[lead], last.get(lead)
        waiting = [row.planned_on for row in rows[:1]] + [row.due_on for row in returns[lead][:1]]
        oldest = min(waiting, default=None)
        found.append(
            Late(
                name,
                *needs(rows),
                tuple(returns[lead]),
                oldest,
                working_days_between(oldest, on) if oldest else 0,
                reported_on,
                working_days_between(reported_on, on) if reported_on else 0,
                retrace.address(plan, on, retrace.code_of_lead(lead, has_lines), what=What.PENDING if rows else ""),
            )
        )
    return sorted(found, key=lambda one: (-one.n, one.name))


def _returns(plan: Plan, on: date) -> list[MonthlyReturn]:
    """Those that nobody had sent by the day, or that planning gave back, and whose term had passed."""
    unsent = Q(state__in=MonthlyReturn.OPEN) | Q(submitted_on__gt=on)
    rows = plan.returns.filter(unsent, month__lt=on).select_related("dependency").only("month", "dependency", "plan")
    found = []
    for monthly in rows.order_by("month", "pk"):
        monthly.plan = plan
        if monthly.due_on < on:
            found.append(monthly)
    return found


def _last_reports(plan: Plan, on: date, lead_of: dict[int, BlockKey]) -> dict[BlockKey, date]:
    """From the audit trail, until the end of the day."""
    sessions = Session.objects.filter(activity__plan=plan).in_plan()
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    entries = AuditEntry.objects.filter(
        written(Session),
        entity=plan.entity,
        content_type=ContentType.objects.get_for_model(Session),
        object_id__in=sessions.order_by().values("pk"),
        timestamp__lt=until,
    )
    activity_of = dict(sessions.values_list("pk", "activity"))
    found: dict[BlockKey, date] = {}
    for pk, moment in entries.order_by().values_list("object_id").annotate(Max("timestamp")):
        lead, day = lead_of.get(activity_of[pk]), timezone.localtime(moment).date()
        if lead:
            found[lead] = max(day, found.get(lead, day))
    return found
