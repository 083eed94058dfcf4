"""What the commitments section shows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import dates, figures
from display.figures import words
from display.text import enumeration
from reports.headline import Tile

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.commitments import Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {"lead": lead(facts)}


def lead(facts: Facts) -> str:
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


def fulfilment(facts: Facts) -> Fraction | None:
    """Fulfilled / due at the cut-off; None when nothing was due."""
    return Fraction(facts.fulfilled_due, facts.due) if facts.due else None


def oldest_overdue(facts: Facts) -> date | None:
    return min((item.due_on for item in facts.items if item.standing == "overdue"), default=None)


def tiles(facts: Facts) -> list[Tile]:
    tiles = [Tile(figures.whole(facts.made), _("adquiridos hasta el corte"))]
    if facts.due:
        value = _("%(n)s de %(total)s") % {"n": figures.whole(facts.fulfilled_due), "total": figures.whole(facts.due)}
        label = _("cumplidos, de los que vencían hasta el corte: %(percent)s")
        tiles.append(Tile(value, label % {"percent": figures.percent(fulfilment(facts))}))
    else:
        tiles.append(Tile(_("no aplica"), _("el cumplimiento: ninguno vencía hasta el corte")))
    if oldest := oldest_overdue(facts):
        label = _("vencidos; el más antiguo, desde el %(day)s") % {"day": dates.day(oldest)}
        tiles.append(Tile(figures.whole(facts.overdue), label, attention=True))
    else:
        tiles.append(Tile(figures.whole(facts.overdue), _("vencidos")))
    return tiles
