"""Days, months, working days and the precision of a date: their arithmetic, and how they are written."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

import holidays
from django.db.models import TextChoices
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from display.figures import DASH, NO_BREAK, whole


class Precision(TextChoices):
    """With `month` the month's last day is stored, so that it is due only when the month is over."""

    DAY = "day", gettext_lazy("Día exacto")
    MONTH = "month", gettext_lazy("Solo el mes")


@lru_cache(5000)  # asked of every row of a report
def month_end(on: date) -> date:
    return on.replace(day=monthrange(on.year, on.month)[1])


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month that two days touch, whole or in part."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(count)]
    return [date(year, month + 1, 1) for year, month in months]


# --- Working days of Colombia -----------------------------------------------------------------------------------------
# A term in days counts working days alone (Ley 4 de 1913, art. 62), from the day after the fact: a petition is answered
# in 15 (Ley 1755 de 2015, art. 14). Holidays: Ley 51 de 1983 ("Ley Emiliani") and, since 2026, Ley 2578 de 2026.

ANSWER_TERM = 15  # working days in which a petition is answered
SATURDAY = 5  # it and Sunday: public entities work from Monday to Friday


def is_working_day(on: date) -> bool:
    return on.weekday() < SATURDAY and on not in _holidays(on.year)


def holiday(on: date) -> str:
    """Its name in the language of now, «Día de los Reyes Magos»; "" when it is none."""
    language = "es" if (get_language() or "es").startswith("es") else "en_US"
    # The library says of the Monday to which a feast moves that it is «(observado)»: nobody else does.
    return re.sub(r" \([^)]*\)", "", _holidays(on.year, language).get(on, ""))


def working_day(on: date, *, first: date, last: date, after: bool = True) -> date:
    """`on` itself, or the nearest working day after it (else before), as long as it is between `first` and `last`;
    towards the other side when it is not, and `on` when there is none."""
    for step in (1, -1) if after else (-1, 1):
        day = on
        while not is_working_day(day):
            day += timedelta(days=step)
        if first <= day <= last:
            return day
    return on


def add_working_days(on: date, number: int) -> date:
    """The last of `number` working days, counted from the day after `on`; `on` itself for 0. ValueError below 0."""
    if number < 0:
        raise ValueError("a term is not counted backwards")
    while number:
        on += timedelta(days=1)
        number -= is_working_day(on)
    return on


def working_days_between(first: date, last: date) -> int:
    """The working days after `first` up to and with `last`, as `add_working_days` counts them.

    Negative when `last` came before: for how many days a term has been over.
    """
    if last < first:
        return -working_days_between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    days = 5 * weeks + sum((last - timedelta(days=back)).weekday() < SATURDAY for back in range(rest))
    feasts = (feast for year in range(first.year, last.year + 1) for feast in _holidays(year))
    return days - sum(first < feast <= last and feast.weekday() < SATURDAY for feast in feasts)


def working_days_ago(on: date, number: int) -> date:
    """The latest day after which `number` working days passed by `on`: `working_days_between` of both gives them."""
    while number > 0:
        number -= is_working_day(on)
        on -= timedelta(days=1)
    return on


@cache
def _holidays(year: int, language: str = "es") -> dict[date, str]:
    # Whole before anybody asks: the library's own calendar grows by years as it is read, and two threads would meet.
    return dict(holidays.country_holidays("CO", years=year, language=language))


# --- In words ---------------------------------------------------------------------------------------------------------


def when(on: date, precision: str = Precision.DAY) -> str:
    """ "12 de octubre de 2020", or "octubre de 2020" when only the month is known."""
    return month(on) if precision == Precision.MONTH else day(on)


def day(on: date | None) -> str:
    """ "21 de noviembre de 2026"; a dash for None."""
    return DASH if on is None else _written(on, "DATE_FORMAT")


def short_day(on: date | None) -> str:
    """ "21 nov 2026", for table cells; a dash for None."""
    return DASH if on is None else f"{on.day} {short_month(on)} {on.year}".replace(" ", NO_BREAK)


def away(on: date, today: date) -> str:
    """ "hace 64 días", "ayer", "hoy", "mañana", "en 3 días"."""
    days = (on - today).days
    if abs(days) < 2:
        return _("hoy") if not days else _("mañana") if days > 0 else _("ayer")
    text = _("en %(n)s días") if days > 0 else _("hace %(n)s días")
    return text % {"n": whole(abs(days))}


def away_in_working_days(on: date, today: date) -> str:
    """ "hace 7 días hábiles", "ayer", "hoy", "mañana", "en 3 días hábiles"; of a weekend, "hace 2 días"."""
    days = working_days_between(today, on)
    if abs((on - today).days) < 2 or not days:
        return away(on, today)
    if days > 0:
        text = ngettext("en %(n)s día hábil", "en %(n)s días hábiles", days)
    else:
        text = ngettext("hace %(n)s día hábil", "hace %(n)s días hábiles", -days)
    return text % {"n": whole(abs(days))}


def moment(at: datetime) -> str:
    """ "21 nov 2026, 09:15" in this installation's time."""
    local = timezone.localtime(at)
    return f"{local.day} {short_month(local)} {local:%Y, %H:%M}"


def month(on: date | None) -> str:
    return DASH if on is None else _written(on, "YEAR_MONTH_FORMAT")


def period(code: str) -> str:
    """A report's period in words: "2020-09" is "septiembre de 2020"; "2020" and "2020-2021" stay as years."""
    if len(code) == len("2020-09"):
        return month(date.fromisoformat(f"{code}-01"))
    return code.replace("-", " a ")


def month_name(on: date) -> str:
    return _written(on, "F")


def weekday(on: date) -> str:
    """ "martes"."""
    return _written(on, "l").lower() if (get_language() or "es").startswith("es") else _written(on, "l")


def span(first: date, last: date, *, year: bool = True) -> str:
    """A period as "12 de octubre de 2026", "octubre de 2026", "julio a diciembre de 2026", or its two days.

    Without `year`, months of one year omit it ("julio a diciembre").
    """
    if first == last:
        return day(first)
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return _("%(first)s a %(last)s") % {"first": short_day(first), "last": short_day(last)}
    return months(first, last, year=year)


def days(first: date, last: date) -> str:
    """A period to say after "en": "octubre de 2026", "julio a diciembre de 2026", else "el día 12 de octubre de 2026",
    "los días 5 a 20 de marzo de 2026", "los días 5 de marzo a 20 de abril de 2026"."""
    if first == last:
        return _("el día %(day)s") % {"day": day(first)}
    if first.day == 1 and last == month_end(last):
        return months(first, last)
    start = _written(first, "DATE_FORMAT")
    if first.year == last.year:
        start = str(first.day) if first.month == last.month else _written(first, "MONTH_DAY_FORMAT")
    return _("los días %(first)s a %(last)s") % {"first": start, "last": day(last)}


def months(first: date, last: date, *, year: bool = True) -> str:
    """The months that a period touches: "octubre de 2026", "julio a diciembre de 2026", "julio de 2025 a junio…"."""
    end = month(last) if year or first.year != last.year else month_name(last)
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = month_name(first) if first.year == last.year else month(first)
    return _("%(first)s a %(last)s") % {"first": start, "last": end}


def short_month(on: date) -> str:
    text = _written(on, "M")
    return text.lower() if (get_language() or "es").startswith("es") else text  # Django capitalises it in Spanish too


def _written(on: date, form: str) -> str:
    # Of a moment only its day: two moments are equal in different days of different zones.
    return _words(date(on.year, on.month, on.day), form, get_language())


@lru_cache(5000)  # a report writes the same days thousands of times
def _words(on: date, form: str, language: str | None) -> str:
    return formats.date_format(on, form)


def short_months(months: list[date]) -> list[str]:
    """ "jul", "ago"… and, when they fall in several years, the year under the first month of each."""
    first = {on.year: on for on in reversed(months)}  # reversed: the earliest of each year stays
    if len(first) < 2:
        return [short_month(on) for on in months]
    return [short_month(on) + (f"\n{on.year}" if first[on.year] == on else "") for on in months]
