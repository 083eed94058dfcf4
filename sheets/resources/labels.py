"""A row in a few words, as other sheets name it: the same going out and coming in."""

from __future__ import annotations

from datetime import date

from django.db.models import Model
from django.utils import translation

from activities.differential import in_words
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


def differential_label(told: dict[str, dict[str, int]], total: int | None) -> str:
    """A line for each variable: "Sexo: Mujer 12, Hombre 8"."""
    with translation.override(None):  # as the rest of the file
        found = in_words(told, total)
    return "\n".join(f"{name}: {', '.join(f'{value} {people}' for value, people in counts)}" for name, counts in found)


def extension_label(before: date, after: date, decided_on: date) -> str:
    return f"{before:%d/%m/%Y} → {after:%d/%m/%Y} ({decided_on:%d/%m/%Y})"


def label_of(kind: str, row: Model) -> str:
    """A row's own label, its parents being at hand."""
    match kind:
        case "phases":
            return phase_label(row.number, row.name)
        case "activities":
            return activity_label(row.number, row.name)
        case "sessions":
            return session_label(label_of("activities", row.activity), row.planned_on, row.planned_precision)
        case "attendance":
            return f"{label_of('sessions', row.session)} · {row.group.name}"
        case "metrics":
            return f"{label_of('activities', row.activity)} · {row.name}"
        case "commitments":
            return commitment_label(row.code, row.text)
        case "follow_ups":
            return f"{label_of('commitments', row.commitment)[:80]} · {row.on:%d/%m/%Y}"
    return str(row)
