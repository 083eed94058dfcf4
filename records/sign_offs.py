"""The signatures of a row, one per stage: those that stand, and what undoes them. Its app says who signs, and when."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _

from records import audit
from records.models import SignOff
from records.refusals import Blocker
from records.transitions import Machine, Transition

State = SignOff.State


def _says_why(sign_off: SignOff, *, note: str = "", **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué lo devuelve."), field="note")


SIGN_OFFS = Machine(
    Transition(
        State.SIGNED,
        State.RETURNED,
        needs=(_says_why,),
        sets=lambda sign_off, *, note, **facts: {"note": note},
        verb="signoff.return",
    ),
    Transition(State.SIGNED, State.VOID, verb="signoff.void"),
)


def standing(row: models.Model) -> list[SignOff]:
    """The signatures of a row that hold, in the order of the stages."""
    if row.pk is None:
        return []
    order = list(SignOff.Stage)
    return sorted(row.sign_offs.filter(state=State.SIGNED), key=lambda each: order.index(each.stage))


def give_back(row: models.Model, *, note: str, by: models.Model) -> list[SignOff]:
    """Undoes those that stand, and returns them. NotReady without a note."""
    signed = standing(row)
    with audit.acting_as(by):
        for each in signed:
            SIGN_OFFS.move(each, State.RETURNED, by=None, note=note)
    return signed


def void(row: models.Model, *, by: models.Model) -> list[SignOff]:
    """What was signed changes: no signature holds any more. Call it in the transaction of the change."""
    signed = standing(row)
    with audit.acting_as(by):
        for each in signed:
            SIGN_OFFS.move(each, State.VOID, by=None)
    return signed
