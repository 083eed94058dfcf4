"""Dates as people write them in a cell or a field, read against the dates of a plan."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_noop as _

from display.dates import month_end
from display.message import Day, Message, Told, message

Precision = Literal["day", "month"]  # as stored
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_OTHER_NAMES = {"setiembre": 9, "set": 9, "sept": 9, "jan": 1, "apr": 4, "aug": 8, "dec": 12}
_MONTH_NUMBERS = {name: n for n, name in enumerate(MONTHS, 1)} | {name[:3]: n for n, name in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= _OTHER_NAMES
_MONTH = rf"(?:{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
_TERMS = {"bimestre": 2, "trimestre": 3, "cuatrimestre": 4, "semestre": 6}  # in months
_TERM = "|".join(_TERMS)
_ORDINALS = {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_ORDINAL = rf"(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}|[1-6](?:er|do|to|o)?\.?)"
_YEAR = r"(?:\d{4}|'?\d{2})(?!\d)"
_OF = r"\s*(?:\bdel?\b|[-/,.|])?\s*"
# After a comma, the next date of a list and no year: «1 mayo, 15 de junio», «3 mar, 2026-09-02».
_NEXT = (
    rf"(?!\s*,\s*(?:\d{{1,2}}(?:(?:\s*,\s*|\s+[ye]\s+|\s*(?:\bal?\b|[-–])\s*)\d{{1,2}})*\s*(?:\bde\b\s*)?{_MONTH}"
    r"|\d{1,2}[-/.]\d|\d{4}[-/.]\d{1,2}[-/.]\d))"
)
_LONGEST = 400  # characters of a cell that can still be a list of dates

_DATE = re.compile(
    rf"(?P<y1>\d{{4}})\s*[-/.]\s*(?P<m1>\d{{1,2}})\s*[-/.]\s*(?P<d1>\d{{1,2}})(?!\d)"  # 2020-03-26
    rf"|(?P<d2>\d{{1,2}})\s*[-/.]\s*(?P<m2>\d{{1,2}})\s*[-/.]\s*(?P<y2>{_YEAR})"  # 26/03/20
    rf"|(?P<y3>\d{{4}}){_OF}(?P<n3>{_MONTH}){_OF}(?P<d3>\d{{1,2}})(?!\d)"  # 2020 | Marzo | 27
    rf"|(?P<d4>\d{{1,2}}(?:(?:\s*,\s*|\s+[ye]\s+|\s*(?:\bal?\b|\bhasta\b|[-–])\s*)\d{{1,2}}(?!\d))*)"  # 3, 10 y 17 de
    rf"{_OF}(?P<n4>{_MONTH})(?:{_NEXT}{_OF}(?P<y4>{_YEAR}))?"  # marzo de 2020
    rf"|(?P<n5>{_MONTH})\s*(?P<d5>\d{{1,2}})(?:\s*,\s*|\s+del?\s+|\s+)(?P<y5>\d{{4}})(?!\d)"  # Dec 11, 2020
    rf"|(?P<n6>{_MONTH})(?:{_NEXT}{_OF}(?P<y6>{_YEAR}))?"  # Nov 2020, Marzo
    rf"|(?P<d7>\d{{1,2}})/(?P<m7>\d{{1,2}})(?!\d|/)"  # 26/03
    rf"|(?P<o8>{_ORDINAL})\s*(?P<t8>{_TERM})(?:{_OF}(?P<y8>{_YEAR}))?"  # II trimestre de 2020
    rf"|(?P<t9>{_TERM})\s*(?P<o9>{_ORDINAL})\b(?:{_OF}(?P<y9>{_YEAR}))?"  # Semestre 1
)
_JOIN = re.compile(
    r"(?:[\s;,/|()•·*.–-]|\b(?:y|e|and|a|al|hasta|de|del|el|la|los|entre|desde|antes|mas tardar|maximo|corte|finales"
    r"|dias?|mes(?:es)?)\b)+"
)
_RANGE = re.compile(r"\b(?:a|al|hasta)\b|[-–]")
_IGNORED = re.compile(
    r"\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?\s?m\b\.?)?"
)
_DAYS = re.compile(r"\d{1,2}")
LEAP_YEAR = 2000  # of a date whose year nobody told


class BadDate(Told):
    """A text that is no date of this plan; its message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of a plan. A `loose` span only lends its year: what it dates may lie outside of it."""

    starts_on: date
    ends_on: date
    loose: bool = False

    def holds(self, on: date, precision: Precision = "day") -> bool:
        first = on.replace(day=1) if precision == "month" else on
        return self.loose or (first <= self.ends_on and on >= self.starts_on)

    def year(self, month: int, day: int | None = None) -> int:
        """The year in which this month, or day, falls inside the plan; BadDate when none or several do."""
        years = range(self.starts_on.year, self.ends_on.year + 1)
        strict = Span(self.starts_on, self.ends_on)
        dated = {year: _dated(year, month, day) for year in years if day is None or _exists(year, month, day)}
        if not dated:
            raise ValueError("no such day")
        inside = [year for year in dated if strict.holds(*dated[year])]
        if len(inside) == 1 or (inside and self.loose):
            return inside[0]
        if self.loose:
            return self.starts_on.year
        name = Day(date(LEAP_YEAR, month, day or 1), "month_day" if day else "month_name")
        if inside:
            raise BadDate(
                _("«%(date)s» cae en %(first)s y en %(second)s: escriba también el año."),
                date=name,
                first=str(inside[0]),
                second=str(inside[1]),
            )
        raise BadDate(
            _("«%(date)s» no cae dentro del plan (%(span)s). Corrija la fecha o las fechas del plan."),
            date=name,
            span=self.words,
        )

    @property
    def words(self) -> Message:
        return message(_("del %(first)s al %(last)s"), first=self.starts_on, last=self.ends_on)


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text; `joined` is what stands between it and the one before."""

    on: date
    precision: Precision
    joined: str = ""
    months: int = 1  # how many months a term lasts

    @property
    def first_day(self) -> date:
        if self.precision == "day":
            return self.on
        month = self.on.month - self.months + 1
        return date(self.on.year, month, 1)

    @property
    def ends_range(self) -> bool:
        return _RANGE.search(self.joined) is not None


def read_dates(value: object, span: Span) -> tuple[list[Found], Message | None]:
    """The planned dates in a cell, each once, and a doubt about them.

    A range («julio a octubre», «1 al 5 de junio de 2020») is one date, its end, with a doubt. Raises BadDate when the
    value is no date, does not exist, or lies outside a span that is not loose.
    """
    kept, doubt = read_every_date(value, span)
    return list({(one.on, one.precision): one for one in kept}.values()), doubt


def read_every_date(value: object, span: Span) -> tuple[list[Found], Message | None]:
    """As `read_dates`, with those that stand twice."""
    found, doubt = _scan(value, span)
    kept: list[Found] = []
    for one in found:
        if one.ends_range and kept:
            kept.pop()
            doubt = message(_("Es un periodo: se programa en su fin, %(date)s."), date=Day(one.on, one.precision))
        kept.append(one)
    for one in kept:
        if not span.holds(one.on, one.precision):
            raise BadDate(
                _("%(date)s queda fuera del plan (%(span)s). Corrija la fecha o las fechas del plan."),
                opens=True,
                date=Day(one.on, one.precision),
                span=span.words,
            )
    return kept, doubt


def holds_dates(text: str, span: Span) -> bool:
    """Whether a text is nothing but dates, inside the span or not."""
    if not any(character.isdigit() for character in text):
        return False
    try:
        return bool(read_dates(text, Span(span.starts_on, span.ends_on, loose=True))[0])
    except BadDate:
        return False


def read_period(value: object, span: Span) -> tuple[date, date]:
    """The first and last day of a month or period («Julio», «Julio-Octubre»); raises BadDate."""
    found, _doubt = _scan(value, Span(span.starts_on, span.ends_on, loose=True))
    return min(one.first_day for one in found), max(one.on for one in found)


def read_month(value: object) -> tuple[int, int | None, int] | None:
    """The month of a header («Julio», «jul-20», 2020-07-01), its year when written, and how many months it stands for.

    «Trimestre 2» is June, for 3 months. None when it is no month.
    """
    if isinstance(value, date):
        return value.month, value.year, 1
    match = _DATE.fullmatch(_plain(value).strip()) if isinstance(value, str) and len(value) < 30 else None
    if match is None or match.lastgroup is None:
        return None
    part = _parts(match)
    if "d" in part or "m" in part:
        return None
    month, months = _month(part)
    year = _year(part["y"]) if "y" in part else None
    return (month, year, months) if month <= 12 and year != 0 else None


def _scan(value: object, span: Span) -> tuple[list[Found], Message | None]:
    if isinstance(value, datetime):
        return [Found(value.date(), "day")], None
    if isinstance(value, date):
        return [Found(value, "day")], None
    if isinstance(value, int | float) and not isinstance(value, bool) and 30_000 <= value < 80_000:
        on = date(1899, 12, 30) + timedelta(days=int(value))
        return [Found(on, "day")], message(_("Es un número y no una fecha; se leyó como %(date)s."), date=on)
    example = f"{span.ends_on:%d/%m/%Y}"
    text = _plain(value)
    if len(text) > _LONGEST:
        raise BadDate(
            _("El texto es demasiado largo para ser una fecha. Escríbala como día/mes/año, por ejemplo %(example)s."),
            example=example,
        )
    matches, position, joined = [], 0, ""
    text = _IGNORED.sub(" ", text)
    while position < len(text):
        if match := _DATE.match(text, position):
            matches.append((match, joined))
            joined = ""
        elif match := _JOIN.match(text, position):
            joined += match[0]
        else:
            break
        position = match.end()
    if not matches or position < len(text):
        raise BadDate(
            _("«%(words)s» no es una fecha. Escríbala como día/mes/año, por ejemplo %(example)s."),
            words=_short(value),
            example=example,
        )
    found: list[Found] = []
    doubt, later_year = None, None
    for match, joined in reversed(matches):  # «28 de febrero y 30 de agosto de 2020»: the year may come last
        ones, later_year, some_doubt = _resolved(match, joined, span, later_year, str(value))
        found = ones + found
        doubt = some_doubt or doubt
    return found, doubt


def _resolved(match: re.Match, joined: str, span: Span, later_year: int | None, value: str):
    """The dates of one match, the year that it tells, and a doubt."""
    part = _parts(match)
    month, months = _month(part)
    days = [int(day) for day in _DAYS.findall(part.get("d", ""))]
    doubt = message(_("Es un periodo: se programa en su fin.")) if months > 1 else None
    if len(days) > 1 and _RANGE.search(part["d"]):
        doubt, days = message(_("Es un periodo: se programa en su último día.")), days[-1:]
    year = _year(part["y"]) if "y" in part else None
    if set(part) == {"n", "y"} and len(part["y"]) == 2 and not _is_near(year, span):
        days, year = [int(part["y"])], None  # «marzo 27» is a day, «nov-20» is a year
    if not 1 <= month <= 12:
        raise BadDate(
            _("«%(words)s» no existe en el calendario: no hay mes %(month)s. El orden es día/mes/año."),
            words=match[0].strip(),
            month=month,
        )
    told, found = year, []
    if year is None:
        year = later_year
    for day in days or [None]:
        try:
            on, precision = _dated(span.year(month, day) if year is None else year, month, day)
        except ValueError:
            raise BadDate(
                _("«%(words)s» no existe en el calendario. Revise el día y el mes: el orden es día/mes/año."),
                words=match[0].strip(),
            ) from None
        found.append(Found(on, precision, "," if found else joined, months))
    return found, later_year if told is None else told, doubt


def _parts(match: re.Match) -> dict[str, str]:
    """The groups of the alternative that matched, by the letter of their names."""
    kind = match.lastgroup[-1]
    return {name[0]: text for name, text in match.groupdict().items() if name[1] == kind and text}


def _month(part: dict[str, str]) -> tuple[int, int]:
    """The last month that a match names, and how many months it stands for."""
    if "t" in part:
        ordinal = part["o"].rstrip(".")
        months = _TERMS[part["t"]]
        return (_ORDINALS.get(ordinal) or int(ordinal[0])) * months, months
    return int(part["m"]) if "m" in part else _MONTH_NUMBERS[part["n"].rstrip(".")], 1


def _dated(year: int, month: int, day: int | None) -> tuple[date, Precision]:
    return (date(year, month, day), "day") if day is not None else (month_end(date(year, month, 1)), "month")


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= day <= month_end(date(year, month, 1)).day


def _year(text: str) -> int:
    digits = text.lstrip("'")
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _is_near(year: int, span: Span) -> bool:
    return span.starts_on.year - 1 <= year <= span.ends_on.year + 1


def _plain(value: object) -> str:
    """Lower case without accents, one line."""
    text = unicodedata.normalize("NFKD", str(value).replace("\n", " ; ").casefold())
    return "".join(letter for letter in text if not unicodedata.combining(letter)).replace("º", "").replace("°", "")


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"
