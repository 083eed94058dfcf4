"""What a plan and its entity already hold, read once, and which of it each row of a file is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import models
from django.utils.translation import gettext_noop as _

from accounts.models import Dependency
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment
from display.text import normalise
from matrices.reading.ledger import Ledger
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from sheets.loading.values import ActivityValues, MetricValues, SessionValues

CommitmentKey = tuple[str, date | None, str]


class Existing:
    """The rows of a plan by their keys ("Reading matrices"); with `lock` nobody else changes them until the end.

    Without it somebody may write between two of these queries: what refers to a row that came later is not seen either.
    """

    def __init__(self, plan: Plan, *, lock: bool) -> None:
        self.plan, self.lock = plan, lock
        self.key = plan.pk or 0  # a new plan has nothing yet
        self.dependencies = list(Dependency.objects.filter(entity=plan.entity_id))
        self.groups = list(StakeholderGroup.objects.filter(entity=plan.entity_id))
        self.phases = list(CyclePhase.objects.filter(plan=self.key))
        self.lines = list(StrategicLine.objects.filter(plan=self.key))
        for row in (*self.phases, *self.lines):
            row.plan = plan
        self._read_activities()
        self._read_sessions()
        self._read_metrics()
        self._read_commitments()
        self._claimed: set[int] = set()
        self._claimed_metrics: set[int] = set()

    def _read_activities(self) -> None:
        phases = {row.pk: row for row in self.phases}
        lines = {row.pk: row for row in self.lines}
        units = {row.pk: row for row in self.dependencies}
        groups = {row.pk: row for row in self.groups}
        rows = self._locked(Activity).filter(plan=self.key).order_by("order", "pk")
        self.activities: dict[int, Activity] = {}
        for activity in rows:
            activity.plan = self.plan
            activity.phase, activity.line = phases.get(activity.phase_id), lines.get(activity.line_id)
            activity.responsible_now, activity.groups_now, activity.days_now = [], [], set()
            self.activities[activity.pk] = activity
        named = Responsibility.objects.filter(activity__plan=self.key).order_by("part", "pk")
        for activity, unit in named.values_list("activity", "dependency"):
            if activity in self.activities and unit in units:
                self.activities[activity].responsible_now.append(units[unit])
        joined = Activity.groups.through.objects.filter(activity__plan=self.key).order_by("pk")
        for activity, group in joined.values_list("activity", "stakeholdergroup"):
            if activity in self.activities and group in groups:
                self.activities[activity].groups_now.append(groups[group])
        self._by_number = {one.number: one for one in self.activities.values() if one.number}
        self._by_name: dict[tuple[bool, str], list[Activity]] = defaultdict(list)
        for one in sorted(self.activities.values(), key=lambda one: one.withdrawn_on is not None):  # what stands first
            self._by_name[one.outside_plan, normalise(one.name)].append(one)

    def _read_sessions(self) -> None:
        groups = {row.pk: row for row in self.groups}
        self.sessions: dict[tuple[int, date, str], Session] = {}
        self._of_chain: dict[tuple[int, date, str], Session] = {}
        by_id: dict[int, Session] = {}
        rows = self._locked(Session).filter(activity__plan=self.key, withdrawn_on=None)
        for session in rows:
            if session.activity_id not in self.activities:
                continue
            session.activity = self.activities[session.activity_id]
            session.activity.days_now.add(session.planned_on)
            session.present_now = {}
            by_id[session.pk] = session
            self.sessions[session.activity_id, session.planned_on, session.planned_precision] = session
            first = self.first_of(session.activity_id)
            self._of_chain[first, session.planned_on, session.planned_precision] = session
        came = Attendance.objects.filter(session__activity__plan=self.key, session__withdrawn_on=None)
        for session, group, people in came.values_list("session", "group", "people"):
            if session in by_id and group in groups:
                by_id[session].present_now[group] = groups[group], people

    def _read_metrics(self) -> None:
        self.metrics: dict[tuple[int, str, date, date], list[Metric]] = defaultdict(list)
        for metric in self._locked(Metric).filter(activity__plan=self.key).order_by("pk"):
            if metric.activity_id in self.activities:
                metric.activity = self.activities[metric.activity_id]
                self.metrics[metric.activity_id, metric.kind, metric.period_from, metric.period_to].append(metric)

    def _read_commitments(self) -> None:
        units = {row.pk: row for row in self.dependencies}
        self.commitments: dict[CommitmentKey, Commitment] = {}
        self.all_commitments = list(self._locked(Commitment).filter(plan=self.key).order_by("pk"))
        by_id = {one.pk: one for one in self.all_commitments}
        for one in self.all_commitments:
            one.plan, one.responsible_now = self.plan, []
            self.commitments.setdefault(commitment_key(one.instance, one.made_on, one.text), one)
        self.codes = {one.code: one for one in self.all_commitments if one.code}
        joined = Commitment.responsible.through.objects.filter(commitment__plan=self.key).order_by("pk")
        for commitment, unit in joined.values_list("commitment", "dependency"):
            if commitment in by_id and unit in units:
                by_id[commitment].responsible_now.append(units[unit])

    def _locked(self, model: type[models.Model]) -> models.QuerySet:
        return model.objects.select_for_update() if self.lock else model.objects.all()

    def activity_of(self, row: ActivityValues) -> Activity | None:
        """The stored activity that a row is about: by its number, else by its name among those that fit what it says.

        A row with a number that no activity has may be one that had none. Each activity is given once.
        """
        number = row.values.get("number", "")
        match = self._by_number.get(number) if number else None
        if match is None:
            candidates = self._by_name.get((row.outside, normalise(row.values["name"])), ())
            fitting = (one for one in candidates if self._fits(one, row) and not (number and one.number))
            match = next(fitting, None)
        if match is None or match.pk in self._claimed:
            return None
        self._claimed.add(match.pk)
        return match

    def first_of(self, activity: int) -> int:
        """The first of the activities that replaced one another: when one changes hands, what was reported stays."""
        while (before := self.activities[activity].replaces_id) in self.activities:
            activity = before
        return activity

    def session_of(self, activity: int, planned_on: date, precision: str) -> Session | None:
        """The one of that date in an activity, else in those that it replaced or that replaced it."""
        own = self.sessions.get((activity, planned_on, precision))
        return own or self._of_chain.get((self.first_of(activity), planned_on, precision))

    def _fits(self, activity: Activity, row: ActivityValues) -> bool:
        if activity.pk in self._claimed:
            return False
        if "phase" in row.values and activity.phase != row.values["phase"]:
            return False
        if row.days and activity.days_now and not row.days & activity.days_now:
            return False
        if "line" in row.values:
            return activity.line == row.values["line"]
        return not row.responsible or activity.responsible_now[:1] == row.responsible[:1]

    def metric_of(self, row: MetricValues) -> Metric | None:
        """The stored metric that a row is about: of its source; one without a source may be the only one there is."""
        values = row.values
        key = row.activity.instance.pk, values["kind"], values["period_from"], values["period_to"]
        there, source = self.metrics.get(key, []), normalise(values.get("source", ""))
        found = [metric for metric in there if normalise(metric.source) == source]
        found = found or (there if not source and len(there) == 1 else [])
        return next((metric for metric in found if self._claim(metric)), None)

    def _claim(self, metric: Metric) -> bool:
        """Whether no other row of the file is about it."""
        is_free = metric.pk not in self._claimed_metrics
        self._claimed_metrics.add(metric.pk)
        return is_free

    def rest(self) -> list[Activity]:
        """The activities that no row is about."""
        return [activity for pk, activity in self.activities.items() if pk not in self._claimed]


def commitment_key(instance: str, made_on: date | None, text: str) -> CommitmentKey:
    """What makes two commitments the same: instance, day and text, whatever their accents and case."""
    return normalise(instance), made_on, normalise(text)


def match_activity(activity: ActivityValues, existing: Existing) -> None:
    """Find the stored activity; what the row does not say about its dependencies stays."""
    activity.stored = stored = existing.activity_of(activity)
    if (
        stored and activity.responsible is not None and not activity.source.responsible
    ):  # only the block speaks: it leads
        activity.responsible += [unit for unit in stored.responsible_now if unit not in activity.responsible]
    if not activity.source.responsible and not activity.values.get("all_dependencies"):
        activity.values.pop("all_dependencies", None)


def match_session(session: SessionValues, existing: Existing, ledger: Ledger) -> bool:
    """Find the stored session; False when neither the file nor the plan has anything of that date."""
    values, activity = session.values, session.activity
    if activity.stored:
        session.stored = existing.session_of(activity.stored.pk, values["planned_on"], values["planned_precision"])
    executed = values.get("executed_units")
    if session.stored is None:
        planned = values.setdefault("planned_units", session.default_units)
        if not planned and not executed:
            return False
    else:
        planned = values.get("planned_units", session.stored.planned_units)
        told = executed or values.get("denominator")
        if told and session.stored.held_on:  # the day that somebody reported is more exact than a month
            values.pop("held_on")
            values.pop("held_precision")
    if executed and not activity.outside:
        where = session.where("executed_units")
        if not planned:
            ledger.warn(where, _("Se ejecutó y no estaba programado: queda como espacio adicional."))
        elif executed > planned:
            ledger.warn(
                where,
                _("Se ejecutaron %(executed)s y había %(planned)s programadas: el exceso se muestra aparte."),
                executed=executed,
                planned=planned,
            )
    return True


def tell_unmentioned(
    activities: Sequence[ActivityValues], sessions: Sequence[SessionValues], existing: Existing, ledger: Ledger
) -> None:
    """Sessions that the plan has on other dates stay, and the person is told."""
    named = {session.stored.pk for session in sessions if session.stored}
    with_dates = {id(session.activity) for session in sessions}
    by_activity: dict[int, int] = {}
    for session in existing.sessions.values():
        if session.pk not in named and session.planned_units:
            by_activity[session.activity_id] = by_activity.get(session.activity_id, 0) + 1
    for activity in activities:
        if activity.stored and id(activity) in with_dates and (count := by_activity.get(activity.stored.pk)):
            ledger.warn(
                activity.place,
                _("El plan tiene %(count)s espacios de esta actividad en fechas que la hoja no trae: se conservan."),
                count=count,
            )
