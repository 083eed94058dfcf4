"""States and counts of a set of sessions at a date (never percentages), and the sessions to be reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.permissions import RIGHTS, Permission, memberships
from activities.counting import target_at
from activities.figures import Target
from activities.models import Activity, Session
from activities.models import ExecutionState as State
from activities.returns.locking import held_among
from plans.models import Plan


@dataclass(frozen=True)
class Agenda:
    """Sessions with their state at a date, in the order given, and how many are in each state."""

    rows: list[tuple[Session, State]]
    counts: Counter
    target: Target | None = None  # the percentage target that they measure

    @property
    def planned(self) -> int:
        return len(self.rows) - self.counts[State.EXTRA] - self.counts[State.WITHDRAWN]

    @property
    def executed(self) -> int:
        return self.counts[State.EXECUTED]


def agenda(sessions: Iterable[Session], on: date) -> Agenda:
    """States on `on`; the sessions come with their activity loaded."""
    rows = [(session, session.execution_state(on)) for session in sessions]
    return Agenda(rows, Counter(state for _session, state in rows), _target(rows, on))


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
    """Sessions that `user` has to report by `on`, oldest first: planning all, a head those of the dependency; but those
    that an accepted month holds."""
    sessions = Session.objects.unreported(on).filter(activity__plan=plan)
    sessions = sessions.exclude(pk__in=held_among(sessions).values("pk"))
    return sessions.filter(activity__in=reported_by(user, plan)).order_by("planned_on", "pk")


def reported_by(user: User, plan: Plan) -> QuerySet[Activity]:
    """The activities of a plan whose sessions a person may report, as `may` says of each."""
    own = memberships(user, plan.entity_id)
    rows = Activity.objects.filter(plan=plan)
    if any(Permission.EDIT_PLAN in RIGHTS[membership.role] for membership in own):
        return rows
    ids = set().union(*(membership.dependency.subtree() for membership in own if membership.role == Role.HEAD))
    return rows.of_dependencies(ids) if ids else rows.none()
