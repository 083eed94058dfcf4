"""A row in a few words, as other sheets name it: the same going out and coming in."""

from __future__ import annotations

from datetime import date

from display.dates import Precision

LONGEST = 200


def phase_label(number: int, name: str) -> str:
    return f"{number}. {name}"


def activity_label(number: str, name: str) -> str:
    return f"{number} {name}".strip()


def session_label(activity: str, planned_on: date, precision: str) -> str:
    day = f"{planned_on:%m/%Y}" if precision == Precision.MONTH else f"{planned_on:%d/%m/%Y}"
    return f"{activity} · {day}"


def commitment_label(code: str, text: str) -> str:
    return f"{code} {text}".strip()[:LONGEST]
