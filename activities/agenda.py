"""What a set of sessions amounts to at a date (states and counts, never percentages), and what waits to be reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import RIGHTS, Permission, memberships
from activities.models import Activity, Session
from activities.models import ExecutionState as State
from plans.models import Plan


@dataclass(frozen=True)
class Agenda:
    """Sessions with their state at a date, in order, and how many stand in each."""

    rows: list[tuple[Session, State]]
    counts: Counter
    next: Session | None  # the first that is still to come

    @property
    def planned(self) -> int:
        """How many were programmed and stand."""
        return len(self.rows) - self.counts[State.EXTRA] - self.counts[State.WITHDRAWN]

    @property
    def executed(self) -> int:
        """How many of them were done whole."""
        return self.counts[State.EXECUTED] + self.counts[State.NO_DEMAND]

    @property
    def extra(self) -> int:
        """How many were not programmed."""
        return self.counts[State.EXTRA]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What somebody must know or do, as (state, words); what needs nothing has none."""
        if not self.rows:
            return [("warning", _("Sin jornadas"))]
        if self.planned and self.executed == self.planned:
            return [(State.EXECUTED, _("Completa"))]
        counts = self.counts
        words = {
            State.OVERDUE: ngettext("%(n)s vencida sin reportar", "%(n)s vencidas sin reportar", counts[State.OVERDUE]),
            State.DUE: ngettext("%(n)s por reportar", "%(n)s por reportar", counts[State.DUE]),
            State.PARTLY_EXECUTED: ngettext(
                "%(n)s ejecutada en parte", "%(n)s ejecutadas en parte", counts[State.PARTLY_EXECUTED]
            ),
            State.NOT_EXECUTED: ngettext("%(n)s no ejecutada", "%(n)s no ejecutadas", counts[State.NOT_EXECUTED]),
            State.CARRIED_OVER: ngettext(
                "%(n)s pasa a otra vigencia", "%(n)s pasan a otra vigencia", counts[State.CARRIED_OVER]
            ),
        }
        return [(state, text % {"n": counts[state]}) for state, text in words.items() if counts[state]]


def agenda(sessions: Iterable[Session], on: date) -> Agenda:
    """Their states on `on`; the sessions carry their activity."""
    rows = [(session, session.execution_state(on)) for session in sessions]
    coming = (session for session, state in rows if state == State.SCHEDULED)
    return Agenda(rows, Counter(state for _session, state in rows), next(coming, None))


def to_report(plan: Plan, user: User, on: date) -> QuerySet[Session]:
    """The plan's sessions that this person should have reported by `on`, oldest first (a head: their own)."""
    waiting = Session.objects.unreported(on).filter(activity__plan=plan).order_by("planned_on", "pk")
    roles = memberships(user, plan.entity_id)
    if any(Permission.EDIT_PLAN in RIGHTS[membership.role] for membership in roles):
        return waiting
    ids = set().union(*(one.dependency.subtree() for one in roles if one.role == Role.HEAD))
    return waiting.filter(activity__in=Activity.objects.of_dependencies(ids))
