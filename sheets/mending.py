"""What people mend of an uploaded sheet, one deed at a time: kept beside the file, which is read again with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Entity, User
from matrices.reading.mending import Mending
from records import audit
from records.models import Job
from records.refusals import Refused, Stale
from sheets.actions import decide
from sheets.loading.result import Choices
from sheets.models import KnownHeader, Upload

MOST = 1_000  # cells and rows that are mended in one upload: more belong in the sheet
ROWS = ("joined", "apart", "shifted")


@dataclass(frozen=True)
class Deed:
    """`kind` is "cell" (with its text; None is what the file says), one of ROWS, "as_it_is" (a row) or "meaning"."""

    kind: str
    sheet: str = ""
    row: int = 0
    cell: str = ""
    text: str | None = None
    header: str = ""  # a header_key
    meaning: str = ""  # a Meaning; "" is what the reader says


@transaction.atomic
def mend(*, upload: Upload, deeds: list[Deed], seen: int, by: User) -> Job:
    """Keeps the deeds and has the sheet read again, with what was decided before.

    Raises Stale when somebody mended it meanwhile, Refused when it is too much, NotReady while it is imported.
    """
    try:
        upload.claim(seen)
    except Stale as error:
        typed = " ".join(f"«{deed.text}»" for deed in deeds if deed.text)
        told = _("Otra persona arregló la hoja mientras tanto: mire cómo quedó y repita su arreglo si hace falta.")
        raise Stale(f"{told} {_('Usted escribió:')} {typed}" if typed else told) from error
    before = upload.mended
    mending = msgspec.convert(msgspec.to_builtins(before), Mending)  # a copy to change
    for deed in deeds:
        _ACTS.get(deed.kind, _rows)(mending, deed)
    n_cells = sum(map(len, mending.cells.values()))
    n_rows = sum(len(rows) for kind in ROWS for rows in getattr(mending, kind).values())
    if n_cells + n_rows > MOST:
        raise Refused(
            _("Una hoja lleva hasta %(most)s arreglos aquí: corrija los demás en ella y súbala de nuevo.")
            % {"most": MOST}
        )
    for deed in deeds:
        if deed.kind == "meaning":
            _remember(upload.entity, deed)
    upload.mending = msgspec.to_builtins(mending)
    Upload.objects.filter(pk=upload.pk).update(mending=upload.mending, shown=None)
    changes = _changes(before, mending)
    audit.record(by=by, verb="upload.mend", target=upload, changes=changes)
    last = upload.jobs.first()
    choices = msgspec.convert(last.arguments, Choices) if last else Choices()
    return decide(upload=upload, choices=choices, by=by)


def _cell(mending: Mending, deed: Deed) -> None:
    cells = mending.cells.setdefault(deed.sheet, {})
    if deed.text is None:
        cells.pop(deed.cell, None)
    else:
        cells[deed.cell] = deed.text
    if not cells:
        del mending.cells[deed.sheet]


def _rows(mending: Mending, deed: Deed) -> None:
    """A row is read in one way: the last that was said."""
    for kind in ROWS:
        by_sheet: dict[str, list[int]] = getattr(mending, kind)
        rows = set(by_sheet.pop(deed.sheet, ())) - {deed.row} | ({deed.row} if kind == deed.kind else set())
        if rows:
            by_sheet[deed.sheet] = sorted(rows)


def _meaning(mending: Mending, deed: Deed) -> None:
    mending.meanings.pop(deed.header, None)
    if deed.meaning:
        mending.meanings[deed.header] = deed.meaning


_ACTS: dict[str, Callable[[Mending, Deed], None]] = {"cell": _cell, "meaning": _meaning}


def _remember(entity: Entity, deed: Deed) -> None:
    known = KnownHeader.objects.filter(entity=entity, header=deed.header)
    if not deed.meaning:
        for one in known:
            one.delete()
    elif one := known.first():
        one.meaning = deed.meaning
        one.save()
    else:
        KnownHeader.objects.create(entity=entity, header=deed.header, meaning=deed.meaning)


def _changes(before: Mending, after: Mending) -> dict[str, tuple[str, str]]:
    """What the trail says: each thing that is another now."""
    old, new = _told(before), _told(after)
    return {name: (old.get(name, ""), new.get(name, "")) for name in {**old, **new} if old.get(name) != new.get(name)}


def _told(mending: Mending) -> dict[str, str]:
    told = {f"{sheet} · {cell}": text or "—" for sheet, cells in mending.cells.items() for cell, text in cells.items()}
    words = {"joined": _("unida con la de arriba"), "apart": _("fila aparte"), "shifted": _("leída en su orden")}
    for kind in ROWS:
        told |= {f"{sheet} · {row}": words[kind] for sheet, rows in getattr(mending, kind).items() for row in rows}
    return told | {f"«{header}»": meaning for header, meaning in mending.meanings.items()}
