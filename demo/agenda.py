"""Generates the sessions that a file gives only by month: days, people, results and what went wrong.

The generator is seeded by year and activity, so two loads of one year are equal.
"""

from datetime import date, timedelta
from random import Random

from display import dates

# Shares of the sessions: not held, among them without a reason, partly held of those of several units, reported late;
# and of the activities that meet, those with an extra session.
MISSED, UNEXPLAINED, PARTLY, LATE, EXTRA = 0.045, 0.008, 0.13, 0.05, 0.06


def expanded(story: dict) -> list[dict]:
    """The story's activities; one with `each_basin` is repeated per basin, led by its territorial office."""
    result = []
    for data in story["activities"]:
        for basin in story["calendar"]["basins"] if data.get("each_basin") else [None]:
            if basin is None:
                result.append(data)
            else:
                name = data["name"].replace("{basin}", basin["name"])
                key = f"{data['key']} {basin['name']}"
                result.append({**data, "key": key, "name": name, "lead": basin["lead"], "basin": basin})
    return result


def sessions(data: dict, calendar: dict, year: int) -> list[dict]:
    random = Random(f"{year} {data['name']}")
    result = [session(data, calendar, date(year, month, 1), random) for month in data["months"]]
    for position, entry in enumerate(result):
        if "topics" in data:
            entry["topics"] = data["topics"][position % len(data["topics"])]
        if "basin" in data:
            entry["place"] = data["basin"]["places"][position % 3]
            entry["locality"] = f"Cuenca del río {data['basin']['name']}"
    if "people" in data and random.random() < EXTRA:
        month = random.choice([month for month in range(2, 12) if month not in data["months"]])
        extra = session(data, calendar, date(year, month, 1), random)
        result.append({**meeting(data["people"], calendar, random), "on": extra["on"], "units": 0, "done": 1})
        result[-1]["topics"] = "Encuentro adicional que pidió la comunidad."
    return result


def session(data: dict, calendar: dict, month: date, random: Random) -> dict:
    by_month = data.get("precision") == "month"
    on = f"{month:%m}" if by_month else f"{workday(month, random):%m-%d}"
    late = random.random() < LATE
    entry = {"on": on, "units": data.get("units", 1), "lag": random.randint(40, 90) if late else random.randint(2, 11)}
    if "requests" in data:
        received = random.randint(*data["requests"])
        entry["ratio"] = [round(received * random.uniform(*data["share"])), received]
        return entry | {name: data[name] for name in ("reason", "footnote") if name in data}
    if "people" in data:
        entry |= meeting(data["people"], calendar, random)
    reasons = calendar["reasons_at_the_desk" if by_month else "reasons_in_the_field"]
    return entry | outcome(data["name"], entry["units"], month, reasons, random)


def workday(month: date, random: Random) -> date:
    # In December only its first half: nobody meets in the holidays.
    day = month.replace(day=random.randint(6, 14 if month.month == 12 else 25))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def outcome(name: str, units: int, month: date, reasons: list[str], random: Random) -> dict:
    """Empty when all was done; else `done`, mostly with `reason` and `footnote`, and `carried` late in the year."""
    chance = random.random()
    if chance >= (PARTLY if units > 1 else MISSED):
        return {}
    entry = {"done": units - 1}
    if chance < UNEXPLAINED:
        return entry
    entry["reason"] = random.choice(reasons)
    entry["footnote"] = f"{name}, {dates.month(month)}: {entry['reason'][0].lower()}{entry['reason'][1:]}"
    if month.month > 8 and units == 1:
        entry["carried"] = True
        entry["footnote"] += " Pasa a la vigencia {next}."
    return entry


def meeting(people: list[int], calendar: dict, random: Random) -> dict:
    came = random.randint(*people)
    entry = {"people": came, "questions": came // random.randint(5, 9), "comments": came // random.randint(4, 7)}
    entry["results"] = random.choice(calendar["results"])
    if random.random() < 0.4:
        entry["summary"] = random.choice(calendar["summaries"])
    return entry
