"""The figures of a report counted by a program that knows nothing of ours.

It knows the rules of docs/architecture.md and what the pages call things, and imports no code of the project.
"""

import re
from collections import Counter, defaultdict
from datetime import date

from tests.reports.given import NAMES, Book, Space, end


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
        rows = list(rows)
        planned, done = figure(rows)
        if planned and not any(space.told(last) or space.reason for space in rows):
            return [whole(planned), "–", "sin reporte"]
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
