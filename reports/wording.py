"""The sentences of a report about its own figures, the same in the PDF and on the pages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display.dates import day
from display.figures import percent, quantity, whole, words
from display.text import enumeration
from reports.facts import Block, CommitmentFacts, Edition, ExecutionFacts, Figure


def execution(facts: ExecutionFacts, edition: Edition) -> str:
    return " ".join(filter(None, (_of_spaces(facts, edition), targets(facts))))


def _of_spaces(facts: ExecutionFacts, edition: Edition) -> str:
    if facts.only_targets:
        return _("El plan solo tiene metas en porcentaje, que no se cuentan como espacios.")
    if edition.kind != "monthly" or facts.period is None:
        if not facts.total.planned:
            return _("El plan no tiene espacios programados hasta el %(day)s.") % {"day": day(edition.cutoff)}
        return f"{_done(facts.total)} {_shortfall(facts.total)}".strip()
    if facts.period.planned:
        done = _done(facts.period)
        sentence = _("En %(period)s %(done)s") % {"period": edition.period, "done": done[:1].lower() + done[1:]}
        sentence = f"{sentence} {_shortfall(facts.period)}".strip()
    else:
        sentence = _("En %(period)s no había espacios programados.") % {"period": edition.period}
    if not facts.total.planned:
        return sentence
    return f"{sentence} " + _("En lo corrido del plan van %(executed)s de %(planned)s: %(percent)s.") % {
        "executed": quantity(facts.total.executed),
        "planned": whole(facts.total.planned),
        "percent": percent(facts.total.ratio),
    }


def targets(facts: ExecutionFacts) -> str:
    """ "Metas en porcentaje: 1 de 2 metas cumplidas."; empty when the plan has none."""
    return f"{facts.targets.words}." if facts.targets.total else ""


def unexplained_targets(facts: ExecutionFacts) -> str:
    count = facts.targets.unexplained
    if not count:
        return ""
    text = ngettext(
        "Una meta en porcentaje sin cumplir no tiene causa registrada.",
        "%(count)s metas en porcentaje sin cumplir no tienen causa registrada.",
        count,
    )
    return text % {"count": capfirst(words(count))}


def _done(figure: Figure) -> str:
    if figure.executed == figure.planned:
        return ngettext(
            "Se ejecutó el único espacio programado.",
            "Se ejecutaron los %(planned)s espacios programados.",
            figure.planned,
        ) % {"planned": whole(figure.planned)}
    if not figure.executed:
        return ngettext(
            "No se ejecutó el único espacio programado.",
            "No se ejecutó ninguno de los %(planned)s espacios programados.",
            figure.planned,
        ) % {"planned": whole(figure.planned)}
    return ngettext(
        "Se ejecutaron %(executed)s de %(planned)s espacio programado.",
        "Se ejecutaron %(executed)s de los %(planned)s espacios programados.",
        figure.planned,
    ) % {"executed": quantity(figure.executed), "planned": whole(figure.planned)}


def _shortfall(figure: Figure) -> str:
    """ "Siete no se hicieron: seis tienen su razón y uno sigue sin explicar."; empty when nothing is missing."""
    missing, silent = figure.shortfall, figure.unexplained
    if not missing:
        return ""
    # Of schema 1: parts of a unit cannot be counted in words.
    if missing.denominator != 1 or silent.denominator != 1:
        sentence = _("Faltó el equivalente a %(missing)s espacios") % {"missing": quantity(missing)}
        if silent:
            return sentence + _(", %(silent)s de ellos sin razón registrada.") % {"silent": quantity(silent)}
        return sentence + _(", con su razón registrada.")
    missing, silent = int(missing), int(silent)
    if missing == 1:
        return _("Uno no se hizo y su razón no está registrada.") if silent else _("Uno no se hizo y tiene su razón.")
    count = capfirst(words(missing))
    if not silent:
        return _("%(count)s no se hicieron; todos tienen su razón.") % {"count": count}
    if silent == missing:
        return _("%(count)s no se hicieron y ninguno tiene su razón registrada.") % {"count": count}
    explained = missing - silent
    told = ngettext("uno tiene su razón", "%(told)s tienen su razón", explained) % {"told": words(explained)}
    untold = ngettext("uno sigue sin explicar", "%(silent)s siguen sin explicar", silent) % {"silent": words(silent)}
    return _("%(count)s no se hicieron: %(told)s y %(untold)s.") % {"count": count, "told": told, "untold": untold}


def unexplained(figure: Figure) -> str:
    if not figure.unexplained:
        return ""
    if figure.unexplained == 1:
        return _("Un espacio sin razón registrada.")
    return _("%(count)s espacios sin razón registrada.") % {
        "count": capfirst(words(int(figure.unexplained)))
        if figure.unexplained.denominator == 1
        else quantity(figure.unexplained)
    }


def gap(block: Block) -> str:
    explained = block.figure.shortfall - block.figure.unexplained
    values = {
        "block": block.name,
        "missing": quantity(block.figure.shortfall),
        "planned": whole(block.figure.planned),
        "told": quantity(explained),
    }
    if not explained:
        return _("%(block)s no ejecutó %(missing)s de %(planned)s y no explica ninguno.") % values
    return _("%(block)s no ejecutó %(missing)s de %(planned)s y explica %(told)s.") % values


def commitments(facts: CommitmentFacts) -> str:
    if not facts.made:
        return _("No hay compromisos registrados al corte.")
    if facts.made == 1:
        head = _("Un compromiso con la ciudadanía")
    else:
        head = _("%(count)s compromisos con la ciudadanía") % {"count": capfirst(words(facts.made))}
    undated = facts.undated or 0
    counts = (
        (facts.fulfilled, ngettext("uno cumplido", "%(n)s cumplidos", facts.fulfilled)),
        (facts.overdue, ngettext("uno vencido", "%(n)s vencidos", facts.overdue)),
        (facts.open - undated, ngettext("uno en plazo", "%(n)s en plazo", facts.open - undated)),
        (undated, ngettext("uno cerrado en un día que no se sabe", "%(n)s cerrados en un día que no se sabe", undated)),
        (facts.closed, ngettext("uno cerrado sin cumplir", "%(n)s cerrados sin cumplir", facts.closed)),
    )
    return f"{head}: {enumeration(text % {'n': words(count)} for count, text in counts if count)}."


def fulfilment(facts: CommitmentFacts) -> Fraction | None:
    """Fulfilled / due at the cut-off; None when nothing was due."""
    return Fraction(facts.fulfilled_due, facts.due) if facts.due else None


def oldest_overdue(facts: CommitmentFacts) -> date | None:
    return min((item.due_on for item in facts.items if item.standing == "overdue"), default=None)
