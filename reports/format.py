"""How figures and dates are written: one home for the PDF, the pages and the sheets.

Spanish of Colombia unless another language is active. Null prints a dash, zero prints 0, and a ratio of nothing prints
"no aplica": three different facts never look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from django.utils import formats, translation
from django.utils.translation import gettext as _

NO_BREAK = "\u00a0"
DASH = "–"

Number = int | Fraction | Decimal


def percent(ratio: Number | None) -> str:
    """A ratio (1 = all) as "96,6 %": one decimal, half up, no-break space; "no aplica" for None."""
    if ratio is None:
        return _("no aplica")
    return f"{_tenths(Fraction(ratio) * 100)}{NO_BREAK}%"


def whole(number: int | None) -> str:
    """A count as "1.234"; a dash for None (nobody reported it), 0 for none."""
    return DASH if number is None else _localized(number, 0)


def quantity(number: Number | None) -> str:
    """Units as "14", or "13,5" when some are executed in part; a dash for None."""
    if number is None:
        return DASH
    exact = Fraction(number)
    return _localized(int(exact), 0) if exact.denominator == 1 else _tenths(exact)


def measure(value: Number | None) -> str:
    """A measured value with the decimals that it was captured with: "12.151", "4,85"; a dash for None."""
    if value is None:
        return DASH
    plain = Decimal(value).normalize()
    return _localized(plain, max(0, -plain.as_tuple().exponent))


def words(number: int) -> str:
    """A count inside a sentence: "siete", and figures from ten on."""
    names = (
        _("ninguno"),
        _("uno"),
        _("dos"),
        _("tres"),
        _("cuatro"),
        _("cinco"),
        _("seis"),
        _("siete"),
        _("ocho"),
        _("nueve"),
    )
    return names[number] if number < len(names) else whole(number)


def day(on: date | None) -> str:
    """ "21 de noviembre de 2026"; a dash for None."""
    return DASH if on is None else _written(on, "DATE_FORMAT")


def short_day(on: date | None) -> str:
    """ "21 nov 2026", for table cells; a dash for None."""
    return DASH if on is None else _written(on, "j M Y").replace(" ", NO_BREAK)


def month(on: date | None) -> str:
    """ "noviembre de 2026"; a dash for None."""
    return DASH if on is None else _written(on, "YEAR_MONTH_FORMAT")


def period(code: str) -> str:
    """A report's period in words: "2020-09" is "septiembre de 2020"; "2020" and "2020-2021" stay as years."""
    if len(code) == len("2020-09"):
        return month(date.fromisoformat(f"{code}-01"))
    return code.replace("-", " a ")


def month_name(on: date) -> str:
    """ "noviembre", where the year is said elsewhere."""
    return _written(on, "F")


def span(first: date, last: date, *, year: bool = True) -> str:
    """A period in words: "12 de octubre de 2026", "octubre de 2026", "julio a diciembre de 2026"; else its two days.

    Without `year`, months of one year go alone ("julio a diciembre").
    """
    if first == last:
        return day(first)
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return _("%(first)s a %(last)s") % {"first": short_day(first), "last": short_day(last)}
    return months(first, last, year=year)


def months(first: date, last: date, *, year: bool = True) -> str:
    """The months that a period touches: "octubre de 2026", "julio a diciembre de 2026", "julio de 2025 a junio…"."""
    end = month(last) if year or first.year != last.year else month_name(last)
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = month_name(first) if first.year == last.year else month(first)
    return _("%(first)s a %(last)s") % {"first": start, "last": end}


def short_month(on: date) -> str:
    """ "nov", for the foot of a column."""
    return _written(on, "M")


def short_months(months: list[date]) -> list[str]:
    """ "jul", "ago"… and, when they fall in several years, the year under the first month of each."""
    first = {on.year: on for on in reversed(months)}
    if len(first) < 2:
        return [short_month(on) for on in months]
    return [short_month(on) + (f"\n{on.year}" if first[on.year] == on else "") for on in months]


def hexadecimal(fingerprint: str) -> str:
    """A fingerprint in groups of four, as people compare it: "7f3a 91c2"."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def enumeration(items: Iterable[str]) -> str:
    """ "a, b y c"."""
    *most, last = items
    return _("%(most)s y %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def tied(text: str) -> str:
    """A title whose short words stay with the word after them, so that no line ends in "de"."""
    return re.sub(r"\b(de|del|la|las|el|los|y|e|o|a|al|en|con|por) (?=\w)", rf"\1{NO_BREAK}", text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text written by a person, one string each."""
    return [" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _written(on: date, pattern: str) -> str:
    """The date as the active language writes it; Django gives Spanish months a capital that Spanish does not."""
    text = formats.date_format(on, pattern)
    return text.lower() if (translation.get_language() or "es").startswith("es") else text


def _tenths(exact: Fraction) -> str:
    """One decimal, half away from zero (Python and Django round half to even)."""
    rounded = floor(abs(exact) * 10 + Fraction(1, 2))
    return _localized(Decimal(rounded if exact >= 0 else -rounded).scaleb(-1), 1)


def _localized(number: int | Decimal, decimals: int) -> str:
    return formats.number_format(number, decimal_pos=decimals, use_l10n=True, force_grouping=True)
