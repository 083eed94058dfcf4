"""Commitments counted again from their dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates
from display.dates import month_end
from recalculation.figure import Figure, Number, Of, figure, number, share
from recalculation.given import Commitment, Counts, Given

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


def _of_period(first: date, cutoff: date) -> list[Rule]:
    def is_old(row: Commitment) -> bool:
        return row.made_on is None or row.made_on < first

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
    if len(facts.instances) < 2:
        return
    names = [item.instance for item in facts.items]
    for row, name in zip(given.rows.commitments, names, strict=False):
        of[name].append(row)
    is_told = len(names) == len(given.rows.commitments)
    among = {row.id for row in rows}
    for at, instance in enumerate(facts.instances, 1):
        own = [row for row in of[instance.instance] if row.id in among] if is_told else []
        title = _("Compromisos de «%(name)s»") % {"name": instance.instance or _("Sin instancia")}
        yield figure(f"compromisos-instancia-{at}", title, Of.COMMITMENTS, _numbers(rules, own, instance))
