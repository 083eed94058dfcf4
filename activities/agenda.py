"""States and counts of a set of sessions at a date (never percentages), and the sessions to be reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import RIGHTS, Permission, memberships
from activities.counting import target_at
from activities.figures import Target
from activities.models import Activity, Session
from activities.models import ExecutionState as State
from plans.models import Plan


@dataclass(frozen=True)
class Agenda:
    """Sessions with their state at a date, in the order given, and how many are in each state."""

    rows: list[tuple[Session, State]]
    counts: Counter
    next: Session | None  # the first scheduled one
    target: Target | None = None  # the percentage target that they measure

    @property
    def planned(self) -> int:
        return len(self.rows) - self.counts[State.EXTRA] - self.counts[State.WITHDRAWN]

    @property
    def executed(self) -> int:
        return self.counts[State.EXECUTED]

    @property
    def extra(self) -> int:
        return self.counts[State.EXTRA]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(state, words) of what needs attention; of what is executed, only that all of it is."""
        if not self.rows:
            return [("warning", _("Sin espacios"))]
        counts = self.counts
        if self.planned and self.executed == self.planned and not self.target:
            return [(State.EXECUTED, _("Completa"))]
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
        chips = [(state, text % {"n": counts[state]}) for state, text in words.items() if counts[state]]
        if self.target:  # its dates are reported or not; what was achieved is the target's own state
            waiting = [(state, text) for state, text in chips if state in (State.OVERDUE, State.DUE)]
            return [(self.target.state, self.target.state.label), *waiting]
        return chips


def agenda(sessions: Iterable[Session], on: date) -> Agenda:
    """States on `on`; the sessions come with their activity loaded."""
    rows = [(session, session.execution_state(on)) for session in sessions]
    coming = (session for session, state in rows if state == State.SCHEDULED)
    return Agenda(rows, Counter(state for _session, state in rows), next(coming, None), _target(rows, on))


def _target(rows: list[tuple[Session, State]], on: date) -> Target | None:
    activity = rows[0][0].activity if rows else None
    if activity is None or activity.target_kind != Activity.TargetKind.PERCENTAGE or activity.outside_plan:
        return None
    due = [
        session
        for session, state in rows
        if session.planned_on <= on
        and state not in (State.EXTRA, State.WITHDRAWN)
        and not (session.in_force_from and session.in_force_from > on)
    ]
    return target_at(activity.pk, activity.number, activity.name, activity.target_value, due, on)


def to_report(plan: Plan, user: User, on: date) -> QuerySet[Session]:
    """Sessions that `user` has to report by `on`, oldest first: planning all, a head those of the dependency."""
    sessions = Session.objects.unreported(on).filter(activity__plan=plan).order_by("planned_on", "pk")
    return sessions.filter(activity__in=reported_by(user, plan))


def reported_by(user: User, plan: Plan) -> QuerySet[Activity]:
    """The activities of a plan whose sessions a person may report, as `may` says of each."""
    own = memberships(user, plan.entity_id)
    rows = Activity.objects.filter(plan=plan)
    if any(Permission.EDIT_PLAN in RIGHTS[membership.role] for membership in own):
        return rows
    ids = set().union(*(membership.dependency.subtree() for membership in own if membership.role == Role.HEAD))
    return rows.of_dependencies(ids) if ids else rows.none()
