"""The data of "Mi mes": what each role has to do or watch on a day. Queries do not grow with the data."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import trail
from accounts.models import Entity, Membership, Role
from accounts.permissions import RIGHTS
from accounts.permissions import Permission as P
from activities import progress
from activities.models import Activity, MonthlyReturn
from commitments.models import Commitment
from commitments.standing import Standing, stands
from dashboard import asked, owed
from dashboard.asked import Ask
from dashboard.matrix import Matrix, matrices
from dashboard.owed import Kind, Owed, Shown, Urgency, shown
from display.dates import add_working_days
from display.lists import page_of
from plans.models import Plan
from reports import drift
from reports.models import Report

ROWS_OF_A_LIST = 10  # the rest is counted
FIRST = 8  # of a planner's queue, beside the matrix that has all of it
SOON = timedelta(days=30)
COMING, PROMISED = 10, 15  # working days that a head looks ahead
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
    asks: list[Ask] = field(default_factory=list)  # what waits for this person to decide or sign
    owed: Page | None = None  # of Shown, the most urgent first; of a planner the first few
    n_owed: int = 0
    counts: dict[Urgency, int] = field(default_factory=dict)  # of what a head owes
    reports_in: list[Plan] = field(default_factory=list)  # running plans in which they do something
    of_dependencies: list[str] | None = None  # whose sessions and commitments they are; None: the whole entity's
    overdue: Listed | None = None  # of commitments
    due_soon: Listed | None = None
    trail: list[tuple] | None = None  # (entry, what was done, to what kind of thing)
    since: datetime | None = None  # of the trail: the visit before this one
    n_since: int = 0
    drifts: list[Drifted] | None = None
    checks: list[Check] | None = None

    @property
    def groups(self) -> list[tuple[Urgency, int, list[Shown]]]:
        """What a head owes on this page, with how many there are on all of them."""
        by_urgency = groupby(self.owed, key=attrgetter("urgency"))
        return [(urgency, self.counts[urgency], list(rows)) for urgency, rows in by_urgency]

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
        rows = [row for matrix in data["plans"] for row in matrix.pending]
        rows = [Owed(Kind(row.need), row.session, row.planned_on) for row in rows]
        rows.sort(key=attrgetter("due_on", "pk"))
        data |= {"owed": page_of(rows[:FIRST]), "n_owed": len(rows)}
    elif Role.HEAD in roles:
        own = [membership.dependency for membership in memberships if membership.role == Role.HEAD]
        reach = set().union(*(dependency.subtree() for dependency in own))
        rows = owed_by(entity, reach, on)
        theirs = Activity.objects.of_dependencies(reach).in_plan()
        running = entity.plans.filter(state=Plan.State.APPROVED, pk__in=theirs.values("plan"))
        data["reports_in"] = list(running.order_by("-starts_on", "-pk")[:PLANS_LOOKED_AT])
        data |= {"of_dependencies": [dependency.name for dependency in own], "n_owed": len(rows)}
        data |= {"owed": page_of(rows, page), "counts": Counter(row.urgency(on) for row in rows)}
    if roles:
        person = memberships[0].user_id
        data["asks"] = [
            *(asked.of_planning(entity, on) if Role.PLANNER in roles else ()),
            *asked.plans_to_sign(entity, person),
            *(asked.reports_to_sign(entity, person) if any(P.SIGN_REPORT in RIGHTS[role] for role in roles) else ()),
        ]
    if Role.CONTROL in roles:
        entries = trail.deeds_of(entity).select_related("actor", "content_type")
        if since:
            entries = entries.filter(timestamp__gt=since)
            data |= {"since": since, "n_since": entries.count()}
        data["trail"] = [(entry, trail.action(entry), trail.kind(entry)) for entry in entries[:ROWS_OF_A_LIST]]
        data["drifts"] = drifts(entity)
    if Role.ADMINISTRATOR in roles:
        data["checks"] = completeness(entity)
    if "owed" in data:
        data["owed"].object_list = shown(data["owed"].object_list, on)
    return Board(on=on, **data)


def owed_by(entity: Entity, dependencies: set[int], on: date) -> list[Owed]:
    """What some dependencies owe, the most urgent first: what is late, the oldest on top, and then what comes."""
    plans = list(entity.plans.approved())
    theirs = Activity.objects.of_dependencies(dependencies).filter(plan__in=plans).in_plan()
    places = progress.places_of(theirs)
    over = set(theirs.filter(plan__ends_on__lt=on).values_list("pk", flat=True))
    promised_by = promised(entity).of_dependencies(dependencies)
    own_returns = MonthlyReturn.objects.of_dependencies(dependencies).filter(plan__in=plans)
    rows = [
        *owed.spaces(plans, places, on, over=over),
        *owed.coming(plans, places, on, first=on + timedelta(days=1), last=add_working_days(on, COMING)),
        *owed.promises(promised_by, on, add_working_days(on, PROMISED)),
        *owed.replies(promised_by),
        *owed.returns(own_returns, on, add_working_days(on, PROMISED)),
        *owed.to_mend(entity, dependencies, on),
        *owed.to_propose(entity, dependencies, on),
    ]
    return sorted(rows, key=attrgetter("is_over", "due_on"))


def promised(entity: Entity) -> QuerySet:
    return Commitment.objects.filter(plan__entity=entity)


def commitments(rows: QuerySet, on: date) -> dict[str, Listed]:
    rows = rows.select_related("plan__entity").prefetch_related("extensions").order_by("due_on", "pk")
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
