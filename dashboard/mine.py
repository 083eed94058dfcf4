"""The data of "Mi tablero": what each role has to do or watch on a day. Queries do not grow with the data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import trail
from accounts.models import Entity, Membership, Role
from activities.changes import listed as listed_changes
from activities.models import Activity, Session
from activities.pending import Need, Pending, pending
from commitments.models import Commitment
from commitments.standing import Standing, stands
from dashboard.asked import Waiting, calls, to_mend, waiting
from dashboard.matrix import Matrix, matrices
from display.lists import page_of
from plans.models import Plan
from reports import drift
from reports.models import Report

ROWS_OF_A_LIST = 10  # the rest is counted
FIRST = 8  # of a planner's queue, beside the matrix that has all of it
SOON, NEXT = timedelta(days=30), timedelta(days=14)
PLANS_LOOKED_AT = 3


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how many there are in all."""

    rows: list
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Owing:
    """A session of which something is to be said."""

    session: Session
    need: Need

    @property
    def url(self) -> str:
        """Where it is said."""
        plan = self.session.activity.plan
        name = "session_explain" if self.need == Need.EXPLAIN else "session_update"
        return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, self.session.pk])


@dataclass(frozen=True)
class Drifted:
    """A published report, and how many of its data have changed since."""

    report: Report
    changes: int


@dataclass(frozen=True)
class Check:
    """Something that an entity should have, whether it has it, and the page where it is set."""

    text: str
    done: bool
    url: str


@dataclass(frozen=True)
class Board:
    """What one person sees; None for what their roles do not include."""

    on: date
    plans: list[Matrix] | None = None  # approved ones that are not over, newest first
    closed: list[Matrix] = field(default_factory=list)  # those that are, while something is to be said of them
    drafts: Listed | None = None
    owing: Page | None = None  # of Owing, the oldest first; of a planner the first few
    n_owing: int = 0
    coming: list[Session] | None = None
    of_dependencies: list[str] | None = None  # whose sessions and commitments they are; None: the whole entity's
    overdue: Listed | None = None  # of commitments
    due_soon: Listed | None = None
    trail: list[tuple] | None = None  # (entry, what was done, to what kind of thing)
    since: datetime | None = None  # of the trail: the visit before this one
    n_since: int = 0
    drifts: list[Drifted] | None = None
    checks: list[Check] | None = None
    waiting: list[Waiting] = field(default_factory=list)  # requests to decide, by plan
    to_mend: list[listed_changes.Row] = field(default_factory=list)  # those that planning returned
    calls: list[Plan] = field(default_factory=list)  # drafts that await proposals

    @property
    def to_do(self) -> list[Check]:
        return [check for check in self.checks or () if not check.done]

    @property
    def done(self) -> list[Check]:
        return [check for check in self.checks or () if check.done]


def board_of(
    entity: Entity, memberships: list[Membership], *, on: date, page: str | None = None, since: datetime | None = None
) -> Board:
    """`since`: the last visit of who reads the trail."""
    roles = {membership.role for membership in memberships}
    data: dict = {}
    if roles & {Role.PLANNER, Role.CONTROL}:
        found = matrices(list(entity.plans.approved()), on)
        data["plans"] = [matrix for matrix in found if not matrix.is_closed]
        data["closed"] = [matrix for matrix in found if matrix.is_closed and matrix.verdict.is_late]
        data |= commitments(promised(entity), on)
    if Role.PLANNER in roles:
        data["drafts"] = listed(entity.plans.drafts())
        data["waiting"] = waiting(entity, on)
        rows = sorted((row for matrix in data["plans"] for row in matrix.pending), key=attrgetter("planned_on"))
        data |= {"owing": page_of(rows[:FIRST]), "n_owing": len(rows)}
    elif Role.HEAD in roles:
        own = [membership.dependency for membership in memberships if membership.role == Role.HEAD]
        ids = set().union(*(dependency.subtree() for dependency in own))
        theirs = Activity.objects.of_dependencies(ids).filter(plan__entity=entity)
        mine = set(theirs.values_list("pk", flat=True))
        data["of_dependencies"] = [dependency.name for dependency in own]
        rows = [row for row in pending(list(entity.plans.approved()), on) if row.activity in mine]
        over = set(theirs.filter(plan__ends_on__lt=on).values_list("pk", flat=True))
        rows.sort(key=lambda row: row.activity in over)  # of a year that is over, after what is of now
        data |= {"owing": page_of(rows, page), "n_owing": len(rows)}
        data |= {"to_mend": to_mend(entity, ids, on), "calls": calls(entity, ids, on)}
        data["coming"] = list(coming(entity, on).filter(activity__in=theirs)[:ROWS_OF_A_LIST])
        data |= commitments(promised(entity).of_dependencies(ids), on)
    if Role.CONTROL in roles:
        entries = trail.deeds_of(entity).select_related("actor", "content_type")
        if since:
            entries = entries.filter(timestamp__gt=since)
            data |= {"since": since, "n_since": entries.count()}
        data["trail"] = [(entry, trail.action(entry), trail.kind(entry)) for entry in entries[:ROWS_OF_A_LIST]]
        data["drifts"] = drifts(entity)
    if Role.ADMINISTRATOR in roles:
        data["checks"] = completeness(entity)
    if "owing" in data:
        data["owing"].object_list = owing(data["owing"].object_list)
    return Board(on=on, **data)


def owing(rows: Sequence[Pending]) -> list[Owing]:
    """One statement."""
    sessions = Session.objects.select_related("activity__plan__entity").in_bulk([row.session for row in rows])
    return [Owing(sessions[row.session], row.need) for row in rows if row.session in sessions]


def coming(entity: Entity, on: date) -> QuerySet:
    """What is programmed from a day on, in the next two weeks; drafts promise nothing."""
    return (
        Session.objects.in_force(on)
        .filter(activity__plan__in=entity.plans.approved(), planned_on__range=(on, on + NEXT), planned_units__gt=0)
        .filter(executed_units=None, denominator=None)
        .select_related("activity__plan__entity")
        .order_by("planned_on", "hour", "pk")
    )


def promised(entity: Entity) -> QuerySet:
    return Commitment.objects.filter(plan__entity=entity)


def commitments(rows: QuerySet, on: date) -> dict[str, Listed]:
    rows = rows.select_related("plan__entity").order_by("due_on", "pk")
    return {
        "overdue": listed(rows.filter(stands(Standing.OVERDUE, on))),
        "due_soon": listed(rows.filter(stands(Standing.OPEN, on), due_on__lte=on + SOON)),
    }


def listed(rows: QuerySet) -> Listed:
    return Listed(list(rows[:ROWS_OF_A_LIST]), rows.count())


def drifts(entity: Entity) -> list[Drifted]:
    """Of the published reports of the last plans that have any: reading every report would cost more each year."""
    reports = Report.objects.filter(plan__entity=entity, state=Report.State.PUBLISHED).light()
    of_plan: dict[int, list[Report]] = {}
    for report in reports.select_related("plan__entity", "dependency").order_by("-plan__starts_on", "-published_at"):
        of_plan.setdefault(report.plan_id, []).append(report)
    found = []
    for some in list(of_plan.values())[:PLANS_LOOKED_AT]:
        changed = drift.of_reports(some[0].plan, some)
        found += [Drifted(report, len(changed[report.pk])) for report in some if report.pk in changed]
    return found


def completeness(entity: Entity) -> list[Check]:
    args = [entity.slug]
    identity, people = reverse("accounts:entity_update", args=args), reverse("accounts:person_list", args=args)
    invite, units = reverse("accounts:person_invite", args=args), reverse("accounts:dependency_list", args=args)
    roles = dict(entity.memberships.values_list("role").annotate(n=Count("user", distinct=True)).order_by())
    without_head = entity.dependencies.filter(heads=None, valid_to=None).count()
    defaults = [Entity._meta.get_field(name).default for name in ("primary", "secondary")]
    checks = [
        Check(_("Escudo"), bool(entity.shield), identity),
        Check(_("Colores propios"), [entity.primary, entity.secondary] != defaults, identity),
        Check(_("NIT"), bool(entity.nit), identity),
        Check(_("Municipio y su código"), bool(entity.municipality and entity.municipality_code), identity),
        Check(_("Correo de contacto"), bool(entity.email), identity),
    ]
    for role in Role:
        n = roles.get(role.value, 0)
        text = ngettext("%(role)s: %(n)d persona", "%(role)s: %(n)d personas", n) % {"role": role.label, "n": n}
        checks.append(Check(text, n > 0, people if n else invite))
    if not entity.dependencies.exists():
        return [*checks, Check(_("Dependencias: todavía no hay ninguna"), False, units)]
    text = ngettext("%(n)d dependencia sin jefatura", "%(n)d dependencias sin jefatura", without_head)
    text = text % {"n": without_head} if without_head else _("Todas las dependencias tienen jefatura")
    return [*checks, Check(text, without_head == 0, units)]
