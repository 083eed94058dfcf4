"""What a plan and its entity already hold, read once, and which of it each row of a file is about."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from accounts.models import Dependency
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment
from display.text import normalise
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from sheets.loading.commitments import Key, key_of
from sheets.loading.facts import ActivityFacts


class Stored:
    """The rows of a plan, locked until the transaction ends, by their keys ("Reading matrices")."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dependencies = list(Dependency.objects.filter(entity=plan.entity_id))
        self.groups = list(StakeholderGroup.objects.filter(entity=plan.entity_id))
        self.phases = list(CyclePhase.objects.filter(plan=plan))
        self.lines = list(StrategicLine.objects.filter(plan=plan))
        for row in (*self.phases, *self.lines):
            row.plan = plan
        self._read_activities()
        self._read_sessions()
        self.metrics = {
            (metric.activity_id, metric.kind, metric.period_from, metric.period_to): metric
            for metric in Metric.objects.select_for_update().filter(activity__plan=plan)
        }
        for metric in self.metrics.values():
            metric.activity = self.activities[metric.activity_id]
        self._read_commitments()
        self._claimed: set[int] = set()

    def _read_activities(self) -> None:
        phases = {row.pk: row for row in self.phases}
        lines = {row.pk: row for row in self.lines}
        units = {row.pk: row for row in self.dependencies}
        groups = {row.pk: row for row in self.groups}
        found = Activity.objects.select_for_update().filter(plan=self.plan).order_by("order", "pk")
        self.activities: dict[int, Activity] = {}
        for activity in found:
            activity.plan = self.plan
            activity.phase, activity.line = phases.get(activity.phase_id), lines.get(activity.line_id)
            activity.units_now, activity.groups_now, activity.days_now = [], [], set()
            self.activities[activity.pk] = activity
        named = Responsibility.objects.filter(activity__plan=self.plan).order_by("part", "pk")
        for activity, unit in named.values_list("activity", "dependency"):
            self.activities[activity].units_now.append(units[unit])
        joined = Activity.groups.through.objects.filter(activity__plan=self.plan).order_by("pk")
        for activity, group in joined.values_list("activity", "stakeholdergroup"):
            self.activities[activity].groups_now.append(groups[group])
        self._by_number = {one.number: one for one in self.activities.values() if one.number}
        self._by_name: dict[tuple[bool, str], list[Activity]] = defaultdict(list)
        for one in self.activities.values():
            self._by_name[one.outside_plan, normalise(one.name)].append(one)

    def _read_sessions(self) -> None:
        groups = {row.pk: row for row in self.groups}
        self.sessions: dict[tuple[int, date, str], Session] = {}
        by_id: dict[int, Session] = {}
        found = Session.objects.select_for_update().filter(activity__plan=self.plan, withdrawn_on=None)
        for session in found:
            session.activity = self.activities[session.activity_id]
            session.activity.days_now.add(session.planned_on)
            session.present_now = {}
            by_id[session.pk] = session
            self.sessions[session.activity_id, session.planned_on, session.planned_precision] = session
        came = Attendance.objects.filter(session__activity__plan=self.plan, session__withdrawn_on=None)
        for session, group, people in came.values_list("session", "group", "people"):
            by_id[session].present_now[groups[group]] = people

    def _read_commitments(self) -> None:
        units = {row.pk: row for row in self.dependencies}
        self.commitments: dict[Key, Commitment] = {}
        by_id: dict[int, Commitment] = {}
        for one in Commitment.objects.select_for_update().filter(plan=self.plan).order_by("pk"):
            one.plan, one.units_now = self.plan, []
            by_id[one.pk] = one
            self.commitments.setdefault(key_of(one.instance, one.made_on, one.text), one)
        self.codes = {one.code: one for one in by_id.values() if one.code}
        joined = Commitment.responsible.through.objects.filter(commitment__plan=self.plan).order_by("pk")
        for commitment, unit in joined.values_list("commitment", "dependency"):
            by_id[commitment].units_now.append(units[unit])

    def activity_of(self, facts: ActivityFacts) -> Activity | None:
        """The stored activity that a row is about: by its number, else by its name among those that fit what it says.

        A row with a number that no activity has may be one that had none. Each activity is given once.
        """
        number = facts.values.get("number", "")
        found = self._by_number.get(number) if number else None
        if found is None:
            candidates = self._by_name.get((facts.outside, normalise(facts.values["name"])), ())
            fitting = (one for one in candidates if self._fits(one, facts) and not (number and one.number))
            found = next(fitting, None)
        if found is None or found.pk in self._claimed:
            return None
        self._claimed.add(found.pk)
        return found

    def _fits(self, activity: Activity, facts: ActivityFacts) -> bool:
        said = facts.values
        if activity.pk in self._claimed:
            return False
        if "phase" in said and activity.phase_id != said["phase"].pk:
            return False
        if facts.days and activity.days_now and not facts.days & activity.days_now:
            return False
        if "line" in said:
            return activity.line_id == said["line"].pk
        return not facts.units or activity.units_now[:1] == facts.units[:1]

    def rest(self) -> list[Activity]:
        """The activities that no row is about."""
        return [activity for pk, activity in self.activities.items() if pk not in self._claimed]
