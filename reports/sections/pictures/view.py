"""What the section of photographs shows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import dates, figures
from reports.spaces import ended

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.pictures import Facts, Shown

BESIDE = 2  # in a row


def view(facts: Facts, snapshot: Snapshot) -> dict:
    blocks = [(block, list(own)) for block, own in groupby(facts.shown, key=lambda shown: shown.block)]
    more = ngettext(
        "Hay %(n)s fotografía más que se puede publicar.",
        "Hay %(n)s fotografías más que se pueden publicar.",
        facts.more,
    )
    return {
        "blocks": [(block or _("Fuera del plan"), _rows(own)) for block, own in blocks],
        "is_of_several": len(blocks) > 1,
        "more": more % {"n": figures.whole(facts.more)} if facts.more else "",
    }


def _rows(shown: list[Shown]) -> list[list[tuple]]:
    """(photograph, what happened, where it belongs) in rows."""
    told = [(each.photograph, _caption(each.photograph.caption), _of(each)) for each in shown]
    return [told[at : at + BESIDE] for at in range(0, len(told), BESIDE)]


def _caption(text: str) -> str:
    return ended(text) if text else ""


def _of(shown: Shown) -> str:
    return f"{shown.activity}, {dates.when(shown.held_on, shown.precision)}"
