"""The states of an extension: planning decides, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may
from commitments.models import Extension
from commitments.states import OPEN
from records.refusals import Blocker
from records.transitions import Machine, Transition

State = Extension.State


def _is_open(extension: Model, **_facts) -> Iterator[Blocker]:
    if extension.commitment.state not in OPEN:
        yield Blocker(_("El compromiso ya está cerrado: no necesita más plazo."))


def _is_still_later(extension: Model, **_facts) -> Iterator[Blocker]:
    if extension.due_on <= extension.commitment.due_on:
        yield Blocker(_("El compromiso ya tiene ese plazo, o uno posterior."))


def _says_why(extension: Model, *, note: str = "", **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué se niega: quien la pidió lo lee."), field="note")


def _decided(extension: Model, *, on: date, decider: User, note: str = "", **_facts) -> dict:
    return {"decided_by": decider, "decided_on": on, "note": note, "due_before": extension.commitment.due_on}


EXTENSIONS = Machine(
    Transition(
        State.REQUESTED, State.GRANTED, Permission.DECIDE_CHANGE, needs=(_is_open, _is_still_later), sets=_decided
    ),
    Transition(State.REQUESTED, State.REFUSED, Permission.DECIDE_CHANGE, needs=(_says_why,), sets=_decided),
    may=may,
)
