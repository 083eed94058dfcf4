"""Commitments counted again from their dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates
from display.dates import month_end
from recalculation.figure import Figure, Number, Of, figure, number, share
from recalculation.given import Commitment, Counts, Given, OfMonth

KEPT = ("reported_done", "verified")
Rule = tuple[str, str, str, Callable[[Commitment], bool]]  # name, what, in words, condition


def standing(row: Commitment, cutoff: date) -> str:
    """As the method says: fulfilled, overdue, open, closed without being fulfilled, or undated."""
    ends = (day for day in (row.closed_on, row.closed_until) if day is not None)
    if any(day <= cutoff for day in ends):
        return "fulfilled" if row.state in KEPT else "closed"
    if row.closed_until is not None:
        return "undated"
    return "overdue" if row.due_on < cutoff else "open"


def made(row: Commitment, cutoff: date) -> bool:
    if row.made_on is None or row.made_on <= cutoff:
        return True
    return row.made_precision == "month" and row.made_on <= month_end(cutoff)


def figures_of(given: Given) -> Iterator[Figure]:
    facts, edition = given.balance, given.edition
    rows = [row for row in given.rows.commitments if made(row, edition.cutoff)]
    at_cutoff, of_period = _at_cutoff(edition.cutoff), _of_period(edition.starts_on, edition.cutoff)
    numbers = _numbers(at_cutoff, rows, facts)
    ids = [row.id for row in rows]
    kept = _share(rows, facts, edition.cutoff)
    yield figure("compromisos", _("Compromisos, al corte"), Of.COMMITMENTS, [*numbers, kept], ids)
    for slug, name in PARTS.items():
        own = [one for one in numbers if one.key == name]
        if name == "due":
            own = [one for one in numbers if one.key in ("due", "fulfilled_due")]
            own.append(kept)
        yield figure(slug, _("Compromisos: %(what)s") % {"what": own[0].what.lower()}, Of.COMMITMENTS, own)
    title = _("Compromisos: %(period)s") % {"period": capfirst(edition.period)}
    yield figure("compromisos-periodo", title, Of.COMMITMENTS, _numbers(of_period, rows, facts), ids)
    if facts.kept_on_time is not None:
        title = _("Compromisos: a tiempo y tarde")
        yield figure("compromisos-a-tiempo", title, Of.COMMITMENTS, _numbers(_kept(edition.cutoff), rows, facts))
    if facts.ages is not None:
        title = _("Compromisos: los días hábiles de los vencidos")
        yield figure("compromisos-atraso", title, Of.COMMITMENTS, _aged(rows, facts.ages, edition.cutoff))
    yield from _instances(rows, given, at_cutoff)


# The big figures of a page, by the key of their address.
PARTS = {
    "compromisos-cumplimiento": "due",
    "compromisos-vencidos": "overdue",
    "compromisos-vencen": "due_today",
    "compromisos-sin-fecha": "undated",
}


def _numbers(rules: list[Rule], rows: list[Commitment], printed: Counts) -> list[Number]:
    found = []
    for name, what, rule, holds in rules:
        ids = [row.id for row in rows if holds(row)]
        found.append(number(name, what, rule, getattr(printed, name), len(ids), ids))
    return found


def _share(rows: list[Commitment], printed: Counts, cutoff: date) -> Number:
    [due] = [holds for name, _what, _rule, holds in _at_cutoff(cutoff) if name == "due"]
    of = [row for row in rows if due(row)]
    kept = [row for row in of if standing(row, cutoff) == "fulfilled"]
    return number(
        "percent",
        _("Cumplimiento"),
        _("Los cumplidos entre los que vencían ÷ los que vencían hasta el corte."),
        *(share(printed.fulfilled_due, printed.due), share(len(kept), len(of)), [row.id for row in of]),
    )


def _at_cutoff(cutoff: date) -> list[Rule]:
    def stands(*names: str) -> Callable[[Commitment], bool]:
        return lambda row: standing(row, cutoff) in names

    def has_come(row: Commitment) -> bool:
        return row.due_on <= cutoff

    def is_due(row: Commitment) -> bool:
        return has_come(row) and standing(row, cutoff) != "undated"

    def both(name: str) -> Callable[[Commitment], bool]:
        return lambda row: has_come(row) and standing(row, cutoff) == name

    return [
        ("made", _("Adquiridos"), _("Los que se adquirieron hasta el corte."), lambda row: True),
        (
            "fulfilled",
            _("Cumplidos"),
            _("Cerrados hasta el corte como cumplidos o verificados con la ciudadanía."),
            stands("fulfilled"),
        ),
        ("overdue", _("Vencidos"), _("Abiertos al corte, con plazo anterior a ese día."), stands("overdue")),
        ("open", _("En plazo"), _("Abiertos al corte, con plazo ese día o después."), stands("open")),
        (
            "undated",
            _("Cerrados, sin fecha"),
            _("Se cerraron un día que nadie registró, que pudo ser antes del corte o después."),
            stands("undated"),
        ),
        (
            "closed",
            _("Cerrados sin cumplir"),
            _("Cerrados hasta el corte de otra manera: no viables, incumplidos o pasados a otra vigencia."),
            stands("closed"),
        ),
        (
            "due",
            _("Vencían hasta el corte"),
            _("Con plazo hasta el corte, ese día incluido, sin los cerrados en un día que nadie registró."),
            is_due,
        ),
        (
            "fulfilled_due",
            _("Cumplidos de los que vencían"),
            _("De los que vencían hasta el corte, los cumplidos."),
            both("fulfilled"),
        ),
        ("due_today", _("Vencen el día del corte"), _("Abiertos cuyo plazo es el día del corte."), both("open")),
        (
            "closed_due",
            _("Cerrados sin cumplir, de los que vencían"),
            _("De los que vencían hasta el corte, los que se cerraron sin cumplir."),
            both("closed"),
        ),
        (
            "undated_due",
            _("Sin fecha de cierre, con el plazo cumplido"),
            _("De los cerrados un día que nadie registró, los de plazo hasta el corte."),
            both("undated"),
        ),
    ]


def _kept(cutoff: date) -> list[Rule]:
    """Of the fulfilled ones that say the day, against the deadline in force and against the first."""

    def days_late(row: Commitment, deadline: date) -> int | None:
        if standing(row, cutoff) != "fulfilled" or row.closed_on is None:
            return None
        return (row.closed_on - deadline).days

    def on_time(row: Commitment) -> bool:
        late = days_late(row, row.due_on)
        return late is not None and late <= 0

    def is_late(row: Commitment) -> bool:
        return (days_late(row, row.due_on) or 0) > 0

    def as_promised(row: Commitment) -> bool:
        late = days_late(row, row.promised_for or row.due_on)
        return late is not None and late <= 0

    return [
        (
            "kept_on_time",
            _("Cumplidos a tiempo"),
            _("Cumplidos en un día que se sabe, que es el del plazo que regía al corte o anterior."),
            on_time,
        ),
        (
            "kept_late",
            _("Cumplidos después del plazo"),
            _("Cumplidos en un día que se sabe, posterior al plazo que regía al corte."),
            is_late,
        ),
        (
            "kept_as_promised",
            _("Cumplidos dentro del primer plazo"),
            _("Cumplidos en un día que se sabe, que es el del primer plazo que se dijo o anterior."),
            as_promised,
        ),
    ]


def _aged(rows: list[Commitment], printed: Sequence[int], cutoff: date) -> list[Number]:
    """The overdue ones, by the working days between their deadline and the cut-off."""
    names = (
        _("Hasta 15 días hábiles"),
        _("De 16 a 30 días hábiles"),
        _("De 31 a 60 días hábiles"),
        _("Más de 60 días hábiles"),
    )
    rule = _(
        "Vencidos al corte, por los días hábiles que pasaron desde su plazo: no cuentan sábados, domingos ni festivos."
    )
    found: list[list[int]] = [[] for _name in names]
    for row in rows:
        if standing(row, cutoff) == "overdue":
            days = dates.working_days_between(row.due_on, cutoff)
            found[sum(days > last for last in (15, 30, 60))].append(row.id)
    return [
        number(f"age-{at}", name, rule, count, len(ids), ids)
        for at, (name, count, ids) in enumerate(zip(names, printed, found, strict=True), 1)
    ]


def _of_period(first: date, cutoff: date) -> list[Rule]:
    def is_old(row: Commitment) -> bool:
        return made(row, first - timedelta(days=1))

    def was_closed_before(row: Commitment) -> bool:
        return any(day is not None and day < first for day in (row.closed_on, row.closed_until))

    def is_closed(row: Commitment) -> bool:
        return any(day is not None and day <= cutoff for day in (row.closed_on, row.closed_until))

    day, end = dates.day(first), dates.day(cutoff)
    days = {"first": day, "last": end}
    return [
        (
            "open_at_start",
            _("Abiertos al comenzar"),
            _("Adquiridos antes del %(first)s y no cerrados antes de ese día.") % days,
            lambda row: is_old(row) and not was_closed_before(row),
        ),
        (
            "new",
            _("Nuevos"),
            _("Adquiridos del %(first)s al %(last)s.") % days,
            lambda row: not is_old(row),
        ),
        (
            "closed_in_period",
            _("Cerrados en el periodo"),
            _("Cerrados del %(first)s al %(last)s.") % days,
            lambda row: is_closed(row) and not (is_old(row) and was_closed_before(row)),
        ),
        (
            "open_at_end",
            _("Abiertos al corte"),
            _(
                "Los vencidos, los que están en plazo y los cerrados sin fecha: abiertos al comenzar + nuevos − "
                "cerrados."
            ),
            lambda row: standing(row, cutoff) in ("overdue", "open", "undated"),
        ),
    ]


def _instances(rows: list[Commitment], given: Given, rules: list[Rule]) -> Iterator[Figure]:
    """Those of each instance; a row says it in its place of the printed list."""
    facts, of = given.balance, defaultdict(list)
    names = [item.instance for item in facts.items]
    for row, name in zip(given.rows.commitments, names, strict=False):
        of[name].append(row)
    is_told = len(names) == len(given.rows.commitments)
    among = {row.id for row in rows}
    if is_told:
        yield from _months(of, among, facts.months, rules)
    for at, instance in enumerate(facts.instances if len(facts.instances) > 1 else (), 1):
        own = [row for row in of[instance.instance] if row.id in among] if is_told else []
        title = _("Compromisos de «%(name)s»") % {"name": instance.instance or _("Sin instancia")}
        yield figure(f"compromisos-instancia-{at}", title, Of.COMMITMENTS, _numbers(rules, own, instance))


def _months(
    of: dict[str, list[Commitment]], among: set[int], months: Sequence[OfMonth], rules: list[Rule]
) -> Iterator[Figure]:
    """Those of each instance that were made in each month."""
    for at, printed in enumerate(months, 1):
        own = [row for row in of[printed.instance] if row.id in among and _first(row.made_on) == printed.month]
        when = dates.month(printed.month) if printed.month else _("sin fecha")
        title = _("Compromisos de «%(name)s»: %(when)s")
        title = title % {"name": printed.instance or _("Sin instancia"), "when": when}
        yield figure(f"compromisos-mes-{at}", title, Of.COMMITMENTS, _numbers(rules, own, printed))


def _first(day: date | None) -> date | None:
    return day.replace(day=1) if day else None
