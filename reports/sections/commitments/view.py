"""What the commitments section shows: its sentences and tables, from its facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.standing import Standing
from commitments.tables import due_table, fulfilment, instance_table, kept_table, month_table
from display import dates, figures
from display.figures import DASH
from display.tables import Cell, Column, Kind, Table
from display.text import enumeration
from reports.headline import Tile

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.commitments import Facts, Item

MOST_MONTHS = 150  # rows by instance and month; of more, the data have them
MOST_FOLLOW_UPS = 200  # a table of more keeps the latest of each commitment
ORDER = (Standing.OVERDUE, Standing.OPEN, Standing.UNDATED, Standing.CLOSED, Standing.FULFILLED)


def view(facts: Facts, snapshot: Snapshot) -> dict:
    edition = snapshot.edition
    items = sorted(facts.items, key=lambda item: (ORDER.index(item.standing), item.due_on))
    told, rest = _parted(items, whole=edition.whole)
    period = [] if edition.whole else [new_table(items, edition.period), closed_table(items, edition.period)]
    return {
        "lead": lead(facts, of_part=bool(edition.dependency)),
        "tiles": tiles(facts) if facts.made else [],
        "sentences": [*filter(None, (due_sentence(facts), undated_sentence(facts), when_fulfilled(facts)))],
        "equation": equation(facts, whole=edition.whole),
        "instance_table": instance_table(facts, edition.cutoff),
        "due_table": due_table(facts),
        "kept_table": kept_table(facts),
        "month_table": month_table(facts) if len(facts.months) <= MOST_MONTHS else None,
        "period_sentence": "" if edition.whole else period_sentence(facts, edition.period),
        "period_tables": [table for table in period if table],
        "overdue_table": overdue_table(items),
        "unkept_table": unkept_table(item for item in items if item not in told),
        "follow_up_table": follow_up_table(items, None if edition.whole else (edition.starts_on, edition.period)),
        "item_table": item_table(rest, edition.cutoff),
        "is_all": len(rest) == len(items),
    }


def _parted(items: Iterable[Item], *, whole: bool) -> tuple[list[Item], list[Item]]:
    """(those that the tables of the report's days tell whole, those that no table but the last has)."""
    told = [item for item in items if not whole and item.closed_in_period and item.closed_on]
    apart = (Standing.OVERDUE, Standing.CLOSED)
    new = [item for item in items if not whole and item.made_in_period]
    return told, [item for item in items if item.standing not in apart and item not in told and item not in new]


def are_told(snapshot: Snapshot) -> bool:
    """Whether the report tells of the plan's commitments, be they none: not that of components, nor the document of
    the plan or that of a month, nor one whose entity does not include them."""
    of_components = snapshot.facts("componentes") or snapshot.leaves_out("componentes")
    of_document = snapshot.facts("matriz") or snapshot.facts("formato")
    of_others = of_components or of_document or snapshot.leaves_out("compromisos")
    return bool(snapshot.facts("compromisos")) or not of_others


def tokens(facts: Facts) -> dict[str, str]:
    return {
        "compromisos adquiridos": figures.whole(facts.made),
        "compromisos cumplidos": figures.whole(facts.fulfilled),
        "compromisos vencidos": figures.whole(facts.overdue),
        "cumplimiento de compromisos": fulfilment(facts),
    }


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("compromisos")
    if facts is None or not facts.made:
        return
    yield _("Compromisos cumplidos al corte: {compromisos cumplidos} de {compromisos adquiridos}.")
    if facts.overdue:
        yield _("Compromisos vencidos al corte: {compromisos vencidos}.")
        yield from oldest_in_words(facts)


def oldest_in_words(facts: Facts) -> Iterator[str]:
    if oldest := oldest_overdue(facts):
        yield _("El más antiguo de los vencidos lo está desde el %(day)s.") % {"day": dates.day(oldest)}


def oldest_overdue(facts: Facts) -> date | None:
    return min((item.due_on for item in facts.items if item.standing == Standing.OVERDUE), default=None)


# --- Sentences --------------------------------------------------------------------------------------------------------


def lead(facts: Facts, *, of_part: bool = False) -> str:
    """`of_part`: of a dependency."""
    if not facts.made:
        return nothing(of_part=of_part)
    head = ngettext(
        "Hasta el corte se adquirió %(n)s compromiso con la ciudadanía",
        "Hasta el corte se adquirieron %(n)s compromisos con la ciudadanía",
        facts.made,
    )
    if of_part:
        head = ngettext(
            "Hasta el corte la dependencia responde de %(n)s compromiso con la ciudadanía",
            "Hasta el corte la dependencia responde de %(n)s compromisos con la ciudadanía",
            facts.made,
        )
    counts = (
        (facts.fulfilled, ngettext("%(n)s cumplido", "%(n)s cumplidos", facts.fulfilled)),
        (facts.overdue, ngettext("%(n)s vencido", "%(n)s vencidos", facts.overdue)),
        (facts.open, ngettext("%(n)s en plazo", "%(n)s en plazo", facts.open)),
        (facts.undated, ngettext("%(n)s cerrado, sin fecha", "%(n)s cerrados, sin fecha", facts.undated)),
        (facts.closed, ngettext("%(n)s cerrado sin cumplir", "%(n)s cerrados sin cumplir", facts.closed)),
    )
    # Parts with a comma of their own are told apart by semicolons.
    said = [text % {"n": figures.whole(count)} for count, text in counts if count]
    parts = "; ".join(said) if facts.undated else enumeration(said)
    return f"{head % {'n': figures.whole(facts.made)}}: {parts}."


def nothing(*, of_part: bool) -> str:
    if of_part:
        return _("La dependencia no responde de ningún compromiso registrado al corte.")
    return _("No hay compromisos registrados al corte.")


def due_sentence(facts: Facts) -> str:
    """ "De 9 que vencían hasta el corte: 6 cumplidos, 2 vencidos y 1 que vence ese mismo día."; "" when none was."""
    if not facts.due:
        return ""
    counts = (
        (facts.fulfilled_due, ngettext("%(n)s cumplido", "%(n)s cumplidos", facts.fulfilled_due)),
        (facts.overdue, ngettext("%(n)s vencido", "%(n)s vencidos", facts.overdue)),
        (
            facts.due_today,
            ngettext("%(n)s que vence el día del corte", "%(n)s que vencen el día del corte", facts.due_today),
        ),
        (facts.closed_due, ngettext("%(n)s cerrado sin cumplir", "%(n)s cerrados sin cumplir", facts.closed_due)),
    )
    head = ngettext("De %(n)s que vencía hasta el corte", "De %(n)s que vencían hasta el corte", facts.due)
    parts = enumeration(text % {"n": figures.whole(count)} for count, text in counts if count)
    return _("%(head)s: %(parts)s. El cumplimiento es de %(percent)s.") % {
        "head": head % {"n": figures.whole(facts.due)},
        "parts": parts,
        "percent": fulfilment(facts),
    }


def undated_sentence(facts: Facts) -> str:
    """Of those that may have been closed at the cut-off or not; "" when there is none."""
    if not facts.undated:
        return ""
    latest = max(item.closed_until for item in facts.items if item.standing == Standing.UNDATED)
    text = ngettext(
        "De los compromisos, %(n)s se cerró en un día que nadie registró, a más tardar el %(day)s: no se sabe si al "
        "corte ya estaba cerrado, y no cuenta como cumplido, ni como vencido, ni entre los que vencían.",
        "De los compromisos, %(n)s se cerraron en un día que nadie registró, a más tardar el %(day)s: no se sabe si al "
        "corte ya estaban cerrados, y no cuentan como cumplidos, ni como vencidos, ni entre los que vencían.",
        facts.undated,
    )
    return text % {"n": figures.whole(facts.undated), "day": dates.day(latest)}


def when_fulfilled(facts: Facts) -> str:
    """ "De los cumplidos: 3 a tiempo, 1 después del plazo y 2 en un día que nadie registró."; "" when none is."""
    on_time, late = facts.kept_on_time, facts.kept_late
    if on_time is None:  # of a report published before they were counted
        known = [item for item in facts.items if item.standing == Standing.FULFILLED and item.closed_on]
        on_time = sum(item.closed_on <= item.due_on for item in known)
        late = len(known) - on_time
    counts = (
        (on_time, _("%(n)s a tiempo")),
        (late, _("%(n)s después del plazo")),
        (facts.fulfilled - on_time - late, _("%(n)s en un día que nadie registró")),
    )
    parts = [text % {"n": figures.whole(count)} for count, text in counts if count]
    if not parts:
        return ""
    said = _("De los cumplidos: %(parts)s.") % {"parts": enumeration(parts)}
    if facts.kept_as_promised in (None, on_time):
        return said
    text = _("Contra el primer plazo que se dijo a la ciudadanía: %(kept)s a tiempo y %(late)s después.")
    first = {"kept": figures.whole(facts.kept_as_promised), "late": figures.whole(facts.kept_after_promise)}
    return f"{said} {text % first}"


def equation(facts: Facts, *, whole: bool) -> str:
    if not facts.made:
        return ""
    head = (
        _("Desde el comienzo del plan hasta el corte") if whole else _("Desde el comienzo del periodo hasta el corte")
    )
    start, end = facts.open_at_start, facts.open_at_end
    sum_of = (
        (start, ngettext("%(n)s abierto", "%(n)s abiertos", start)),
        (facts.new, ngettext("%(n)s nuevo", "%(n)s nuevos", facts.new)),
        (facts.closed_in_period, ngettext("%(n)s cerrado", "%(n)s cerrados", facts.closed_in_period)),
        (end, ngettext("%(n)s abierto", "%(n)s abiertos", end)),
    )
    terms = [text % {"n": figures.whole(count)} for count, text in sum_of]
    undated = ngettext("%(n)s cerrado, sin fecha", "%(n)s cerrados, sin fecha", facts.undated)
    aside = _(", contando %(undated)s") % {"undated": undated % {"n": figures.whole(facts.undated)}}
    return "{}: {} + {} − {} = {}{}.".format(head, *terms, aside if facts.undated else "")


def period_sentence(facts: Facts, period: str) -> str:
    """Of the report's days alone, apart from the balance to date."""
    new = sum(item.made_in_period for item in facts.items)
    closed = [item for item in facts.items if item.closed_in_period]
    unknown = sum(item.closed_until is not None for item in closed)
    known = len(closed) - unknown
    made_text = ngettext("se adquirió %(n)s compromiso", "se adquirieron %(n)s compromisos", new)
    closed_text = ngettext("se cerró %(n)s", "se cerraron %(n)s", known)
    sentence = _("En %(period)s %(made)s y %(closed)s.") % {
        "period": period,
        "made": made_text % {"n": figures.whole(new)},
        "closed": closed_text % {"n": figures.whole(known)},
    }
    if not unknown:
        return sentence
    text = ngettext(
        "Otro, cerrado a más tardar en este periodo, no dice qué día: pudo ser antes.",
        "Otros %(n)s, cerrados a más tardar en este periodo, no dicen qué día: pudo ser antes.",
        unknown,
    )
    return f"{sentence} {text % {'n': figures.whole(unknown)}}"


def tiles(facts: Facts) -> list[Tile]:
    found = [Tile(figures.whole(facts.made), _("adquiridos hasta el corte"), key="compromisos")]
    if facts.due:
        label = _("cumplidos / los que vencían hasta el corte: %(percent)s")
        label %= {"percent": fulfilment(facts)}
        found.append(Tile(figures.n_slash(facts.fulfilled_due, facts.due), label, key="compromisos-cumplimiento"))
    elif facts.undated_due:
        found.append(Tile(DASH, _("el cumplimiento: nadie registró qué día se cerraron los que vencían")))
    else:
        found.append(Tile(_("no aplica"), _("el cumplimiento: ninguno vencía hasta el corte")))
    if oldest := oldest_overdue(facts):
        label = _("vencidos; el más antiguo vencía el %(day)s") % {"day": dates.day(oldest)}
        found.append(Tile(figures.whole(facts.overdue), label, attention=True, key="compromisos-vencidos"))
    else:
        found.append(Tile(figures.whole(facts.overdue), _("vencidos"), key="compromisos-vencidos"))
    if facts.due_today:
        label = ngettext("vence el día del corte", "vencen el día del corte", facts.due_today)
        found.append(Tile(figures.whole(facts.due_today), label, key="compromisos-vencen"))
    if facts.undated:
        label = ngettext("cerrado, sin fecha", "cerrados, sin fecha", facts.undated)
        found.append(Tile(figures.whole(facts.undated), label, key="compromisos-sin-fecha"))
    return found


# --- Tables -----------------------------------------------------------------------------------------------------------


def _promise(item: Item, *, with_responsible: bool = False) -> Cell:
    aside = (item.code, item.instance, item.responsible if with_responsible else "")
    return Cell(item.text, aside=" · ".join(filter(None, aside)))


def _due(item: Item) -> date | Cell:
    """The deadline in force at the cut-off, with the one that was told first if it is another."""
    if item.promised_for is None:
        return item.due_on
    return Cell(item.due_on, aside=_("se prometió para el %(day)s") % {"day": dates.short_day(item.promised_for)})


def _standing(item: Item) -> Cell:
    words = {
        Standing.FULFILLED: item.state,
        Standing.CLOSED: item.state,
        Standing.UNDATED: str(Standing.UNDATED.label),
        Standing.OVERDUE: str(Standing.OVERDUE.label),
        Standing.OPEN: _("Vence el día del corte") if item.is_due_today else str(Standing.OPEN.label),
    }
    aside = item.state if item.standing == Standing.UNDATED else _late(item)
    sign = "unknown" if item.standing == Standing.UNDATED else item.standing
    return Cell(words[item.standing], aside=aside, state=sign)


def _late(item: Item) -> str:
    if not item.days_overdue:
        return ""
    return ngettext("hace %(n)s día", "hace %(n)s días", item.days_overdue) % {"n": figures.whole(item.days_overdue)}


def _closed(item: Item) -> str:
    """The day; "" of one that was not closed."""
    if item.closed_on:
        return dates.short_day(item.closed_on)
    return _("sin fecha") if item.closed_until else ""


def _followed(item: Item) -> str:
    if not item.follow_ups:
        return DASH
    last = item.follow_ups[0]
    return f"{dates.short_day(last.on)}, {last.progress}{figures.NO_BREAK}%: {last.done}"


def new_table(items: Iterable[Item], period: str) -> Table:
    rows = [
        (_promise(item), item.responsible or DASH, item.made, _due(item), _standing(item))
        for item in items
        if item.made_in_period
    ]
    return Table(
        _("Compromisos adquiridos en %(period)s") % {"period": period},
        (
            Column(_("Compromiso")),
            Column(_("Responsable")),
            Column(_("Adquirido"), Kind.DATE),
            Column(_("Vence"), Kind.DATE),
            Column(_("Estado")),
        ),
        tuple(rows),
    )


def closed_table(items: Iterable[Item], period: str) -> Table:
    """Those that say the day; of the others nobody knows that it was in the period."""
    rows = [
        (
            _promise(item, with_responsible=True),
            item.made or None,
            _due(item),
            item.closed_on,
            _standing(item),
            item.reason,
        )
        for item in items
        if item.closed_in_period and item.closed_on
    ]
    has_reason = any(row[-1] for row in rows)
    return Table(
        _("Compromisos cerrados en %(period)s") % {"period": period},
        (
            Column(_("Compromiso")),
            Column(_("Adquirido"), Kind.DATE),
            Column(_("Vencía"), Kind.DATE),
            Column(_("Cerrado"), Kind.DATE),
            Column(_("Estado")),
            *((Column(_("Motivo")),) if has_reason else ()),
        ),
        tuple(row if has_reason else row[:-1] for row in rows),
    )


def overdue_table(items: Iterable[Item]) -> Table:
    late = [item for item in items if item.standing == Standing.OVERDUE]
    has_follow_up = any(item.follow_ups for item in late)
    longest = max((item.days_overdue for item in late), default=0)
    title = ngettext(
        "El más antiguo lleva %(n)s día de atraso",
        "El más antiguo lleva %(n)s días de atraso",
        longest,
    )
    return Table(
        title % {"n": figures.whole(longest)},
        (
            Column(_("Compromiso")),
            Column(_("Responsable")),
            Column(_("Adquirido"), Kind.DATE),
            Column(_("Vencía"), Kind.DATE),
            Column(_("Días de atraso"), Kind.COUNT),
            *((Column(_("Último seguimiento")),) if has_follow_up else ()),
        ),
        tuple(
            (
                _promise(item),
                item.responsible or DASH,
                item.made or None,
                _due(item),
                Cell(item.days_overdue, attention=True),
                *((_followed(item),) if has_follow_up else ()),
            )
            for item in late
        ),
    )


def unkept_table(items: Iterable[Item]) -> Table:
    return Table(
        _("Por qué no se cumplieron"),
        (
            Column(_("Compromiso")),
            Column(_("Adquirido"), Kind.DATE),
            Column(_("Vencía"), Kind.DATE),
            Column(_("Cómo se cerró")),
            Column(_("Motivo")),
        ),
        tuple(
            (
                _promise(item, with_responsible=True),
                item.made or None,
                _due(item),
                Cell(item.state, aside=_closed(item)),
                item.reason,
            )
            for item in items
            if item.standing == Standing.CLOSED
        ),
    )


def follow_up_table(items: Iterable[Item], since: tuple[date, str] | None) -> Table:
    """`since`: first day and words of the report's days; without them, all until the cut-off."""
    rows = [(item, row) for item in items for row in item.follow_ups if since is None or row.on >= since[0]]
    title = _("Seguimientos en %(period)s") % {"period": since[1]} if since else _("Seguimientos hasta el corte")
    if len(rows) > MOST_FOLLOW_UPS:
        rows = [(item, row) for item, row in rows if row is item.follow_ups[0]]
        title = _("El último seguimiento de cada compromiso")
    return Table(
        title,
        (
            Column(_("Compromiso")),
            Column(_("Fecha"), Kind.DATE),
            Column(_("Avance"), Kind.PERCENT),
            Column(_("Qué se hizo")),
        ),
        tuple((_promise(item), row.on, f"{row.progress}{figures.NO_BREAK}%", row.done) for item, row in rows),
    )


def item_table(items: Sequence[Item], cutoff: date) -> Table:
    """Of those that no other table has. Whoever answers for all of them is said once, under the table."""
    answering = {item.responsible for item in items}
    is_shared = len(items) > 1 and len(answering) == 1 and answering != {""}
    return Table(
        _("De los que están en plazo a los cumplidos, con corte al %(day)s") % {"day": dates.day(cutoff)},
        (
            Column(_("Compromiso")),
            Column(_("Adquirido"), Kind.DATE),
            Column(_("Vence"), Kind.DATE),
            Column(_("Cerrado"), Kind.DATE),
            Column(_("Estado")),
        ),
        tuple(
            (
                _promise(item, with_responsible=not is_shared),
                item.made or None,
                _due(item),
                _closed(item),
                _standing(item),
            )
            for item in items
        ),
        notes=(_("Responsable de todos los de esta tabla: %(names)s.") % {"names": answering.pop()},)
        if is_shared
        else (),
    )
