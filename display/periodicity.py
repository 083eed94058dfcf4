"""What a periodicity says: the months that it names («enero y julio»), or how often («trimestral», «cada dos semanas»,
«el segundo martes de cada mes») and the days that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil import rrule

from display.dates import month_end
from display.message import Message
from display.text import normalise
from display.written_dates import MONTHS, Found, Precision, Span, read_dates

_EVERY = {"mensual": 1, "bimestral": 2, "trimestral": 3, "cuatrimestral": 4, "semestral": 6, "anual": 12}  # months
_ADVERB = re.compile(rf"\b({'|'.join(_EVERY)})(?:es|mente)?\b[\s:;,.(]*", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
_RANGE = re.compile(rf"\b({'|'.join(MONTHS)}) (?:a|hasta) ({'|'.join(MONTHS)})\b")


def months_named(words: str, span: Span) -> tuple[list[Found], Message | None]:
    """The months that a periodicity names («enero y julio», «Trimestral: marzo y junio»), and a doubt.

    None when it names none, or days; raises BadDate when a month does not fall inside the plan.
    """
    if not _MONTH.search(normalise(words)):
        return [], None
    found, doubt = read_dates(_ADVERB.sub(" ", words).strip(" )"), span)
    return (found, doubt) if all(one.precision == "month" for one in found) else ([], None)


def months_meant(words: str, span: Span) -> list[date]:
    """The last days of the months that «trimestral» would mean in this plan; none for words that say no interval."""
    match = _ADVERB.search(normalise(words))
    if match is None:
        return []
    every = _EVERY[match[1]]
    ends = (month_end(date(year, month, 1)) for year in range(span.starts_on.year, span.ends_on.year + 1)
            for month in range(every, 13, every))  # fmt: skip
    return [on for on in ends if span.holds(on, "month")]


def says_how_often(words: str) -> bool:
    """Whether the words only say an interval: «Trimestral», «mensualmente»."""
    return _ADVERB.fullmatch(normalise(words)) is not None


def months_from_to(words: str) -> tuple[int, int] | None:
    """(3, 10) of «mensual, de marzo a octubre»."""
    match = _RANGE.search(normalise(words))
    return (MONTHS.index(match[1]) + 1, MONTHS.index(match[2]) + 1) if match else None


# --- How often --------------------------------------------------------------------------------------------------------

LAST = -1
MONTHS_APART, WEEKS_APART = tuple(_EVERY.values()), (1, 2, 3, 4, 6, 8)
WORKING_WEEK = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Rule:
    """Every so many months, or weeks, and on which day; of months without any day, only the month is known.

    Weekdays are counted from Monday, 0. A month without its day 31 has its last one instead.
    """

    months: int = 0
    weeks: int = 0
    day: int | None = None  # of the month
    nth: int | None = None  # which `weekday` of the month, from 1; LAST
    weekday: int | None = None
    last_week: bool = False  # its last working day, which no holiday can take out of that week

    @property
    def precision(self) -> Precision:
        dated = self.weeks or self.day or self.nth or self.last_week
        return "day" if dated else "month"

    def dates(self, first: date, last: date, start: date | None = None) -> Iterator[date]:
        """Those between two days. Months are counted from that of `start`; without it, as the terms of the calendar
        end: of a quarter, in March and June."""
        if self.precision == "month":
            last = month_end(last)
        begin = max(first, start or first)
        if self.weeks:
            begin += timedelta((self.weekday - begin.weekday()) % 7)
            rule = rrule.rrule(rrule.WEEKLY, self._at(begin), self.weeks, until=self._at(last))
        else:
            every = {"interval": self.months} if start else {"bymonth": range(self.months, 13, self.months)}
            begin = begin.replace(day=1)
            rule = rrule.rrule(rrule.MONTHLY, self._at(begin), until=self._at(last), **every, **self._day())
        return (on.date() for on in rule if on.date() >= first)

    def _day(self) -> dict:
        if self.last_week:
            return {"byweekday": WORKING_WEEK, "bysetpos": LAST}
        if self.nth:
            return {"byweekday": rrule.weekday(self.weekday, self.nth)}
        if self.day is None:
            return {"bymonthday": LAST}
        return {"bymonthday": range(min(self.day, 28), self.day + 1), "bysetpos": LAST}

    @staticmethod
    def _at(on: date) -> datetime:
        return datetime.combine(on, time())


_NUMBERS = {"un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "seis": 6}
_NUMBER = rf"(?P<n>{'|'.join(_NUMBERS)}|\d{{1,2}})"
_PLACES = {"primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4, "ultimo": LAST}
_WEEKDAYS = {"lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6}
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})s?"
_TERMS = {"mes": 1, "bimestre": 2, "trimestre": 3, "cuatrimestre": 4, "semestre": 6, "ano": 12}
_MONTHS_WORDS = re.compile(
    rf"\b(?:(?P<adverb>{'|'.join(_EVERY)})(?:es|mente)?|cada (?P<term>{'|'.join(_TERMS)})"
    rf"|cada {_NUMBER} meses|(?P<all>todos los meses|mes a mes|(?:una|1) vez al mes))\b"
)
_WEEKS_WORDS = re.compile(
    rf"\b(?:cada {_NUMBER} semanas|(?P<fortnight>quincenal(?:mente)?|cada (?:quince|15) dias)"
    r"|semanal(?:es|mente)?|cada semana|todas las semanas|(?:una|1) vez (?:a la|por) semana)\b"
)
_NTH = re.compile(rf"\b(?P<place>{'|'.join(_PLACES)}) {_WEEKDAY}\b")
_EACH_WEEKDAY = re.compile(rf"\b(?:cada|los|todos los) {_WEEKDAY}\b")
_LAST_WEEK = re.compile(r"\bultima semana\b")
_LAST_DAY = re.compile(r"\b(?:ultimo dia|fin de mes)\b")
_DAY = re.compile(r"\b(?:el|dia|los dias) (?P<day>\d{1,2})\b")


def how_often(words: str) -> Rule | None:
    """«Cada mes», «trimestral, el segundo martes», «última semana de cada mes»; None for words that say no interval.

    A day of the month without an interval is of every month: «el segundo martes», «el día 15».
    """
    text = normalise(words)
    found = _day_of_month(text)
    if match := _WEEKS_WORDS.search(text):
        weeks = 2 if match["fortnight"] else _number(match["n"]) if match["n"] else 1
        named = re.search(rf"\b{_WEEKDAY}\b", text)
        return Rule(weeks=weeks, weekday=_WEEKDAYS[named["weekday"]] if named else 0) if weeks in WEEKS_APART else None
    if match := _MONTHS_WORDS.search(text):
        months = _EVERY.get(match["adverb"]) or _TERMS.get(match["term"]) or (_number(match["n"]) if match["n"] else 1)
        return Rule(months=months, **(found or {})) if months in MONTHS_APART else None
    if match := not found and _EACH_WEEKDAY.search(text):
        return Rule(weeks=1, weekday=_WEEKDAYS[match["weekday"]])
    return Rule(months=1, **found) if found else None


def _day_of_month(text: str) -> dict | None:
    if match := _NTH.search(text):
        return {"nth": _PLACES[match["place"]], "weekday": _WEEKDAYS[match["weekday"]]}
    if _LAST_WEEK.search(text):
        return {"last_week": True}
    if _LAST_DAY.search(text):
        return {"day": 31}
    if (match := _DAY.search(text)) and 1 <= int(match["day"]) <= 31:
        return {"day": int(match["day"])}
    return None


def _number(text: str) -> int:
    return _NUMBERS.get(text) or int(text)
