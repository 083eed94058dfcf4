"""What a plan and its entity already hold, read once, and which of it each row of a file is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Dependency
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment
from display.text import normalise
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from sheets.loading.values import ActivityValues, SessionValues
from sheets.reading.ledger import Ledger

CommitmentKey = tuple[str, date | None, str]


class Existing:
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
        self.commitments: dict[CommitmentKey, Commitment] = {}
        by_id: dict[int, Commitment] = {}
        for one in Commitment.objects.select_for_update().filter(plan=self.plan).order_by("pk"):
            one.plan, one.units_now = self.plan, []
            by_id[one.pk] = one
            self.commitments.setdefault(commitment_key(one.instance, one.made_on, one.text), one)
        self.codes = {one.code: one for one in by_id.values() if one.code}
        joined = Commitment.responsible.through.objects.filter(commitment__plan=self.plan).order_by("pk")
        for commitment, unit in joined.values_list("commitment", "dependency"):
            by_id[commitment].units_now.append(units[unit])

    def activity_of(self, facts: ActivityValues) -> Activity | None:
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

    def _fits(self, activity: Activity, facts: ActivityValues) -> bool:
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


def commitment_key(instance: str, made_on: date | None, text: str) -> CommitmentKey:
    """What makes two commitments the same: instance, day and text, whatever their accents and case."""
    return normalise(instance), made_on, normalise(text)


def match_activity(facts: ActivityValues, existing: Existing) -> None:
    """Find the stored activity; what the row does not say about its dependencies stays."""
    facts.known = known = existing.activity_of(facts)
    if known and facts.units is not None and not facts.source.responsible:  # only the block speaks: it leads
        facts.units += [unit for unit in known.units_now if unit not in facts.units]
    if not facts.source.responsible and not facts.values.get("all_dependencies"):
        facts.values.pop("all_dependencies", None)


def match_session(facts: SessionValues, existing: Existing, ledger: Ledger) -> bool:
    """Find the stored session; False when neither the file nor the plan has anything of that date."""
    values, known = facts.values, facts.activity.known
    if known:
        facts.known = existing.sessions.get((known.pk, values["planned_on"], values["planned_precision"]))
    executed = values.get("executed_units")
    if facts.known is None:
        planned = values.setdefault("planned_units", facts.units)
        if not planned and not executed:
            return False
    else:
        planned = values.get("planned_units", facts.known.planned_units)
        if executed and facts.known.held_on:  # the day that somebody reported is more exact than a month
            values.pop("held_on")
            values.pop("held_precision")
    if executed and not facts.activity.outside:
        where = facts.where("executed_units")
        if not planned:
            ledger.warn(where, _("Se ejecutó y no estaba programada: queda como jornada adicional."))
        elif executed > planned:
            ledger.warn(
                where,
                _("Se ejecutaron %(executed)s y había %(planned)s programadas: el exceso se muestra aparte.")
                % {"executed": executed, "planned": planned},
            )
    return True


def tell_unmentioned(
    activities: Sequence[ActivityValues], sessions: Sequence[SessionValues], existing: Existing, ledger: Ledger
) -> None:
    """Sessions that the plan has on other dates stay, and the person is told."""
    named = {session.known.pk for session in sessions if session.known}
    with_dates = {id(session.activity) for session in sessions}
    by_activity: dict[int, int] = {}
    for session in existing.sessions.values():
        if session.pk not in named and session.planned_units:
            by_activity[session.activity_id] = by_activity.get(session.activity_id, 0) + 1
    for one in activities:
        if one.known and id(one) in with_dates and (count := by_activity.get(one.known.pk)):
            ledger.warn(
                one.place,
                _("El plan tiene %(count)s jornadas de esta actividad en fechas que la hoja no trae: se conservan.")
                % {"count": count},
            )
