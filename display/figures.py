"""How figures are written in pages, PDF and sheets.

Null prints a dash, zero prints 0, and a ratio of nothing prints "no aplica": three facts that must differ in print.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from django.utils import formats
from django.utils.translation import gettext as _

NO_BREAK = "\u00a0"
DASH = "–"

Number = int | Fraction | Decimal


def percent(ratio: Number | None) -> str:
    """A ratio (1 = all) as "96,6 %": one decimal, half up but never up to a whole; "no aplica" for None."""
    if ratio is None:
        return _("no aplica")
    return f"{_tenths(short_of(Fraction(ratio)) * 100)}{NO_BREAK}%"


def points(now: Number | None, before: Number | None) -> str:
    """ "+3,4": from one ratio to another in percentage points, of both as they are printed; a dash for no ratio."""
    moved = moved_points(now, before)
    if moved is None:
        return DASH
    return f"{'+' if moved > 0 else '−' if moved < 0 else ''}{_tenths(abs(moved))}"


def moved_points(now: Number | None, before: Number | None) -> Fraction | None:
    """The same as a number, for data."""
    if now is None or before is None:
        return None
    tenths = [floor(short_of(Fraction(ratio)) * 1000 + Fraction(1, 2)) for ratio in (now, before)]
    return Fraction(tenths[0] - tenths[1], 10)


def short_of(ratio: Fraction, goal: Number = 1) -> Fraction:
    """The ratio; cut to a tenth of a percent when rounded it would read as a goal that it did not reach."""
    reads = Fraction(floor(ratio * 1000 + Fraction(1, 2)), 1000)
    return Fraction(floor(ratio * 1000), 1000) if ratio < goal <= reads else ratio


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
    """A measured value without trailing zeros: "12.151", "4,85"; a dash for None."""
    if value is None:
        return DASH
    plain = Decimal(value).normalize()
    return _localized(plain, max(0, -plain.as_tuple().exponent))


def of_goal(attended: int, received: int, goal: Number) -> str:
    """A percentage target by its two numbers: "337 de 348: 96,8 % de una meta de 100 %". `received`: not 0."""
    return _("%(attended)s de %(received)s: %(percent)s de una meta de %(goal)s") % {
        "attended": whole(attended),
        "received": whole(received),
        "percent": percent(short_of(Fraction(attended, received), Fraction(goal) / 100)),
        "goal": goal_percent(goal),
    }


def goal_percent(goal: Number) -> str:
    """A target of 95 as "95 %"."""
    return f"{measure(goal)}{NO_BREAK}%"


def words(number: int) -> str:
    """A count inside a sentence: "siete"; in figures from ten on."""
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


def typed(value: Decimal | None) -> str | None:
    """A decimal as people type it in a form: 4, not 4.00."""
    return None if value is None else f"{value.normalize():f}"


def done_of_total(done: Number | None, total: Number | None) -> str:
    return _("%(done)s de %(total)s") % {"done": quantity(done or 0), "total": quantity(total or 0)}


def n_slash(done: int, total: int) -> str:
    """ "199 / 206", on one line."""
    return f"{whole(done)}{NO_BREAK}/{NO_BREAK}{whole(total)}"


def _tenths(exact: Fraction) -> str:
    # Half away from zero: Python and Django round half to even.
    rounded = floor(abs(exact) * 10 + Fraction(1, 2))
    return _localized(Decimal(rounded if exact >= 0 else -rounded).scaleb(-1), 1)


def _localized(number: int | Decimal, decimals: int) -> str:
    return formats.number_format(number, decimal_pos=decimals, use_l10n=True, force_grouping=True)
