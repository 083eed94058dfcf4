"""How a value is written in a cell, and what a cell says when it comes back: import-export's widgets, one per type.

`render` gives what a cell holds: text, a number, a date, or None for an empty cell. `clean` takes what a cell holds
(text, Decimal, bool, date, time or None) and raises NoValue when it says none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _
from import_export.widgets import Widget

from display.message import Told
from display.text import normalise

SPANISH, LANGUAGES = "es-co", ("es-co", "en")
YES = frozenset(["si", "yes", "true", "verdadero", "1", "x"])
NO = frozenset(["no", "false", "falso", "0"])
# What no sheet can hold: it is left out on the way, and makes no difference on the way back.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,6})?)?")
_FIRST_YEAR = 1901  # before it, spreadsheet programs do not agree on dates


class NoValue(Told):
    """What a cell holds is no value of its column; its message says why and what to do."""


Cell = str | int | float | date | None  # as written
Value = str | Decimal | bool | date | time | None  # as read


class Text(Widget):
    def render(self, value: str | None, obj=None, **kwargs) -> Cell:
        return writable(value or "") or None

    def clean(self, value: Value, row=None, **kwargs) -> str:
        return "" if value is None else as_text(value)


class Choice(Widget):
    """A value of the field's catalogue by its Spanish label; those of both languages and the value itself come in."""

    def __init__(self, field: models.Field) -> None:
        super().__init__()
        self.field = field

    def render(self, value, obj=None, **kwargs) -> Cell:
        return self._labels().get(value, value) or None

    def clean(self, value: Value, row=None, **kwargs) -> str:
        words = normalise(as_text(value)) if value is not None else ""
        if not words:
            return ""
        if (choice := self._choices().get(words)) is None:
            raise NoValue(
                _("«%(value)s» no es uno de los valores posibles: %(choices)s."),
                value=as_text(value)[:60],
                choices=", ".join(self._labels().values()),
            )
        return choice

    @cache  # noqa: B019 - a widget lives as long as its class
    def _labels(self) -> dict[str, str]:
        with translation.override(SPANISH):
            return {value: str(label) for value, label in self.field.flatchoices if value}

    @cache  # noqa: B019 - as above
    def _choices(self) -> dict[str, str]:
        choices = {}
        for language in LANGUAGES:
            with translation.override(language):
                choices |= {normalise(str(label)): value for value, label in self.field.flatchoices if value}
        return {normalise(value): value for value, _label in self.field.flatchoices if value} | choices


class YesNo(Widget):
    def render(self, value: bool, obj=None, **kwargs) -> Cell:
        return "Sí" if value else "No"

    def clean(self, value: Value, row=None, **kwargs) -> bool:
        if value is None or isinstance(value, bool):
            return bool(value)
        words = normalise(as_text(value))
        if words in YES or words in NO:
            return words in YES
        raise NoValue(_("«%(value)s» no dice sí ni no. Escriba Sí o No."), value=as_text(value)[:60])


class Number(Widget):
    """A whole number, or one with the decimals of its field; as text where a cell would round it."""

    def __init__(self, places: int = 0) -> None:
        super().__init__()
        self.places = places

    def render(self, value: int | Decimal | None, obj=None, **kwargs) -> Cell:
        if value is None:
            return None
        exact = Decimal(value)
        if Decimal(f"{float(exact):.15g}") != exact:
            return f"{exact:.{self.places}f}"
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    def clean(
        self, value: Value, row=None, *, parse_number: Callable[[str], Decimal | None] | None = None, **kwargs
    ) -> int | Decimal | None:
        """`parse_number` reads a number as people write it («1.500,5»)."""
        if value is None:
            return None
        number = value if isinstance(value, Decimal) else self._parsed(as_text(value).strip(), parse_number)
        if number is None or isinstance(value, bool):
            raise NoValue(_("«%(value)s» no es un número."), value=as_text(value)[:60])
        if self.places:
            return number
        if number != number.to_integral_value():
            raise NoValue(_("«%(value)s» no es un número entero."), value=as_text(value)[:60])
        return int(number)

    def _parsed(self, text: str, parse_number) -> Decimal | None:
        people = parse_number(text) if parse_number else None  # first: «1.500» is 1500
        if people is None and _PLAIN.fullmatch(text) and len(text) < 40:
            return Decimal(text)
        return people


class Day(Widget):
    def render(self, value: date | None, obj=None, **kwargs) -> Cell:
        return value if value is None or value.year >= _FIRST_YEAR else value.isoformat()

    def clean(
        self, value: Value, row=None, *, parse_date: Callable[[str], date] | None = None, **kwargs
    ) -> date | None:
        """`parse_date` reads a date as people write it («15 de marzo de 2026»); it raises what it finds wrong."""
        if value is None or isinstance(value, date):
            return value
        if parse_date is None or not isinstance(value, str):
            raise NoValue(_("«%(value)s» no es una fecha."), value=as_text(value)[:60])
        return parse_date(value)


class Moment(Widget):
    """An instant, to be read only."""

    def render(self, value: datetime | None, obj=None, **kwargs) -> Cell:
        return value and f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def clean(self, value: Value, row=None, **kwargs) -> str:
        return "" if value is None else as_text(value)


class Hour(Widget):
    def render(self, value: time | None, obj=None, **kwargs) -> Cell:
        if value is None:
            return None
        return value.isoformat() if value.second or value.microsecond else f"{value:%H:%M}"

    def clean(self, value: Value, row=None, **kwargs) -> time | None:
        if value is None or isinstance(value, time):
            return value
        if not _HOUR.fullmatch(as_text(value).strip()):
            raise NoValue(_("«%(value)s» no es una hora. Escríbala como 14:30."), value=as_text(value)[:60])
        return time.fromisoformat(as_text(value).strip().zfill(5))


def widget_for(field: models.Field) -> Widget:
    """The widget of a field of a model."""
    if field.choices:
        return Choice(field)
    match field:
        case models.BooleanField():
            return YesNo()
        case models.DecimalField():
            return Number(field.decimal_places)
        case models.IntegerField():
            return Number()
        case models.DateTimeField():
            return Moment()
        case models.DateField():
            return Day()
        case models.TimeField():
            return Hour()
    return Text()


def writable(text: str) -> str:
    """The text as a cell can hold it: line breaks of one kind, no control characters."""
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_text(value: Any) -> str:
    """What a cell holds, as its reader sees it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return f"{value:f}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
    return str(value)
