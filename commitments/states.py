"""The states of a commitment and its transitions: who may, what they need, which fields they set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.permissions import Permission, may
from display.dates import Precision
from records.refusals import Blocker
from records.transitions import Machine, Transition


class State(TextChoices):
    RECORDED = "recorded", gettext_lazy("Registrado")
    IN_PROGRESS = "in_progress", gettext_lazy("En avance")
    REPORTED_DONE = "reported_done", gettext_lazy("Reportado como cumplido")
    VERIFIED = "verified", gettext_lazy("Verificado con la ciudadanía")
    PARTLY_DONE = "partly_done", gettext_lazy("Cumplido en parte")
    NOT_VIABLE = "not_viable", gettext_lazy("No viable")
    BREACHED = "breached", gettext_lazy("Incumplido")
    CARRIED_OVER = "carried_over", gettext_lazy("Pasa a otra vigencia")


FULFILLED = (State.REPORTED_DONE, State.VERIFIED)
UNKEPT = (State.NOT_VIABLE, State.BREACHED, State.CARRIED_OVER)
CLOSED = (*FULFILLED, *UNKEPT)
OPEN = (State.RECORDED, State.IN_PROGRESS, State.PARTLY_DONE)


def _says_why(commitment: Model, *, reason: str = "", **_facts) -> Iterator[Blocker]:
    if not reason:
        yield Blocker(_("Diga por qué."), field="reason")


def _says_the_year(commitment: Model, *, carried_to_year: int | None = None, **_facts) -> Iterator[Blocker]:
    if not carried_to_year:
        yield Blocker(_("Diga a qué vigencia pasa."), field="carried_to_year")


def _shown(commitment: Model, *, is_shown: bool = True, **_facts) -> Iterator[Blocker]:
    if not is_shown:
        yield Blocker(
            _("Agregue un seguimiento de 100 %: dice qué se hizo y qué lo muestra, y pregunta si quedó cumplido."),
            field="to",
        )


def _after_it_was_made(commitment: Model, *, on: date | None, **_facts) -> Iterator[Blocker]:
    if on and commitment.made_on and commitment.made_precision == Precision.DAY and on < commitment.made_on:
        yield Blocker(_("Es anterior al día en que se reportó o se adquirió."), field="on")


def _after_it_was_reported(commitment: Model, *, on: date | None, **_facts) -> Iterator[Blocker]:
    if on and commitment.closed_on and on < commitment.closed_on:
        yield Blocker(_("Es anterior al día en que se reportó o se adquirió."), field="on")


def _with_minutes(commitment: Model, *, verification: Model | None = None, **_facts) -> Iterator[Blocker]:
    if verification is None:
        yield Blocker(_("Se verifica con la ciudadanía, con fecha y acta: use «Verificar con la ciudadanía»."))


def _no_open_dispute(commitment: Model, **_facts) -> Iterator[Blocker]:
    if n := commitment.answers.open().count():
        yield Blocker(
            ngettext(
                "Hay %(n)s persona que dice que no se cumplió, y espera respuesta. Respóndale antes.",
                "Hay %(n)s personas que dicen que no se cumplió, y esperan respuesta. Respóndales antes.",
                n,
            )
            % {"n": n}
        )


def _open(commitment, *, reason: str = "", **_facts) -> dict:
    return {"reason": reason, "carried_to_year": None, "verified_on": None, "closed_on": None, "closed_until": None}


def _closed(commitment, *, on: date, reason: str = "", is_day_known: bool = True, **_facts) -> dict:
    """Closed on the day `on`, or on one that nobody wrote down, at the latest then."""
    return {"reason": reason, "closed_on": on if is_day_known else None, "closed_until": None if is_day_known else on}


def _carried(commitment, *, carried_to_year: int, **facts) -> dict:
    return {**_closed(commitment, **facts), "carried_to_year": carried_to_year}


def _verified(commitment, *, on: date, reason: str = "", **_facts) -> dict:
    # closed_on stays: the day on which it was reported done; on an unknown one, it was not after this.
    until = min(commitment.closed_until, on) if commitment.closed_until else None
    return {"reason": reason, "verified_on": on, "closed_until": until}


def _from(*sources: State) -> Iterator[Transition]:
    """Transitions of an open commitment. Who follows it reports; only planning declares a breach or carries it over."""
    followed, decided = Permission.FOLLOW_COMMITMENT, Permission.EDIT_PLAN
    made, why = _after_it_was_made, _says_why
    for source in sources:
        if source != State.IN_PROGRESS:
            yield Transition(source, State.IN_PROGRESS, followed, needs=(made,), sets=_open)
        yield Transition(source, State.REPORTED_DONE, followed, needs=(made, _shown), sets=_closed)
        if source != State.PARTLY_DONE:
            yield Transition(source, State.PARTLY_DONE, followed, needs=(made,), sets=_open)
        yield Transition(source, State.NOT_VIABLE, followed, needs=(why, made), sets=_closed)
        yield Transition(source, State.BREACHED, decided, needs=(why, made), sets=_closed)
        yield Transition(source, State.CARRIED_OVER, decided, needs=(why, _says_the_year, made), sets=_carried)


COMMITMENTS = Machine(
    *_from(*OPEN),
    Transition(
        State.REPORTED_DONE,
        State.VERIFIED,
        Permission.EDIT_PLAN,
        needs=(_with_minutes, _after_it_was_reported, _no_open_dispute),
        sets=_verified,
    ),
    *(
        Transition(source, State.IN_PROGRESS, Permission.EDIT_PLAN, needs=(_says_why, _after_it_was_made), sets=_open)
        for source in CLOSED
    ),
    may=may,
)
