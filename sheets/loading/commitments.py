"""Commitments from what a reader found: their state in our words, their deadline, who answers. Pure: no database."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as _

from commitments.models import Commitment
from commitments.states import CLOSED, COMMITMENTS, OPEN, UNKEPT, State
from display.message import Day
from matrices.reading.ledger import Ledger
from matrices.reading.rows import CommitmentRow
from matrices.reading.vocabulary import state_of
from matrices.workbook.grid import Place, one_line
from sheets.loading.catalogue import Names
from sheets.loading.existing import CommitmentKey, Existing, commitment_key
from sheets.loading.values import CommitmentValues

_YEAR = re.compile(r"\b20\d\d\b")


def commitment_values(
    row: CommitmentRow,
    names: Names,
    existing: Existing,
    seen: dict[CommitmentKey | str, Place],
    ends_on: date,
    closed_until: date,
) -> CommitmentValues:
    """A commitment's fields, beside the stored one that it is about; `seen` collects the file's keys and codes.

    One that is closed on no day was so by `closed_until`.
    """
    ledger = names.ledger
    commitment = CommitmentValues(row.place, one_line(row.text.value)[:120])
    instance = row.instance.value if row.instance else ""
    key = commitment_key(instance, row.made_on.on if row.made_on else None, row.text.value)
    if before := seen.get(key):
        ledger.error(
            row.place, _("Este compromiso ya está en la celda %(cell)s. Deje uno de los dos."), cell=before.cell
        )
    seen.setdefault(key, row.place)
    commitment.stored = existing.commitments.get(key)
    commitment.set("text", row.text.value, row.text.place)
    if row.instance:
        commitment.set("instance", one_line(instance), row.instance.place)
    if row.code:
        _set_code(commitment, row, existing, seen, ledger)
    if row.made_on:
        commitment.set("made_on", row.made_on.on, row.made_on.place)
        commitment.set("made_precision", row.made_on.precision, row.made_on.place)
    _set_deadline(commitment, row, ledger)
    if row.responsible:
        commitment.responsible, everyone = names.dependencies.look_up(row.responsible.value)
        commitment.places["responsible"] = row.responsible.place
        commitment.set("all_dependencies", bool(everyone), row.responsible.place)
    _set_state(commitment, row, ledger, ends_on, closed_until)
    return commitment


def _set_code(commitment: CommitmentValues, row: CommitmentRow, existing: Existing, seen, ledger: Ledger) -> None:
    commitment.set("code", row.code, row.place)
    if before := seen.get(row.code):
        told = _("El código %(code)s ya está en la celda %(cell)s. Cambie uno.")
        ledger.error(row.place, told, code=row.code, cell=before.cell)
    elif existing.codes.get(row.code, commitment.stored) is not commitment.stored:
        ledger.error(
            row.place,
            _(
                "El plan ya tiene un compromiso %(code)s con otro texto, instancia o fecha. "
                "Deje en la hoja los que tiene, o cámbielos antes en el plan."
            ),
            code=row.code,
        )
    seen.setdefault(row.code, row.place)


def _set_deadline(commitment: CommitmentValues, row: CommitmentRow, ledger: Ledger) -> None:
    if row.due_on:
        stored = commitment.stored
        if stored is not None and stored.due_on != row.due_on.on and stored.holds_deadline:
            told = deadline_held(stored)
            ledger.error(row.due_on.place, told.message, **told.params)
            return
        commitment.set("due_on", row.due_on.on, row.due_on.place)
        if row.made_on and row.made_on.precision == "day" and row.due_on.on < row.made_on.on:
            ledger.error(
                row.due_on.place,
                _("La fecha límite es anterior al día en que se adquirió el compromiso. Corrija una de las dos."),
            )
    elif commitment.stored is None:
        ledger.error(row.place, _("El compromiso no tiene fecha límite. Escríbala en su fila."))


def deadline_held(stored: Commitment) -> ValidationError:
    """Of a sheet with another deadline than the one that citizens were told."""
    return ValidationError(
        _(
            "El plazo de este compromiso es el %(day)s y ya se le dijo a la ciudadanía: solo lo cambia una prórroga. "
            "Deje esa fecha en la hoja, o pida la prórroga en la página del compromiso."
        ),
        code="due_on",
        params={"day": Day(stored.due_on)},
    )


def _set_state(
    commitment: CommitmentValues, row: CommitmentRow, ledger: Ledger, ends_on: date, closed_until: date
) -> None:
    if row.closed_on:
        commitment.set("closed_on", row.closed_on.on, row.closed_on.place)
    if row.state is None:
        return
    state, rest = state_of(row.state.value)
    stored = commitment.stored
    if not state:
        ledger.error(
            row.state.place,
            _(
                "«%(state)s» no es un estado que se reconozca. Escriba Pendiente, En avance, Cumplido, "
                "Cumplido parcialmente, Incumplido, No viable o Aplazado."
            ),
            state=one_line(row.state.value),
        )
        return
    if state == "reported_done" and stored is not None and stored.state == "verified":
        state = "verified"  # citizens confirmed it in the meantime
    if state == State.RECORDED and stored is not None and stored.state in OPEN:
        state = stored.state  # pending still; what was told since stays
    if stored is not None and state != stored.state and (stored.state, state) not in COMMITMENTS.table:
        ledger.error(
            row.state.place,
            _(
                "El compromiso está «%(before)s» y de ahí no pasa a «%(after)s». "
                "Deje en la hoja el estado que tiene, o cámbielo en la página del compromiso."
            ),
            before=State(stored.state).label,
            after=State(state).label,
        )
        return
    commitment.set("state", state, row.state.place)
    if state in UNKEPT and (rest or not (stored and stored.reason)):
        if rest:
            commitment.set("reason", rest, row.state.place)
        else:
            ledger.error(
                row.state.place,
                _("«%(state)s» necesita el motivo. Escríbalo después de dos puntos: «%(state)s: por qué»."),
                state=one_line(row.state.value),
            )
    elif rest:
        ledger.warn(row.state.place, _("Se tomó el estado; «%(rest)s» no se guarda."), rest=rest)
    _set_year(commitment, row, state, rest, ledger, ends_on)
    if state in CLOSED and not row.closed_on and not (stored and (stored.closed_on or stored.closed_until)):
        commitment.set("closed_until", closed_until, row.state.place)
        ledger.warn(
            row.state.place,
            _("La hoja no dice qué día se cerró: queda sin fecha, a más tardar el %(date)s."),
            date=closed_until,
        )


def _set_year(
    commitment: CommitmentValues, row: CommitmentRow, state: str, rest: str, ledger: Ledger, ends_on: date
) -> None:
    """To which year one that is carried over passes: the one that its cell names, else the next."""
    if state != State.CARRIED_OVER:
        commitment.set("carried_to_year", None, row.state.place)
        return
    stored = commitment.stored
    if year := next((int(year) for year in _YEAR.findall(rest) if int(year) > ends_on.year), None):
        commitment.set("carried_to_year", year, row.state.place)
    elif not (stored and stored.carried_to_year):
        commitment.set("carried_to_year", ends_on.year + 1, row.state.place)
        ledger.warn(
            row.state.place, _("La hoja no dice a qué vigencia pasa: se toma %(year)s."), year=str(ends_on.year + 1)
        )
