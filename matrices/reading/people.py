"""Lists of people: who came to a space, with their documents, telephones or signatures. Never read, never kept."""

from __future__ import annotations

from collections.abc import Iterable

from display.text import normalise
from matrices.reading.columns import meaning_of
from matrices.reading.headers import Meaning
from matrices.workbook.grid import Grid, Place

_SAYS = {
    "name": "nombre, nombres, apellido, apellidos, nombre y apellido, nombres y apellidos, nombre completo, "
    "nombres completos, apellidos y nombres, nombre del asistente, nombre del participante, nombre de la persona",
    "document": "cedula, documento, c c, cc, no documento, numero de documento, documento de identidad, "
    "identificacion, numero de identificacion, no de identificacion, cedula de ciudadania, numero de cedula, "
    "no cedula, no de cedula, tipo de documento, tipo documento, no de documento, doc identidad, n documento",
    "phone": "telefono, celular, telefonos, telefono o celular, telefono celular, numero de telefono, movil, tel, "
    "numero de celular, contacto telefonico, no celular, no telefono, whatsapp",
    "mail": "correo, correo electronico, email, e mail, mail, direccion de correo",
    "signature": "firma, firmas, firma del asistente, huella",
}
_KINDS = {words.strip(): kind for kind, listed in _SAYS.items() for words in listed.split(",")}


def list_of_people(grids: Iterable[Grid]) -> Place | None:
    """Where the headers of a list of people stand, in a hidden sheet too; None when there is none."""
    for grid in grids:
        for row, cells in grid.rows.items():
            texts = [cell.value for cell in cells.values() if isinstance(cell.value, str) and len(cell.value) <= 60]
            if _lists(texts):
                return grid.place(row, min(cells))
    return None


def _lists(texts: list[str]) -> bool:
    """Two kinds of what identifies people; beside an activity, where a contact is usual, three, or a stronger one."""
    kinds = {kind for text in texts if (kind := _KINDS.get(normalise(text)))}
    if len(kinds) < 2:
        return False
    of_spaces = any(meaning_of(text) in ((Meaning.ACTIVITY, True), (Meaning.EVENT, True)) for text in texts)
    return not of_spaces or len(kinds) > 2 or bool(kinds & {"document", "signature"})
