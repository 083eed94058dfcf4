"""The rows of one plan of the demonstration, with what was done and reported by a given day."""

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
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup, StrategicLine
from plans.signing import OnPaper
from records import audit

DESCRIBED = """objective product unit indicator formula formal_instance mechanism channels modality periodicity budget
    resources alliances""".split()
TEXTS = ("who_may_participate", "participation_means", "responsible_units")
REPORTED = "questions comments topics contributions results summary".split()


@dataclass
class Setting:
    """The context of a plan. `today` None: everything in it has happened; `planned_only`: nothing has."""

    entity: Entity
    units: dict[str, Dependency]
    groups: dict[str, StakeholderGroup]
    year: int
    by: User
    today: date | None = None
    planned_only: bool = False
    activities: dict[str, Activity] = field(default_factory=dict)  # by their key in the file
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)  # by activity key and day, as in the file

    def reported(self, on: date, lag: int = 0) -> bool:
        """Whether what happened on a day was already reported, which takes `lag` days."""
        return not self.planned_only and (self.today is None or on + timedelta(days=lag) <= self.today)


def create(rows: Iterable[models.Model], by: User) -> list:
    """Inserts rows of one model in bulk, with the trail that bulk_create leaves out."""
    rows = list(rows)
    if rows:
        type(rows[0]).objects.bulk_create(rows, batch_size=500)
        audit.record_created(rows, by=by)
    return rows


def link(relation, pairs: Iterable[tuple[models.Model, models.Model]]) -> None:
    """Inserts pairs (owner, other) of a many-to-many relation, such as Activity.groups, in bulk."""
    owner, other = relation.field.m2m_field_name(), relation.field.m2m_reverse_field_name()
    relation.through.objects.bulk_create(relation.through(**{owner: row, other: related}) for row, related in pairs)


def make_plan(at: Setting, content: dict, shape: dict, activities: list[dict], before: Plan | None = None) -> Plan:
    plan = Plan(
        entity=at.entity,
        title=content["title"],
        slug=content["slug"],
        starts_on=date(at.year, 1, 1),
        ends_on=date(at.year, 12, 31),
        parent_instrument=content["parent_instrument"],
        objective=content["objective"],
        notes="\n\n".join(content["notes"]),
        continues=before,
        **{name: shape[name] for name in TEXTS},
    )
    create([plan], at.by)
    create((PlanChapter(plan=plan, order=n, **chapter) for n, chapter in enumerate(shape["chapters"])), at.by)
    phases = create((CyclePhase(plan=plan, number=n, **phase) for n, phase in enumerate(shape["phases"], 1)), at.by)
    lines = create(
        (StrategicLine(plan=plan, name=name, order=order) for order, name in enumerate(shape.get("lines", []))), at.by
    )
    numbers = {phase: count(1) for phase in phases}
    promised = []
    for order, data in enumerate(activities, 1):
        activity = make_activity(plan, order, data)
        if "phase" in data:
            activity.phase = phases[data["phase"] - 1]
            activity.number = f"{activity.phase.number}.{next(numbers[activity.phase])}"
        if "line" in data:
            activity.line = lines[data["line"] - 1]
        promised.append((activity, data))
    add_activities(at, promised)
    add_sessions(at, activities, extra=False)
    if "approved_on" in content:
        signed = [OnPaper(**line) for line in shape["signed"]]
        approve(plan=plan, by=at.by, on=day(content["approved_on"], at.year), act=shape["act"], signed=signed)
    # Extra sessions are not in the approved version.
    add_sessions(at, activities, extra=True)
    spaces = [as_activity(space) for space in content.get("spaces", []) if at.reported(day(space["on"], at.year), 5)]
    add_activities(
        at, [(make_activity(plan, order, data), data) for order, data in enumerate(spaces, len(activities) + 1)]
    )
    add_sessions(at, spaces, extra=False)
    add_metrics(at, content.get("metrics", []), spaces)
    return plan


def as_activity(space: dict) -> dict:
    return {
        "key": space["name"],
        "name": space["name"],
        "lead": space["lead"],
        "groups": space["groups"],
        "modality": "in_person",
        "outside": True,
        "sessions": [{**space, "lag": 5}],
    }


def make_activity(plan: Plan, order: int, data: dict) -> Activity:
    # Without a target of its own, its sessions are the target.
    units = sum(session.get("units", 1) for session in data["sessions"])
    kind = data.get("target_kind", "count" if units and "outside" not in data else "")
    return Activity(
        plan=plan,
        order=order,
        name=data["name"],
        target_kind=kind,
        target_value=data.get("target_value", units) if kind else None,
        all_dependencies="all_dependencies" in data,
        responsible_text=data.get("all_dependencies", ""),
        incidence_level=data.get("incidence", ""),
        accountability_element=data.get("accountability", ""),
        outside_plan="outside" in data,
        **{name: data[name] for name in DESCRIBED if name in data},
    )


def add_activities(at: Setting, made: list[tuple[Activity, dict]]) -> None:
    create((activity for activity, _data in made), at.by)
    at.activities |= {data.get("key", data["name"]): activity for activity, data in made}
    create(
        (
            Responsibility(activity=activity, dependency=at.units[name], part="support" if position else "lead")
            for activity, data in made
            if "lead" in data
            for position, name in enumerate([data["lead"], *data.get("support", [])])
        ),
        at.by,
    )
    link(Activity.groups, ((activity, at.groups[name]) for activity, data in made for name in data.get("groups", [])))


def add_sessions(at: Setting, activities: list[dict], *, extra: bool) -> None:
    """Stores sessions with their attendance: the programmed ones, or (`extra`) those of 0 units, known once held."""
    sessions, attendances = [], []
    for data in activities:
        key = data.get("key", data["name"])
        for entry in data["sessions"]:
            if (entry.get("units", 1) == 0) != extra:
                continue
            session = make_session(at, at.activities[key], data, entry)
            if session.planned_units or session.held_on:
                at.sessions[key, entry["on"]] = session
                sessions.append(session)
                attendances += attendance(at, session, data)
    create(sessions, at.by)
    create(attendances, at.by)


def make_session(at: Setting, activity: Activity, data: dict, entry: dict) -> Session:
    planned_on, precision = when(entry["on"], at.year)
    held_on, held_precision = when(entry.get("held", entry["on"]), at.year)
    units = entry.get("units", 1)
    session = Session(
        activity=activity,
        planned_on=planned_on,
        planned_precision=precision,
        planned_units=units,
        modality=activity.modality,
        place=entry.get("place", data.get("place", "")),
        locality=entry.get("locality", ""),
    )
    if precision == Precision.DAY and session.modality:
        session.hour = time(18 if session.modality == "virtual" else 14 if planned_on.day % 3 == 0 else 9)
    if not at.reported(held_on, entry.get("lag", 8)):
        return session
    session.reason, session.footnote = entry.get("reason", ""), entry.get("footnote", "")
    session.carried_to_year = at.year + 1 if entry.get("carried") else None
    done = entry.get("done", units)
    if "ratio" in entry:
        session.numerator, session.denominator = entry["ratio"]
    else:
        session.executed_units = done
    if done:
        session.held_on, session.held_precision = held_on, held_precision
        for name in REPORTED:
            if name in entry:
                setattr(session, name, entry[name])
        session.achieved_incidence = entry.get("incidence", activity.incidence_level if session.results else "")
        if "people" in entry:
            session.attendance_total = entry["people"]
            session.attendance_source = "Listado de asistencia"
            session.attendance_note = entry.get("note", "")
    return session


def attendance(at: Setting, session: Session, data: dict) -> list[Attendance]:
    """The session's attendance by group, invented; the groups add up to its total."""
    total, names = session.attendance_total, data.get("groups", [])
    if not total or not names:
        return []
    random = Random(f"{session.planned_on} {data['name']}")
    weights = [random.uniform(0.5, 1.5) / (1 + position / 2) for position in range(len(names))]
    people = [int(total * weight / sum(weights)) for weight in weights]
    people[0] += total - sum(people)
    return [
        Attendance(session=session, group=at.groups[name], people=number)
        for name, number in zip(names, people, strict=True)
        if number
    ]


def add_metrics(at: Setting, metrics: list[dict], spaces: list[dict]) -> None:
    measured = []
    for metric in metrics:
        for month, value in metric["values"].items():
            last, _precision = when(month, at.year)
            if at.reported(last):
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
