"""The index of evidence as a table: a line per activity."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from display import figures
from display.tables import Cell, Column, Kind, Table
from reports.sections.annex.view import MOST_ROWS

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.evidence import Facts, Supported

GROUPS = ("photographs", "lists", "documents", "links")


def view(facts: Facts, snapshot: Snapshot) -> dict:
    with_evidence, held = (sum(getattr(row, name) for row in facts.activities) for name in ("with_evidence", "held"))
    lead = _("Espacios realizados con evidencia guardada: %(n)s de %(held)s.")
    return {
        "lead": lead % {"held": figures.whole(held), "n": figures.whole(with_evidence)},
        "evidence_tables": tables(facts),
    }


def tables(facts: Facts) -> list[Table]:
    counts = Counter((piece.block, piece.activity, piece.group) for piece in facts.pieces)
    rows = facts.activities
    pieces = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    return [_table(piece, facts, counts, is_last=piece is pieces[-1]) for piece in pieces]


def _table(rows: tuple[Supported, ...], facts: Facts, counts: Counter, *, is_last: bool) -> Table:
    used = [group for group in GROUPS if any(piece.group == group for piece in facts.pieces)]
    names = {
        "photographs": _("Fotografías"),
        "lists": _("Listados y firmas"),
        "documents": _("Actas y documentos"),
        "links": _("Enlaces"),
    }
    columns = (
        Column(_("Actividad")),
        Column(_("Espacios"), Kind.COUNT),
        Column(_("Con evidencia"), Kind.COUNT, strong=True),
        *(Column(names[group], Kind.COUNT) for group in used),
    )
    blocks = len({row.block for row in facts.activities}) > 1
    lines, before = [], None
    for row in rows:
        if blocks and row.block != before:
            lines.append((Cell(row.block, span=len(columns)),))
            before = row.block
        lines.append(
            (row.activity, row.held, row.with_evidence, *(counts[row.block, row.activity, group] for group in used))
        )
    total = (
        _("Total"),
        sum(row.held for row in facts.activities),
        sum(row.with_evidence for row in facts.activities),
        *(sum(piece.group == group for piece in facts.pieces) for group in used),
    )
    note = _("Cada una, con su huella SHA-256, está en los datos del informe. Lo que nombra a personas no se publica.")
    return Table(
        _("Evidencias que guarda la entidad, por actividad"),
        columns,
        tuple(lines),
        total=total if is_last and len(facts.activities) > 1 else (),
        notes=(note,),
    )
