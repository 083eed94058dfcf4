"""Reads the demonstration's files into dicts, and their short dates ("04-17") into days of a year."""

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
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def of_year(data: Any, year: int) -> Any:
    """The same data with {last}, {year} and {next} replaced in every text by the years around `year`."""
    match data:
        case str():
            return data.replace("{last}", str(year - 1)).replace("{year}", str(year)).replace("{next}", str(year + 1))
        case dict():
            return {key: of_year(value, year) for key, value in data.items()}
        case list():
            return [of_year(value, year) for value in data]
    return data


def activities(story: dict, part: str, year: int) -> list[dict]:
    """The activities of a part ("past", "present", "draft") with their `sessions`; without any, only those
    that name their parts in `only`."""
    result = []
    for data in agenda.expanded(story):
        if part not in data.get("only", [part]) or (part == "draft" and "months" not in data):
            continue
        sessions = agenda.sessions(data, story["calendar"], year) if "months" in data else data.get(part, [])
        if sessions or "only" in data:
            result.append(of_year({**deepcopy(data), "sessions": sessions}, year))
    return result


def day(text: str, year: int) -> date:
    """ "04-17" in the year, "-04-17" in the one before, "+04-17" in the next. Nobody meets on Sunday: Saturday."""
    year += {"-": -1, "+": 1}.get(text[0], 0)
    month, number = text.lstrip("+-").split("-")
    on = date(year, int(month), int(number))
    return on - timedelta(days=1) if on.weekday() == 6 else on


def when(text: str, year: int) -> tuple[date, str]:
    """(day, precision) of "04-17", or of a month alone ("04"): its last day."""
    if "-" in text:
        return day(text, year), Precision.DAY
    return month_end(date(year, int(text), 1)), Precision.MONTH
