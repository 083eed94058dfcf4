"""A plan as it was given, to count it again: from the cells of a workbook, or from the tables in plain SQL.

Nothing here imports code of the project.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl

NAMES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


@dataclass
class Activity:
    name: str
    block: str
    phase: str = ""
    goal: float | None = None  # of a percentage target, in percent
    outside: bool = False


@dataclass
class Space:
    activity: Activity
    planned_on: date
    planned: int
    held_on: date | None = None
    executed: int | None = None
    reason: str = ""
    carried: int | None = None
    entered: date | None = None
    withdrawn: date | None = None
    ratio: tuple[int, int] | None = None  # attended, received
    people: int | None = None
    groups: list[tuple[str, int | None]] = field(default_factory=list)

    def rules(self, on: date) -> bool:
        return (not self.entered or self.entered <= on) and (not self.withdrawn or self.withdrawn > on)

    def done(self, on: date) -> int:
        return (self.executed or 0) if self.held_on and self.held_on <= on else 0

    def told(self, on: date) -> bool:
        return self.executed is not None and (not self.held_on or self.held_on <= on)


@dataclass
class Promise:
    text: str
    instance: str
    made_on: date | None
    due_on: date
    is_month: bool = False
    is_kept: bool = False
    closed_on: date | None = None
    closed_until: date | None = None

    def was_made(self, on: date) -> bool:
        if self.made_on and self.is_month:
            return (self.made_on.year, self.made_on.month) <= (on.year, on.month)
        return not self.made_on or self.made_on <= on

    def stands(self, on: date) -> str:
        if self.closed_until and self.closed_until > on:
            return "undated"
        if self.closed_until or (self.closed_on and self.closed_on <= on):
            return "fulfilled" if self.is_kept else "closed"
        return "overdue" if self.due_on < on else "open"


@dataclass
class Metric:
    activity: Activity
    name: str
    first: date
    last: date
    value: float
    is_people: bool = False


@dataclass
class Book:
    first: date
    last: date
    activities: list[Activity]  # in the plan's order
    spaces: list[Space]
    promises: list[Promise] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)


# --- Read -------------------------------------------------------------------------------------------------------------


def end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def day(value) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if "/" in str(value):
        number, month, year = (int(part) for part in str(value).split("/"))
        return date(year % 100 + 2000, month, number)
    return date.fromisoformat(str(value)[:10])


def of_tracking(path) -> Book:
    """Workbook 03: programmed and executed by month, people, other spaces and commitments."""
    book = openpyxl.load_workbook(path, data_only=True)
    grid = list(book["Programado y ejecutado"].iter_rows(min_row=3, values_only=True))
    months = {at: NAMES.index(head.lower()) + 1 for at, head in enumerate(grid[0][:15]) if at >= 3 and head}
    activities, spaces, notes, block = [], [], [], ""
    for row in grid[2:]:
        block = row[0] or block
        if not row[1]:
            notes += [row[0]] if row[0] and row[0].startswith("*") else []
            continue
        activities.append(Activity(row[1], block))
        for at, month in months.items():
            if row[at]:
                on, done = end(2020, month), row[at + 1]
                spaces.append(Space(activities[-1], on, row[at], on if done else None, done))
    for space in spaces:  # the notes under the table tell of December, each by the first word of what it is of
        word = space.activity.name.split()[0].lower().removesuffix("es" if "Talleres" in space.activity.name else "s")
        if space.executed < space.planned and space.planned_on.month == len(NAMES):
            space.reason = next(note for note in notes if word in note.lower())
            space.carried = int((re.findall(r"vigencia (\d+)", space.reason) or [0])[0])
    named = {activity.name: activity for activity in activities}
    metrics = []
    for name, period, indicator, value in book["Participantes y métricas"].iter_rows(min_row=2, values_only=True):
        if name not in named:
            named[name] = Activity(name, "", outside=True)
            activities.append(named[name])
        ends = [NAMES.index(month.lower()) + 1 for month in period.split("-")]
        first, last = date(2020, ends[0], 1), end(2020, ends[-1])
        metrics.append(Metric(named[name], indicator, first, last, value, indicator == "Participantes"))
    promises = [
        Promise(
            text,
            instance,
            end(2020, NAMES.index(month.lower()) + 1),
            day(due),
            is_month=True,
            is_kept=state == "Cumplido",
            closed_until=date(2020, 12, 31) if state == "Cumplido" else None,  # the last day that the sheet tells of
        )
        for instance, month, text, _who, due, state in book["Compromisos"].iter_rows(min_row=2, values_only=True)
    ]
    for _n, name, when, who, *reach, _questions, _comments in book["Otros espacios"].iter_rows(
        min_row=2, values_only=True
    ):
        number, month, year = when.split(" de ")
        activities.append(Activity(name, "", outside=True))
        on = date(int(year), NAMES.index(month) + 1, int(number))
        spaces.append(Space(activities[-1], on, 0, on, 1, people=int(who.split()[0])))
        heads = ("Personas alcanzadas", "Minutos reproducidos", "Veces compartido")
        metrics += [Metric(activities[-1], head, on, on, value) for head, value in zip(heads, reach, strict=True)]
    return Book(date(2020, 7, 1), date(2020, 12, 31), activities, spaces, promises, metrics)


def of_planning(path) -> Book:
    """Workbook 02: what was programmed, with nothing reported; a goal in percent is no space."""
    sheet = openpyxl.load_workbook(path, data_only=True).active
    activities, spaces, phase = [], [], ""
    for phase_cell, number, name, goal, _indicator, leads, when in sheet.iter_rows(min_row=4, max_col=7):
        phase = phase_cell.value or phase
        if number.value:
            lead = next(line for line in leads.value.split("\n") if not line.startswith("Todas las"))
            lead = "Prensa y Comunicaciones" if "Prensa" in leads.value else lead
            is_percent = "%" in f"{goal.value}{goal.number_format}"
            activities.append(Activity(f"{number.value} {name.value}", lead, phase, goal=100 if is_percent else None))
            units = goal.value
        days = [day(part) for part in str(when.value).split("\n")] if isinstance(when.value, str) else [day(when.value)]
        spaces += [Space(activities[-1], on, 0) for on in days]
    for activity in activities:
        own = [space for space in spaces if space.activity is activity]
        goals = {row[1]: row[3] for row in sheet.iter_rows(min_row=4, values_only=True) if row[1]}
        units = 1 if activity.goal else int(goals[activity.name.split()[0]]) // len(own)
        for space in own:
            space.planned = units
    phases = list(dict.fromkeys(activity.phase for activity in activities))
    return Book(date(2020, 1, 1), date(2020, 12, 31), activities, spaces, phases=phases)


def of_tables(cursor, slug: str) -> Book:
    """A plan of the database, by plain SELECTs."""

    def rows(sql: str, *values) -> list[dict]:
        cursor.execute(sql, values)
        heads = [column[0] for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]

    plan = rows("SELECT id, starts_on, ends_on FROM plans_plan WHERE slug = %s", slug)[0]
    activities, spaces, by_pk = {}, [], {}
    for row in rows(
        """SELECT a.id, a.number, a.name, a.target_kind, a.target_value, a.all_dependencies, a.outside_plan,
                  l.name AS line, f.number AS phase_number, f.name AS phase_name, d.name AS lead
             FROM activities_activity a
        LEFT JOIN plans_strategicline l ON l.id = a.line_id
        LEFT JOIN plans_cyclephase f ON f.id = a.phase_id
        LEFT JOIN activities_responsibility r ON r.activity_id = a.id AND r.part = 'lead'
        LEFT JOIN accounts_dependency d ON d.id = r.dependency_id
            WHERE a.plan_id = %s ORDER BY a."order", a.id""",
        plan["id"],
    ):
        block = row["line"] or row["lead"] or ("Todas las dependencias" if row["all_dependencies"] else "")
        phase = ". ".join(filter(None, (str(row["phase_number"] or ""), row["phase_name"])))
        goal = float(row["target_value"]) if row["target_kind"] == "percentage" else None
        name = " ".join(filter(None, (row["number"], row["name"])))
        activities[row["id"]] = Activity(name, block or "Sin responsable", phase, goal, bool(row["outside_plan"]))
    of_plan = "IN (SELECT id FROM activities_activity WHERE plan_id = %s)"
    for row in rows(f"SELECT * FROM activities_session WHERE activity_id {of_plan} ORDER BY id", plan["id"]):
        ratio = None if row["denominator"] is None else (row["numerator"], row["denominator"])
        spaces.append(
            Space(
                activities[row["activity_id"]],
                day(row["planned_on"]),
                row["planned_units"],
                day(row["held_on"]),
                row["executed_units"],
                row["reason"],
                row["carried_to_year"],
                day(row["in_force_from"]),
                day(row["withdrawn_on"]),
                ratio,
                row["attendance_total"],
            )
        )
        by_pk[row["id"]] = spaces[-1]
    for row in rows(
        f"""SELECT t.session_id, g.name, t.people FROM activities_attendance t
              JOIN plans_stakeholdergroup g ON g.id = t.group_id
              JOIN activities_session s ON s.id = t.session_id WHERE s.activity_id {of_plan}""",
        plan["id"],
    ):
        by_pk[row["session_id"]].groups.append((row["name"], row["people"]))
    metrics = [
        Metric(
            activities[row["activity_id"]],
            row["name"],
            day(row["period_from"]),
            day(row["period_to"]),
            float(row["value"]),
            row["kind"] == "participantes",
        )
        for row in rows(f"SELECT * FROM activities_metric WHERE activity_id {of_plan} ORDER BY id", plan["id"])
    ]
    promises = [
        Promise(
            row["text"],
            row["instance"],
            day(row["made_on"]),
            day(row["due_on"]),
            row["made_precision"] == "month",
            row["state"] in ("reported_done", "verified"),
            day(row["closed_on"]),
            day(row["closed_until"]),
        )
        for row in rows("SELECT * FROM commitments_commitment WHERE plan_id = %s ORDER BY id", plan["id"])
    ]
    phases = [
        ". ".join(filter(None, (str(row["number"] or ""), row["name"])))
        for row in rows("SELECT number, name FROM plans_cyclephase WHERE plan_id = %s ORDER BY id", plan["id"])
    ]
    return Book(
        day(plan["starts_on"]), day(plan["ends_on"]), list(activities.values()), spaces, promises, metrics, phases
    )
