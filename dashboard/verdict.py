"""How a plan goes at a day, in one sentence."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.figures import Figure, Targets
from dashboard.retrace import What, to_do
from display.figures import whole


class Said(NamedTuple):
    words: str
    what: str  # the rows that say it, as retrace.What


class Verdict(NamedTuple):
    tone: str  # of state.html
    icon: str
    head: str
    parts: list[Said]

    @property
    def is_late(self) -> bool:
        return self.tone == "late"


def verdict(figure: Figure, targets: Targets, to_report: int, to_explain: int) -> Verdict:
    """Late is what nobody reported or explained: what fell short with its reason is told, and nobody owes it."""
    missing, parts = figure.shortfall, []
    if missing:
        words = ngettext("faltó %(n)s", "faltaron %(n)s", missing) % {"n": whole(missing)}
        parts.append(Said(words, What.MISSING))
    if to_report or to_explain or figure.unexplained or targets.unexplained:
        if figure.unexplained:
            words = _("%(n)s sin explicar") % {"n": whole(figure.unexplained)}
            parts.append(Said(words, What.UNEXPLAINED))
        if not figure.unexplained:  # a date of a percentage target
            words = to_do(to_report, to_explain) or _("hay metas sin explicar")
            parts.append(Said(words, What.PENDING))
        return Verdict("late", "exclamation-triangle", _("Atrasado"), parts)
    if missing:
        return Verdict("met", "check-circle", _("Al día, con el motivo de lo que faltó"), parts)
    if figure.planned or targets.counted:
        return Verdict("met", "check-circle", _("Al día: se hizo todo lo que estaba programado"), [])
    return Verdict("neutral", "calendar3", _("Todavía no llega la primera fecha"), [])
