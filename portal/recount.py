"""A copy of a report counted again: what its data say, whether they are those published, and where the original is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display.tables import Cell, Column, Table
from portal import verification
from portal.verification import ALTERED, AUTHENTIC, UNKNOWN, Verdict
from recalculation import Given, NotOurs, Recalculation, read, recalculate
from reports import retrace
from reports.envelope import canonical
from reports.models import Report
from reports.unpacking import NoData, Reason, data_in

REFUSALS = {
    Reason.DAMAGED: gettext_lazy(
        "No se puede abrir: el archivo está dañado o no es un PDF. Descárguelo de nuevo y vuelva a intentarlo."
    ),
    Reason.ENCRYPTED: gettext_lazy(
        "El PDF tiene contraseña y no se puede abrir. Descargue el original de la página del plan."
    ),
    Reason.NO_DATA: gettext_lazy(
        "Ese PDF no trae los datos de un informe. Los de este sitio los llevan adjuntos, con el nombre datos.json; "
        "imprimir un PDF o guardarlo con otro programa los quita."
    ),
    Reason.TOO_LARGE: gettext_lazy("Los datos que trae ese PDF son demasiado grandes para ser de un informe."),
    Reason.TOO_SLOW: gettext_lazy("Abrir ese archivo toma demasiado tiempo: no parece un informe de este sitio."),
}


class Refused(Exception):
    """Its text is a sentence for whoever brought the file."""


@dataclass(frozen=True, slots=True)
class Answer:
    result: Recalculation
    verdict: Verdict  # of the whole file
    of_facts: tuple[Report, ...]  # published with these very data
    original: Report | None  # whose number and version it says to have, when its data are others
    changes: Table | None  # figures that are not those of the original
    changed_rows: int  # of the original's, those that are not the same in the copy, and those that only one has

    @property
    def is_authentic(self) -> bool:
        return self.verdict.outcome == AUTHENTIC


def look_at(content: bytes, sha256: str) -> Answer:
    """`content`: of a PDF or of a `datos.json`. Raises Refused."""
    data = _data(content)
    try:
        result = recalculate(data)
    except NotOurs as error:
        raise Refused(
            _("Los datos que trae no son los de un informe de este sitio, o alguien cambió su forma.")
        ) from error
    of_facts = _published_with(data)
    original = None if of_facts else _original(result.given)
    before = recalculate(original.snapshot) if original else None
    return Answer(
        result=result,
        verdict=verification.of_file(sha256),
        of_facts=of_facts,
        original=original,
        changes=_changes(before, result) if before else None,
        changed_rows=_changed_rows(before, result) if before else 0,
    )


def verdict_of(content: bytes, sha256: str) -> Verdict:
    """`verification.of_file`, and which report a file that is none of ours says to be."""
    verdict = verification.of_file(sha256)
    if verdict.outcome != UNKNOWN or not content:
        return verdict
    try:
        data = _data(content)
        given = read(data)
    except (Refused, NotOurs):
        return verdict
    if reports := _published_with(data):
        return Verdict(ALTERED, reports, has_its_data=True)
    original = _original(given)
    return Verdict(ALTERED, (original,)) if original else verdict


def _data(content: bytes) -> bytes:
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return text
    try:
        return data_in(content)
    except NoData as error:
        raise Refused(REFUSALS[error.reason]) from error


def _published_with(data: bytes) -> tuple[Report, ...]:
    """By the SHA-256 that its pages print: of the data as they are, or written again in order."""
    hashes = {hashlib.sha256(text).hexdigest() for text in (data, canonical(msgspec.json.decode(data)))}
    return tuple(verification.published().filter(snapshot_sha256__in=hashes)[: verification.LISTED])


def _original(given: Given) -> Report | None:
    named = (given.entity.slug, given.plan.slug, given.edition.kind, given.edition.number)
    if given.edition.draft or any("\0" in name for name in named):  # which no database takes
        return None
    named = verification.published().filter(
        plan__entity__slug=given.entity.slug,
        plan__slug=given.plan.slug,
        kind=given.edition.kind,
        number=given.edition.number,
        version=given.edition.version,
    )
    return named.first()


# --- Tables -----------------------------------------------------------------------------------------------------------


def disagreements(result: Recalculation) -> Table | None:
    rows = tuple(retrace.number_row(number, figure.title) for figure, number in result.disagreeing)
    return Table(_("Cifras que no salen de sus filas"), retrace.number_columns(), rows) if rows else None


def _changes(before: Recalculation, after: Recalculation) -> Table | None:
    """What a copy prints otherwise than its original."""
    printed = {(figure.key, number.key): number.printed for figure in before.figures for number in figure.numbers}
    rows = tuple(
        (Cell(number.what, aside=figure.title), number.printed, printed.get((figure.key, number.key), "–"))
        for figure in after.figures
        for number in figure.numbers
        if number.printed != printed.get((figure.key, number.key))
    )
    columns = (Column(_("Cifra")), Column(_("En esta copia")), Column(_("En el original")))
    return Table(_("Lo que cambia frente al original"), columns, rows) if rows else None


def _changed_rows(before: Recalculation, after: Recalculation) -> int:
    if not (before.has_rows and after.has_rows):
        return 0
    changed = 0
    for name in ("sessions", "commitments"):
        ours, theirs = ({row.id: row for row in getattr(one.given.rows, name)} for one in (before, after))
        changed += sum(ours.get(key) != theirs.get(key) for key in ours.keys() | theirs.keys())
    return changed
