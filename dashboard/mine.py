"""The data of "Mi tablero": what each role has to do or watch on a day. Queries do not grow with the data."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import trail
from accounts.models import Entity, Membership, Role
from activities import progress
from activities.figures import Figure, Targets
from activities.models import Activity, Session
from commitments.models import Commitment
from commitments.standing import Standing, stands
from display.lists import page_of
from plans.models import Plan

ROWS_OF_A_LIST = 10  # the rest is counted
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how many there are in all."""

    rows: list
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Glance:
    """A plan with its execution on the board's day."""

    plan: Plan
    figure: Figure
    targets: Targets


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
    plans: list[Glance] | None = None  # the approved ones, newest first
    drafts: Listed | None = None
    to_report: Page | None = None  # of sessions
    of_dependencies: list[str] | None = None  # whose sessions and commitments they are; None: the whole entity's
    owed: Listed | None = None  # of commitments
    trail: list[tuple] | None = None  # (entry, what was done, to what kind of thing)
    checks: list[Check] | None = None


def board_of(entity: Entity, memberships: list[Membership], *, on: date, page: str | None = None) -> Board:
    roles = {membership.role for membership in memberships}
    data: dict = {}
    if roles & {Role.PLANNER, Role.CONTROL}:
        data["plans"] = glances(entity, on)
        owing = owed(entity, on)
        data["owed"] = listed(owing if Role.PLANNER in roles else owing.filter(overdue(on)))
    if Role.PLANNER in roles:
        data["drafts"] = listed(entity.plans.drafts())
        data["to_report"] = page_of(unreported(entity, on), page)
    elif Role.HEAD in roles:
        own = [membership.dependency for membership in memberships if membership.role == Role.HEAD]
        ids = set().union(*(dependency.subtree() for dependency in own))
        theirs = Activity.objects.of_dependencies(ids).filter(plan__entity=entity)
        data["of_dependencies"] = [dependency.name for dependency in own]
        data["to_report"] = page_of(unreported(entity, on).filter(activity__in=theirs), page)
        data["owed"] = listed(owed(entity, on).of_dependencies(ids))
    if Role.CONTROL in roles:
        entries = trail.deeds_of(entity).select_related("actor", "content_type")[:ROWS_OF_A_LIST]
        data["trail"] = [(entry, trail.action(entry), trail.kind(entry)) for entry in entries]
    if Role.ADMINISTRATOR in roles:
        data["checks"] = completeness(entity)
    return Board(on=on, **data)


def glances(entity: Entity, on: date) -> list[Glance]:
    plans = list(entity.plans.approved())
    totals = progress.of_plans(plans, on)
    return [Glance(plan, totals[plan.pk].figure, totals[plan.pk].targets) for plan in plans]


def listed(rows: QuerySet) -> Listed:
    return Listed(list(rows[:ROWS_OF_A_LIST]), rows.count())


def unreported(entity: Entity, on: date) -> QuerySet:
    # Drafts promise nothing: only approved plans have something to report.
    return (
        Session.objects.unreported(on)
        .filter(activity__plan__in=entity.plans.approved())
        .select_related("activity__plan__entity")
        .order_by("planned_on", "pk")
    )


def owed(entity: Entity, on: date) -> QuerySet:
    soon = stands(Standing.OPEN, on) & Q(due_on__lte=on + SOON)
    return (
        Commitment.objects.filter(overdue(on) | soon, plan__entity=entity)
        .select_related("plan__entity")
        .order_by("due_on", "pk")
    )


def overdue(on: date) -> Q:
    return stands(Standing.OVERDUE, on)


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
    text = ngettext("%(n)d dependencia sin jefatura", "%(n)d dependencias sin jefatura", without_head)
    checks.append(Check(text % {"n": without_head}, without_head == 0, units))
    return checks
