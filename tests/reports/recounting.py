"""Plans counted by a program that knows nothing of ours: from the cells of a workbook, or from the tables in plain SQL.

It knows the rules of docs/architecture.md and what the pages call things, and imports no code of the project.
"""

import re
from calendar import monthrange
from collections import Counter, defaultdict
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


# --- Count ------------------------------------------------------------------------------------------------------------


def whole(number) -> str:
    text = f"{number:,.4f}".rstrip("0").rstrip(".") if isinstance(number, float) else f"{number:,}"
    return text.translate(str.maketrans(",.", ".,"))


def percent(part: int, of: int, goal: float = 100) -> str:
    """One decimal, half up; what falls short of a goal never reads as if it had reached it."""
    if not of:
        return "no aplica"
    tenths = (2000 * part + of) // (2 * of)
    if 100 * part < goal * of and tenths >= 10 * goal:
        tenths = 1000 * part // of
    return f"{tenths // 10},{tenths % 10} %"


def written(on: date) -> str:
    return f"{on.day} {NAMES[on.month - 1][:3]} {on.year}"


def month_of(on: date) -> str:
    return f"{NAMES[on.month - 1]} de {on.year}"


def count(book: Book, first: date, last: date, today: date) -> dict:
    """Everything that the report from `first` to `last`, with its cut-off on that day, prints; by what it is of.

    `today`: what was planned for later is missing at a cut-off still to come, and nobody failed yet.
    """
    is_whole = (first, last) == (book.first, book.last)
    inside = [activity for activity in book.activities if not activity.outside]
    ruling = [space for space in book.spaces if space.rules(last) and not space.activity.outside]
    spaces = [space for space in ruling if space.activity.goal is None]
    due = [space for space in spaces if space.planned_on <= last]
    own = [space for space in due if space.planned_on >= first]

    def figure(rows) -> tuple[int, int]:
        rows = list(rows)
        return sum(space.planned for space in rows), sum(min(space.done(last), space.planned) for space in rows)

    def told(rows) -> list[str]:
        planned, done = figure(rows)
        return [whole(planned), whole(done), percent(done, planned)]

    def missing(space) -> int:
        return space.planned - min(space.done(last), space.planned)

    blocks = list(dict.fromkeys(activity.block for activity in inside))
    months = {}
    for year in range(book.first.year, last.year + 1):
        for number in range(1, 13):
            if book.first <= end(year, number) and date(year, number, 1) <= last:
                rows = [space for space in due if (space.planned_on.year, space.planned_on.month) == (year, number)]
                months[f"{NAMES[number - 1]} de {year}"] = [whole(one) for one in figure(rows)]
    misses = [space for space in due if missing(space)]
    to_come = [space for space in misses if not space.reason and not space.told(last) and space.planned_on > today]
    unknown = [space for space in misses if not space.reason and not space.told(last) and space not in to_come]
    silent = [space for space in misses if not space.reason and space.told(last)]
    short_in = Counter()
    for space in (space for space in misses if space not in to_come):
        short_in["month", month_of(space.planned_on)] += missing(space)
        short_in["block", space.activity.block] += missing(space)
    held = [space for space in spaces if space.held_on and first <= space.held_on <= last and (space.executed or 0)]
    done = Counter()
    for space in held:
        done[space.activity.name] += space.executed
    extra = sum(max(space.executed - space.planned, 0) for space in held)
    moved = sum(
        min(space.executed, space.planned) for space in held if month_of(space.held_on) != month_of(space.planned_on)
    )
    result = {
        "blocks": [
            [name, *(told(space for space in own if space.activity.block == name) if not is_whole else [])]
            + told(space for space in due if space.activity.block == name)
            for name in blocks
        ],
        "total": [*(told(own) if not is_whole else []), *told(due)],
        "months": months,
        "misses": sorted(
            [
                space.activity.name,
                whole(space.planned),
                whole(min(space.done(last), space.planned)) if space.reason or space.told(last) else "–",
                whole(missing(space)),
            ]
            for space in misses
        ),
        "missing": sum(map(missing, misses)),
        "to come": sum(map(missing, to_come)),
        "silent": sum(map(missing, silent)),
        "unreported": sum(map(missing, unknown)),
        "concentrated": short_in,
        "carried": sum(missing(space) for space in misses if space.carried),
        "left": sum(space.planned for space in spaces if space.planned_on > last),
        "targets": targets(inside, ruling, last),
        "phases": [[name, *told(space for space in due if space.activity.phase == name)] for name in book.phases],
        "bridge": [
            sum(space.planned for space in book.spaces if counts(space) and not space.entered),
            sum(space.planned for space in book.spaces if counts(space) and space.entered and space.entered <= last),
            sum(
                space.planned
                for space in book.spaces
                if counts(space)
                and space.withdrawn
                and space.withdrawn <= last
                and (not space.entered or space.entered <= last)
            ),
            sum(space.planned for space in spaces),
        ],
        "excess": sum(max(space.done(last) - space.planned, 0) for space in due),
        "worst months": sorted(
            sum(map(missing, (s for s in due if month_of(s.planned_on) == month))) for month in months
        ),
        "own missing": sum(map(missing, own)),
        "held": dict(done),
        "held units": sum(done.values()),
        "extra": extra,
        "moved": 0 if is_whole else moved,
        "annex": {
            activity.name: told(space for space in due if space.activity is activity)
            for activity in inside
            if activity.goal is None
        },
        "upcoming": upcoming(ruling, last) if not is_whole else {},
        **people(book, ruling, first, last),
        "metrics": measured(book, last),
        **promised(book, first, last),
        **outside(book, first, last, is_whole),
    }
    return result


def counts(space: Space) -> bool:
    return space.activity.goal is None and not space.activity.outside


def targets(activities, ruling, last) -> dict[str, list[str]]:
    """{activity: [received, attended, result, goal, state]}"""
    result = {}
    for activity in activities:
        if activity.goal is None:
            continue
        due = [one for one in ruling if one.activity is activity and one.planned_on <= last and one.planned]
        measured = [one for one in due if one.ratio and not (one.held_on and one.held_on > last)]
        told = [one for one in due if one in measured or one.executed == 0 or one.carried]
        attended, received = (sum(one.ratio[at] for one in measured) for at in (0, 1))
        if not due:
            state = "Todavía no vence"
        elif len(told) < len(due):
            state = "Sin reporte"
        elif received:
            state = "Cumplida" if 100 * attended >= activity.goal * received else "No cumplida"
        else:
            state = "Sin demanda" if len(measured) == len(due) else "No cumplida"
        figures = [whole(received), whole(attended)] if told else ["–", "–"]
        value = percent(attended, received, activity.goal) if received else "–"
        result[activity.name] = [*figures, value, f"{whole(float(activity.goal))} %", state]
    return result


def upcoming(ruling, last) -> dict[str, int]:
    """Units of each activity in the month after."""
    year, month = last.year + last.month // 12, last.month % 12 + 1
    result = Counter()
    for space in ruling:
        if (space.planned_on.year, space.planned_on.month) == (year, month) and space.planned:
            result[space.activity.name] += 0 if space.activity.goal else space.planned
    return dict(result)


def people(book, ruling, first, last) -> dict:
    found, covered = {}, defaultdict(set)
    for metric in book.metrics:
        if metric.is_people and not metric.activity.outside and book.first <= metric.last <= last:
            months = {(y, m) for y in range(metric.first.year, metric.last.year + 1) for m in range(1, 13)}
            covered[metric.activity.name] |= {
                (y, m) for y, m in months if date(y, m, 1) <= metric.last and end(y, m) >= metric.first
            }
            found[metric.activity.name, column(metric)] = whole(round(metric.value))
    held = [space for space in ruling if space.held_on and book.first <= space.held_on <= last]
    by_month = Counter()
    for space in held:
        if space.people is not None:
            by_month[space.activity.name, space.held_on.year, space.held_on.month] += space.people
    for (name, year, month), number in by_month.items():
        if (year, month) not in covered[name]:
            found[name, f"{NAMES[month - 1][:3]} {year}"] = whole(number)
    groups: dict[str, list] = {}
    for space in held:
        for name, number in space.groups:
            row = groups.setdefault(name, [0, None, 0, None])
            for at in (2, 0) if space.held_on >= first else (2,):
                row[at] += 1
                row[at + 1] = row[at + 1] if number is None else (row[at + 1] or 0) + number
    return {"people": found, "groups": groups}


def column(metric) -> str:
    if (metric.first.year, metric.first.month) == (metric.last.year, metric.last.month):
        return f"{NAMES[metric.first.month - 1][:3]} {metric.first.year}"
    return f"{NAMES[metric.first.month - 1]} a {NAMES[metric.last.month - 1]}"


def measured(book, last) -> dict:
    """{(activity, metric, column): value} of what is not people; of spaces outside the plan, beside them."""
    told = {one.activity.name for one in book.spaces if one.activity.outside and one.held_on and one.held_on <= last}
    told |= {one.activity.name for one in book.metrics if one.activity.outside and one.is_people and one.last <= last}
    return {
        (metric.activity.name, metric.name, column(metric)): whole(metric.value)
        for metric in book.metrics
        if not metric.is_people and metric.activity.name not in told and book.first <= metric.last <= last
    }


def promised(book, first, last) -> dict:
    made = [promise for promise in book.promises if promise.was_made(last)]
    instances = list(dict.fromkeys(promise.instance for promise in made))

    def counts(rows) -> list[int]:
        tally = Counter(promise.stands(last) for promise in rows)
        return [len(rows), *(tally[name] for name in ("fulfilled", "overdue", "open", "undated", "closed"))]

    def due(rows) -> list[int]:
        tally = Counter(
            promise.stands(last) for promise in rows if promise.due_on <= last and promise.stands(last) != "undated"
        )
        return [sum(tally.values()), tally["fulfilled"], tally["overdue"]]

    before = [promise for promise in made if not promise.made_on or promise.made_on < first]
    start = [
        promise
        for promise in before
        if not (
            (promise.closed_on and promise.closed_on < first) or (promise.closed_until and promise.closed_until < first)
        )
    ]
    kept = [promise for promise in made if promise.stands(last) == "fulfilled"]
    still = [promise for promise in made if promise.stands(last) in ("overdue", "open", "undated")]
    return {
        "balance": counts(made),
        "instances": {name: counts([one for one in made if one.instance == name]) for name in instances},
        "due": due(made),
        "due by instance": {
            name: found for name in instances if (found := due([one for one in made if one.instance == name]))[0]
        },
        "period": [
            len(made) - len(before),
            sum(1 for one in made if one.closed_on and first <= one.closed_on <= last),
            sum(1 for one in made if one.closed_until and first <= one.closed_until <= last),
        ],
        "in time": [
            sum(1 for one in kept if one.closed_on and one.closed_on <= one.due_on),
            sum(1 for one in kept if one.closed_on and one.closed_on > one.due_on),
            sum(1 for one in kept if not one.closed_on),
        ],
        "equation": [
            len(start),
            len(made) - len(before),
            len(start) + len(made) - len(before) - len(still),
            len(still),
        ],
        "promises": {one.text: [written(one.due_on), one.stands(last)] for one in made},
        "late": {one.text: (last - one.due_on).days for one in made if one.stands(last) == "overdue"},
    }


def outside(book, first, last, is_whole) -> dict:
    """Spaces outside the plan: {name: people}."""
    held = [
        space
        for space in book.spaces
        if space.activity.outside and space.rules(last) and space.held_on and space.held_on <= last
    ]
    return {
        "outside": sorted(
            [space.activity.name, written(space.held_on), "–" if space.people is None else whole(space.people)]
            for space in held
            if is_whole or space.held_on >= first
        )
    }


# --- What a page says -------------------------------------------------------------------------------------------------


def numbers(text: str) -> list[str]:
    """The figures of a sentence, in their order, without the years of its dates nor the days of its months."""
    text = re.sub(r"«.*?»", "", text.replace("\u00a0", " "))
    text = re.sub(r"\d+ de (?:" + "|".join(NAMES) + r") de \d{4}|(?:" + "|".join(NAMES) + r") de \d{4}", "", text)
    return re.findall(r"\d+(?:\.\d{3})*(?:,\d)?(?: %)?", text)
