"""What the demonstration's files tell, read into dicts; and their short dates ("04-17") made days of a year."""

import tomllib
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo import agenda
from display.dates import Precision, month_end

FOLDER = Path(__file__).parent
NAMES = ("san-jacinto", "agencia-de-rios")


def read(name: str) -> dict:
    """One entity's file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def of_year(told: Any, year: int) -> Any:
    """The same, with {last}, {year} and {next} said in every text."""
    match told:
        case str():
            return told.replace("{last}", str(year - 1)).replace("{year}", str(year)).replace("{next}", str(year + 1))
        case dict():
            return {key: of_year(value, year) for key, value in told.items()}
        case list():
            return [of_year(value, year) for value in told]
    return told


def activities(story: dict, part: str, year: int) -> list[dict]:
    """The activities of a part ("past", "present", "draft"), each with its `sessions`; without any it is not in it."""
    found = []
    for told in agenda.expanded(story):
        if part not in told.get("only", [part]) or (part == "draft" and "months" not in told):
            continue
        sessions = agenda.sessions(told, story["calendar"], year) if "months" in told else told.get(part, [])
        if sessions or "only" in told:
            found.append(of_year({**deepcopy(told), "sessions": sessions}, year))
    return found


def day(text: str, year: int) -> date:
    """ "04-17" in the year, "-04-17" in the one before, "+04-17" in the next. Nobody meets on Sunday: Saturday."""
    year += {"-": -1, "+": 1}.get(text[0], 0)
    month, number = text.lstrip("+-").split("-")
    on = date(year, int(month), int(number))
    return on - timedelta(days=1) if on.weekday() == 6 else on


def when(text: str, year: int) -> tuple[date, str]:
    """A day, or a month alone ("04"): its last day, and how exactly it is known."""
    if "-" in text:
        return day(text, year), Precision.DAY
    return month_end(date(year, int(text), 1)), Precision.MONTH
