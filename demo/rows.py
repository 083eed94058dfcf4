"""The rows of one plan of the demonstration, with as much done as had been done and reported by a given day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import count
from random import Random

from django.db import models

from accounts.models import Dependency, Entity, User
from activities.metrics import kind_of
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from demo.story import day, when
from display.dates import Precision
from plans.actions import approve
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records import audit

DESCRIBED = """objective product unit indicator formula formal_instance mechanism channels modality periodicity budget
    resources alliances""".split()
TOLD = "questions comments topics contributions results summary".split()


@dataclass
class Setting:
    """Where and when a plan is told: `today` None, everything in it has happened; `planned_only`, nothing has."""

    entity: Entity
    units: dict[str, Dependency]
    groups: dict[str, StakeholderGroup]
    year: int
    by: User
    today: date | None = None
    planned_only: bool = False
    activities: dict[str, Activity] = field(default_factory=dict)  # by their key in the file
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)  # by activity and day as they are told

    def known(self, on: date, lag: int = 0) -> bool:
        """Whether what happened that day was reported by today, `lag` days later."""
        return not self.planned_only and (self.today is None or on + timedelta(days=lag) <= self.today)


def create(rows: Iterable[models.Model], by: User) -> list:
    """The rows, all of one model, in bulk and with their trail."""
    rows = list(rows)
    if rows:
        type(rows[0]).objects.bulk_create(rows, batch_size=500)
        audit.record_created(rows, by=by)
    return rows


def link(relation, pairs: Iterable[tuple[models.Model, models.Model]]) -> None:
    """The pairs (owner, other) of a many-to-many relation (Activity.groups), in bulk."""
    owner, other = relation.field.m2m_field_name(), relation.field.m2m_reverse_field_name()
    relation.through.objects.bulk_create(relation.through(**{owner: one, other: two}) for one, two in pairs)


def make_plan(at: Setting, told: dict, shape: dict, activities: list[dict]) -> Plan:
    """The plan: programmed, approved if it says when, and then done and measured as far as it is known."""
    plan = Plan(
        entity=at.entity,
        title=told["title"],
        slug=told["slug"],
        starts_on=date(at.year, 1, 1),
        ends_on=date(at.year, 12, 31),
        parent_instrument=told["parent_instrument"],
        objective=told["objective"],
        notes="\n\n".join(told["notes"]),
    )
    create([plan], at.by)
    phases = create((CyclePhase(plan=plan, number=n, **phase) for n, phase in enumerate(shape["phases"], 1)), at.by)
    lines = create(
        (StrategicLine(plan=plan, name=name, order=order) for order, name in enumerate(shape.get("lines", []))), at.by
    )
    numbers = {phase: count(1) for phase in phases}
    promised = []
    for order, one in enumerate(activities, 1):
        activity = make_activity(plan, order, one)
        if "phase" in one:
            activity.phase = phases[one["phase"] - 1]
            activity.number = f"{activity.phase.number}.{next(numbers[activity.phase])}"
        if "line" in one:
            activity.line = lines[one["line"] - 1]
        promised.append((activity, one))
    add_activities(at, promised)
    add_sessions(at, activities, extra=False)
    if "approved_on" in told:
        approve(plan=plan, by=at.by, on=day(told["approved_on"], at.year))
    add_sessions(at, activities, extra=True)
    spaces = [as_activity(space) for space in told.get("spaces", []) if at.known(day(space["on"], at.year), 5)]
    add_activities(
        at, [(make_activity(plan, order, one), one) for order, one in enumerate(spaces, len(activities) + 1)]
    )
    add_sessions(at, spaces, extra=False)
    add_metrics(at, told.get("metrics", []), spaces)
    return plan


def as_activity(space: dict) -> dict:
    """A space held outside the plan as the activity with one session that it is."""
    return {
        "key": space["name"],
        "name": space["name"],
        "lead": space["lead"],
        "groups": space["groups"],
        "modality": "in_person",
        "outside": True,
        "sessions": [{**space, "lag": 5}],
    }


def make_activity(plan: Plan, order: int, told: dict) -> Activity:
    """One activity; the target that is not told is what its sessions add up to."""
    units = sum(session.get("units", 1) for session in told["sessions"])
    kind = told.get("target_kind", "count" if units and "outside" not in told else "")
    return Activity(
        plan=plan,
        order=order,
        name=told["name"],
        target_kind=kind,
        target_value=told.get("target_value", units) if kind else None,
        all_dependencies="all_dependencies" in told,
        responsible_text=told.get("all_dependencies", ""),
        incidence_level=told.get("incidence", ""),
        accountability_element=told.get("accountability", ""),
        outside_plan="outside" in told,
        **{name: told[name] for name in DESCRIBED if name in told},
    )


def add_activities(at: Setting, made: list[tuple[Activity, dict]]) -> None:
    """Stores activities with those who answer for them and those whom they are for."""
    create((activity for activity, _told in made), at.by)
    at.activities |= {told.get("key", told["name"]): activity for activity, told in made}
    create(
        (
            Responsibility(activity=activity, dependency=at.units[name], part="support" if position else "lead")
            for activity, told in made
            if "lead" in told
            for position, name in enumerate([told["lead"], *told.get("support", [])])
        ),
        at.by,
    )
    link(Activity.groups, ((activity, at.groups[name]) for activity, told in made for name in told.get("groups", [])))


def add_sessions(at: Setting, activities: list[dict], *, extra: bool) -> None:
    """Stores the sessions with those who came: what was programmed, or the extra ones, known once they were held."""
    sessions, came = [], []
    for told in activities:
        key = told.get("key", told["name"])
        for facts in told["sessions"]:
            if (facts.get("units", 1) == 0) != extra:
                continue
            session = make_session(at, at.activities[key], told, facts)
            if session.planned_units or session.held_on:
                at.sessions[key, facts["on"]] = session
                sessions.append(session)
                came += attendance(at, session, told)
    create(sessions, at.by)
    create(came, at.by)


def make_session(at: Setting, activity: Activity, told: dict, facts: dict) -> Session:
    """One session: as it was programmed and, when that is known, as it went."""
    planned_on, precision = when(facts["on"], at.year)
    held_on, held_precision = when(facts.get("held", facts["on"]), at.year)
    units = facts.get("units", 1)
    session = Session(
        activity=activity,
        planned_on=planned_on,
        planned_precision=precision,
        planned_units=units,
        modality=activity.modality,
        place=facts.get("place", told.get("place", "")),
        locality=facts.get("locality", ""),
    )
    if precision == Precision.DAY and session.modality:
        session.hour = time(18 if session.modality == "virtual" else 14 if planned_on.day % 3 == 0 else 9)
    if not at.known(held_on, facts.get("lag", 8)):
        return session
    session.reason, session.footnote = facts.get("reason", ""), facts.get("footnote", "")
    session.carried_to_year = at.year + 1 if facts.get("carried") else None
    done = facts.get("done", units)
    if "ratio" in facts:
        session.numerator, session.denominator = facts["ratio"]
    else:
        session.executed_units = done
    if done:
        session.held_on, session.held_precision = held_on, held_precision
        for name in TOLD:
            if name in facts:
                setattr(session, name, facts[name])
        session.achieved_incidence = facts.get("incidence", activity.incidence_level if session.results else "")
        if "people" in facts:
            session.attendance_total = facts["people"]
            session.attendance_source = "Listado de asistencia"
            session.attendance_note = facts.get("note", "")
    return session


def attendance(at: Setting, session: Session, told: dict) -> list[Attendance]:
    """Who came to the session, by group: they add up to its total."""
    total, names = session.attendance_total, told.get("groups", [])
    if not total or not names:
        return []
    random = Random(f"{session.planned_on} {told['name']}")
    weights = [random.uniform(0.5, 1.5) / (1 + position / 2) for position in range(len(names))]
    people = [int(total * weight / sum(weights)) for weight in weights]
    people[0] += total - sum(people)
    return [
        Attendance(session=session, group=at.groups[name], people=number)
        for name, number in zip(names, people, strict=True)
        if number
    ]


def add_metrics(at: Setting, told: list[dict], spaces: list[dict]) -> None:
    """Stores what else was measured: by month, and in the spaces outside the plan on their day."""
    measured = []
    for metric in told:
        for month, value in metric["values"].items():
            last, _precision = when(month, at.year)
            if at.known(last):
                activity = at.activities[metric["activity"]]
                measured.append((activity, None, metric["name"], value, last.replace(day=1), last, metric["source"]))
    for space in spaces:
        session = at.sessions[space["key"], space["sessions"][0]["on"]]
        for name, value in space["sessions"][0].get("metrics", {}).items():
            source = "Redes sociales de la entidad"
            measured.append((session.activity, session, name, value, session.held_on, session.held_on, source))
    create(
        (
            Metric(
                activity=activity,
                session=session,
                kind=kind_of(name),
                name=name,
                value=value,
                period_from=period_from,
                period_to=period_to,
                source=source,
                captured_on=period_to,
            )
            for activity, session, name, value, period_from, period_to, source in measured
        ),
        at.by,
    )
