"""The sessions that a file does not write one by one: made from an activity's months, always the same for a year.

A seeded generator chooses days, people, results and what went wrong, so that two loads of one year are equal.
"""

from datetime import date, timedelta
from random import Random

from display import dates

# Shares of the sessions: not held, among them without a reason, partly held of those of several units, reported late;
# and of the activities that meet, those with an extra session.
MISSED, UNTOLD, PARTLY, LATE, EXTRA = 0.045, 0.008, 0.13, 0.05, 0.06


def expanded(story: dict) -> list[dict]:
    """The story's activities, those of `each_basin` once for every basin, led by its territorial office."""
    found = []
    for told in story["activities"]:
        for basin in story["calendar"]["basins"] if told.get("each_basin") else [None]:
            if basin is None:
                found.append(told)
            else:
                name = told["name"].replace("{basin}", basin["name"])
                key = f"{told['key']} {basin['name']}"
                found.append({**told, "key": key, "name": name, "lead": basin["lead"], "basin": basin})
    return found


def sessions(told: dict, calendar: dict, year: int) -> list[dict]:
    """An activity's sessions in the year, with what happens in each, in the words of the files."""
    random = Random(f"{year} {told['name']}")
    found = [session(told, calendar, date(year, month, 1), random) for month in told["months"]]
    for position, one in enumerate(found):
        if "topics" in told:
            one["topics"] = told["topics"][position % len(told["topics"])]
        if "basin" in told:
            one["place"] = told["basin"]["places"][position % 3]
            one["locality"] = f"Cuenca del río {told['basin']['name']}"
    if "people" in told and random.random() < EXTRA:
        month = random.choice([month for month in range(2, 12) if month not in told["months"]])
        extra = session(told, calendar, date(year, month, 1), random)
        found.append({**meeting(told["people"], calendar, random), "on": extra["on"], "units": 0, "done": 1})
        found[-1]["topics"] = "Encuentro adicional que pidió la comunidad."
    return found


def session(told: dict, calendar: dict, month: date, random: Random) -> dict:
    """One session of the month: its day, how long its report takes, and how it goes."""
    by_month = told.get("precision") == "month"
    on = f"{month:%m}" if by_month else f"{workday(month, random):%m-%d}"
    late = random.random() < LATE
    facts = {"on": on, "units": told.get("units", 1), "lag": random.randint(40, 90) if late else random.randint(2, 11)}
    if "requests" in told:
        received = random.randint(*told["requests"])
        facts["ratio"] = [round(received * random.uniform(*told["share"])), received]
        return facts | {name: told[name] for name in ("reason", "footnote") if name in told}
    if "people" in told:
        facts |= meeting(told["people"], calendar, random)
    reasons = calendar["reasons_at_the_desk" if by_month else "reasons_in_the_field"]
    return facts | outcome(told["name"], facts["units"], month, reasons, random)


def workday(month: date, random: Random) -> date:
    """A day of the month that is neither at its ends nor on a weekend."""
    day = month.replace(day=random.randint(6, 14 if month.month == 12 else 25))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def outcome(name: str, units: int, month: date, reasons: list[str], random: Random) -> dict:
    """Nothing when all was done; else how much was, mostly why not more, and in autumn that it passes to next year."""
    chance = random.random()
    if chance >= (PARTLY if units > 1 else MISSED):
        return {}
    facts = {"done": units - 1}
    if chance < UNTOLD:
        return facts
    facts["reason"] = random.choice(reasons)
    facts["footnote"] = f"{name}, {dates.month(month)}: {facts['reason'][0].lower()}{facts['reason'][1:]}"
    if month.month > 8 and units == 1:
        facts["carried"] = True
        facts["footnote"] += " Pasa a la vigencia {next}."
    return facts


def meeting(people: list[int], calendar: dict, random: Random) -> dict:
    """Who came, what they asked, and what came of it."""
    came = random.randint(*people)
    facts = {"people": came, "questions": came // random.randint(5, 9), "comments": came // random.randint(4, 7)}
    facts["results"] = random.choice(calendar["results"])
    if random.random() < 0.4:
        facts["summary"] = random.choice(calendar["summaries"])
    return facts
