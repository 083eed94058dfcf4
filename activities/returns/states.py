"""The states of a monthly return: who moves it, what each move needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission, may
from activities.models import MonthlyReturn
from activities.returns import contents
from display import dates
from display.text import enumeration
from records.refusals import Blocker
from records.transitions import Machine, Transition

State = MonthlyReturn.State
NAMED = 5  # spaces or activities in a sentence


def _plan_takes_it(monthly: MonthlyReturn, **_facts) -> Iterator[Blocker]:
    if not monthly.plan.is_running:
        yield Blocker(_("El plan no está en ejecución: sus formatos no se envían ni se deciden."))


def _month_ended(monthly: MonthlyReturn, *, on: date, **_facts) -> Iterator[Blocker]:
    if on <= monthly.month:
        yield Blocker(_("%(month)s todavía no termina.") % {"month": dates.month(monthly.month).capitalize()})


def all_reported(monthly: MonthlyReturn, *, on: date, **_facts) -> Iterator[Blocker]:
    """One for each space of which nobody said what happened: sent, it could not be said any more."""
    slugs = monthly.plan.entity.slug, monthly.plan.slug
    for session in contents.unreported(monthly, on):
        day = dates.when(session.planned_on, session.planned_precision)
        text = _("Falta reportar «%(activity)s» (%(day)s).") % {"activity": session.activity, "day": day}
        yield Blocker(text, reverse("activities:session_update", args=[*slugs, session.pk]))


def _as_it_was_sent(monthly: MonthlyReturn, **_facts) -> Iterator[Blocker]:
    if names := contents.changed(monthly):
        some = [f"«{name}»" for name in names[:NAMED]]
        if rest := len(names) - NAMED:
            some += [ngettext("%(n)d más", "%(n)d más", rest) % {"n": rest}] if rest > 0 else []
        yield Blocker(
            _("Después de enviado cambió lo reportado de %(names)s: devuélvalo para que se envíe otra vez.")
            % {"names": enumeration(some)}
        )


def _says_why(monthly: MonthlyReturn, *, note: str = "", **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué: la dependencia lo lee."), field="note")


def _sent(monthly: MonthlyReturn, *, on: date, sender: User, **_facts) -> dict:
    facts = contents.frozen(contents.collect(monthly))
    return {"facts": facts, "submitted_by": sender, "submitted_on": on}


def _back(monthly: MonthlyReturn, *, note: str = "", **_facts) -> dict:
    unsaid = dict.fromkeys(("facts", "submitted_by", "submitted_on", "accepted_by", "accepted_on"))
    return unsaid | ({"note": note} if note else {})


def _accepted(monthly: MonthlyReturn, *, on: date, decider: User, **_facts) -> dict:
    return {"accepted_by": decider, "accepted_on": on}


SEND, ACCEPT = Permission.REPORT_SESSION, Permission.ACCEPT_RETURN
RETURNS = Machine(
    *(
        Transition(
            source,
            State.SUBMITTED,
            SEND,
            needs=(_plan_takes_it, _month_ended, all_reported),
            sets=_sent,
            verb="return.submit",
        )
        for source in MonthlyReturn.OPEN
    ),
    Transition(State.SUBMITTED, State.DUE, SEND, sets=_back, verb="return.withdraw"),
    Transition(
        State.SUBMITTED,
        State.ACCEPTED,
        ACCEPT,
        needs=(_plan_takes_it, _as_it_was_sent),
        sets=_accepted,
        verb="return.accept",
    ),
    Transition(State.SUBMITTED, State.RETURNED, ACCEPT, needs=(_says_why,), sets=_back, verb="return.return"),
    Transition(
        State.ACCEPTED, State.RETURNED, ACCEPT, needs=(_plan_takes_it, _says_why), sets=_back, verb="return.unlock"
    ),
    may=may,
)
