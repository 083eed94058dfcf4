"""A stored value in words, for pages, the audit trail, a plan's versions and the preview of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates, figures


@dataclass(frozen=True)
class Change:
    """A field's label with its value before and after, in words; empty when there was none."""

    label: str
    before: str
    after: str


def label(model: type[models.Model] | None, name: str, others: Mapping[str, Any] | None = None) -> str:
    """The label of a field, as in forms; `others` has the labels of names that are not fields of the model."""
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))
    except (FieldDoesNotExist, AttributeError):
        return capfirst(str((others or {}).get(name, name.replace("_", " "))))


def in_words(field: models.Field | None, value: Any) -> str:
    """A value of `field` in words, "" for none: labels of choices, yes or no, dates and numbers of the language.

    `value` is the field's own, or its text in a JSON column ("True", "2026-03-10", "2026-03" of a date known by its
    month).
    """
    if value is None or value in ("", "None"):
        return ""
    if isinstance(field, models.BooleanField) or isinstance(value, bool):
        return _("Sí") if value in (True, "True") else _("No")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str):
        value = _read(field, value)
    if isinstance(value, datetime):
        if timezone.is_naive(value):  # the trail keeps instants in UTC
            value = value.replace(tzinfo=UTC)
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return dates.day(value)
    if isinstance(value, time):
        return formats.time_format(value)
    if isinstance(value, Decimal):
        return figures.measure(value)
    if isinstance(value, int) and not isinstance(field, models.PositiveSmallIntegerField):  # years are not counts
        return figures.whole(value)
    return str(value)


def _read(field: models.Field | None, text: str) -> Any:
    if isinstance(field, models.DateField) and len(text) == len("2026-03"):
        return dates.month(date.fromisoformat(f"{text}-01"))
    if isinstance(field, models.DateField | models.TimeField | models.DecimalField):
        try:
            return field.to_python(text)
        except ValidationError:
            return text  # stored before the field changed
    return text


def filled(row: models.Model, names: Iterable[str]) -> list[tuple[str, str]]:
    values = ((label(type(row), name), in_words(row._meta.get_field(name), getattr(row, name))) for name in names)
    return [(title, words) for title, words in values if words]
