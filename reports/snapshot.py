"""A report's facts, taken from the database once, and their frozen form: canonical JSON, its SHA-256, and back.

`take` is the only bridge from the tables to `reports.facts`; pages, PDF and files read what it returns.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from string import ascii_lowercase

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.colour import legible
from accounts.models import Entity
from activities import progress
from activities.models import Activity, Precision, Responsibility, Session
from activities.progress import Progress
from commitments import balance
from commitments.models import Commitment, FollowUp
from plans.models import Plan
from reports import format
from reports.facts import (
    SCHEMA,
    AnnexRow,
    Block,
    CommitmentFact,
    CommitmentFacts,
    Edition,
    EntityFacts,
    ExecutionFacts,
    Footnote,
    Miss,
    MonthFigure,
    NamedFigure,
    Narrative,
    PlanFacts,
    Snapshot,
    Upcoming,
)
from reports.measured import Window, measured
from reports.models import Report
from reports.periods import days_of, default_cutoff, next_month, period_of, title_of, words_of

__all__ = ["canonical", "default_cutoff", "load", "period_of", "sha256", "take"]

logger = logging.getLogger(__name__)


def take(report: Report, *, on: date | None = None, number: str = "") -> Snapshot:
    """The facts of a report (saved or not; its plan, kind, period, cut-off, version and texts are read) as of now.

    `on`: the day of publication, with the `number` given for it; without it, a draft. Always in Spanish; as many
    statements for a large plan as for a small one.
    """
    with translation.override("es-co"), _one_moment():
        plan, cutoff = report.plan, report.cutoff
        starts_on, ends_on = days_of(plan, report.kind, report.period)
        monthly = report.kind == Report.Kind.MONTHLY
        known = progress.of_plan(plan, cutoff)
        window = Window(
            first=starts_on,
            last=min(ends_on, cutoff) if monthly else cutoff,
            monthly=monthly,
            cutoff=cutoff,
            year=plan.starts_on.year != plan.ends_on.year,
        )
        participants, metrics, spaces = measured(plan, window)
        return Snapshot(
            schema=SCHEMA,
            entity=_entity(plan.entity),
            plan=_plan(plan),
            edition=Edition(
                kind=str(report.kind),
                title=title_of(report.kind),
                period=words_of(plan, report.kind, report.period),
                starts_on=starts_on,
                ends_on=ends_on,
                cutoff=cutoff,
                version=report.version,
                number=number,
                published_on=on,
                draft=on is None,
            ),
            narrative=_narrative(report.narrative),
            execution=_execution(known, ends_on if monthly else None),
            participants=participants,
            metrics=metrics,
            commitments=_commitments(plan, cutoff, starts_on),
            other_spaces=spaces,
            upcoming=_upcoming(plan, known, ends_on) if monthly else (),
            annex=_annex(plan, known),
        )


@contextmanager
def _one_moment() -> Iterator[None]:
    """All statements inside see the database as of one moment: a report adds up though people go on working."""
    if connection.in_atomic_block:  # whoever opened it has decided
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite lets nobody write meanwhile
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


# --- Frozen -----------------------------------------------------------------------------------------------------------


def canonical(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON in UTF-8, the same for the same facts: keys in order, fractions and decimals exact."""
    return msgspec.json.encode(snapshot, order="sorted", enc_hook=_written)


def sha256(snapshot: Snapshot) -> str:
    """The fingerprint that the pages print: SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def load(data: dict | bytes) -> Snapshot:
    """The snapshot that `canonical` wrote, as bytes or as the dictionary that `Report.snapshot` keeps.

    Raises ValueError for anything else, also for one of another schema.
    """
    written = data if isinstance(data, bytes) else msgspec.json.encode(data)
    snapshot = msgspec.json.decode(written, type=Snapshot, dec_hook=_read)
    if snapshot.schema != SCHEMA:
        raise ValueError(f"Snapshot of schema {snapshot.schema}; this program reads {SCHEMA}")
    return snapshot


def _written(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))


def _read(kind: type, value: object) -> Fraction:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind)


# --- Who and what -----------------------------------------------------------------------------------------------------


def _entity(entity: Entity) -> EntityFacts:
    return EntityFacts(
        name=entity.name,
        short_name=entity.short_name,
        slug=entity.slug,
        nit=entity.nit,
        municipality=entity.municipality,
        primary=legible(entity.primary),
        secondary=entity.secondary.lower(),
        shield=_shield(entity),
        website=entity.website,
        email=entity.email,
        address=entity.address,
    )


def _shield(entity: Entity) -> str:
    """The image inside the facts, so that the report never depends on a file; "" when there is none."""
    if not entity.shield:
        return ""
    try:
        with entity.shield.storage.open(entity.shield.name) as file:
            content = file.read()
    except FileNotFoundError:
        logger.error("The shield of %s is missing: %s", entity.slug, entity.shield.name)
        return ""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _plan(plan: Plan) -> PlanFacts:
    approved = plan.state == Plan.State.APPROVED
    kind = plan.get_kind_display()
    return PlanFacts(
        title=plan.title,
        slug=plan.slug,
        kind=f"{kind}: {plan.parent_instrument}" if plan.parent_instrument else kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        objective=plan.objective,
        version=plan.versions.aggregate(last=Max("number"))["last"] if approved else None,
        approved_on=plan.approved_on,
        notes=tuple(format.paragraphs(plan.notes)),
    )


def _narrative(texts: dict) -> Narrative:
    def listed(name: str) -> tuple[str, ...]:
        items = texts.get(name) or ()
        items = items.splitlines() if isinstance(items, str) else items
        return tuple(item.strip() for item in items if item.strip())

    def written(name: str) -> str:
        return (texts.get(name) or "").strip()

    return Narrative(
        objective=written("objective"),
        reading=written("reading"),
        participants=written("participants"),
        commitments=written("commitments"),
        observations=listed("observations"),
        recommendations=listed("recommendations"),
    )


# --- Execution --------------------------------------------------------------------------------------------------------


def _execution(known: Progress, month_of: date | None) -> ExecutionFacts:
    """`month_of`: a day of the month that a monthly report shows apart."""
    blocks, footnotes = [], []
    for block in known.blocks:
        marks = tuple(_mark(len(footnotes) + n) for n in range(len(block.footnotes)))
        footnotes += [Footnote(mark, block.name, text) for mark, text in zip(marks, block.footnotes, strict=True)]
        blocks.append(Block(block.name, block.figure, marks))
    return ExecutionFacts(
        total=known.total,
        period=_month(known, month_of) if month_of else None,
        blocks=tuple(blocks),
        months=tuple(MonthFigure(month.last_day, month.figure) for month in known.months),
        phases=tuple(NamedFigure(phase.name, phase.figure) for phase in known.phases),
        footnotes=tuple(footnotes),
        misses=tuple(_miss(miss) for miss in known.misses),
        carried_over=known.carried_over,
        carried_to_year=known.carried_to_year,
        no_demand=known.no_demand,
        baseline=known.baseline,
        added=known.added,
        withdrawn=known.withdrawn,
        scheduled_after=known.scheduled_after,
    )


def _month(known: Progress, of: date) -> progress.Figure:
    same = (
        month.figure for month in known.months if (month.last_day.year, month.last_day.month) == (of.year, of.month)
    )
    return next(same, progress.Figure(0, Fraction(0)))


def _mark(position: int) -> str:
    """a, b … z, aa, ab…"""
    before, letter = divmod(position, len(ascii_lowercase))
    return (_mark(before - 1) if before else "") + ascii_lowercase[letter]


def _miss(miss: progress.Miss) -> Miss:
    one = miss.first == miss.last
    return Miss(
        activity=f"{miss.number} {miss.name}".strip(),
        block=miss.block,
        when=_when(miss.first, miss.precision) if one else format.months(miss.first, miss.last),
        planned=miss.planned,
        executed=miss.executed,
        reason=" ".join(miss.reason.split()),
        carried_to_year=miss.carried_to_year,
    )


def _when(on: date, precision: str) -> str:
    return format.month(on) if precision == Precision.MONTH else format.day(on)


# --- Commitments ------------------------------------------------------------------------------------------------------


def _commitments(plan: Plan, cutoff: date, since: date) -> CommitmentFacts:
    found = balance.of_plan(plan, cutoff, since)
    names = defaultdict(list)
    answering = Commitment.responsible.through.objects.filter(commitment__plan=plan)
    for pk, name in answering.order_by("dependency__order", "dependency__name").values_list(
        "commitment", "dependency__name"
    ):
        names[pk].append(name)
    followed = Exists(FollowUp.objects.filter(commitment=OuterRef("pk"), on__lte=cutoff))
    commitments = Commitment.objects.filter(balance.made(cutoff), plan=plan).annotate(followed=followed)
    return CommitmentFacts(
        made=found.made,
        fulfilled=found.fulfilled,
        overdue=found.overdue,
        open=found.open,
        closed=found.closed,
        due=found.due,
        fulfilled_due=found.fulfilled_due,
        open_at_start=found.open_at_start,
        new=found.new,
        closed_in_period=found.closed_in_period,
        open_at_end=found.open_at_end,
        instances=found.instances,
        items=tuple(_commitment(commitment, cutoff, names[commitment.pk]) for commitment in commitments.order_by("pk")),
    )


def _commitment(commitment: Commitment, cutoff: date, names: list[str]) -> CommitmentFact:
    standing = balance.standing(commitment, cutoff)
    closed = standing in (balance.Standing.FULFILLED, balance.Standing.CLOSED)
    made_on = commitment.made_on
    made = format.month(made_on) if commitment.made_precision == Precision.MONTH else format.short_day(made_on)
    return CommitmentFact(
        code=commitment.code,
        text=commitment.text,
        instance=commitment.instance,
        responsible=_("Todas las dependencias") if commitment.all_dependencies else "; ".join(names),
        made=made,
        due_on=commitment.due_on,
        closed_on=commitment.closed_on if closed else None,
        state=str(_state(commitment, cutoff).label),
        standing=str(standing),
        days_overdue=(cutoff - commitment.due_on).days if standing == balance.Standing.OVERDUE else 0,
    )


def _state(commitment: Commitment, cutoff: date) -> Commitment.State:
    """The state that it had at the cut-off, as far as dates tell."""
    state, states = Commitment.State(commitment.state), Commitment.State
    if commitment.closed_on and commitment.closed_on > cutoff:
        return states.IN_PROGRESS if commitment.followed else states.RECORDED
    if state == states.VERIFIED and commitment.verified_on > cutoff:
        return states.REPORTED_DONE
    return state


# --- What comes, and the matrix ---------------------------------------------------------------------------------------


def _upcoming(plan: Plan, known: Progress, month_of: date) -> tuple[Upcoming, ...]:
    first, last = next_month(month_of)
    sessions = (
        Session.objects.filter(activity__plan=plan, planned_units__gt=0, planned_on__range=(first, last))
        .in_plan()
        .in_force(known.on)
        .select_related("activity")
        .order_by("planned_on", "activity__order", "pk")
    )
    return tuple(
        Upcoming(
            activity=str(session.activity),
            block=known.activities[session.activity_id].block,
            when=_when(session.planned_on, session.planned_precision),
            units=session.planned_units,
        )
        for session in sessions
    )


def _annex(plan: Plan, known: Progress) -> tuple[AnnexRow, ...]:
    """The matrix: the same figures as the body. Names come in a statement each: joined, they would multiply rows."""
    responsible, groups = defaultdict(list), defaultdict(list)
    named = Responsibility.objects.filter(activity__plan=plan).order_by("part", "pk")
    for pk, name in named.values_list("activity", "dependency__name"):
        responsible[pk].append(name)
    joined = Activity.groups.through.objects.filter(activity__plan=plan).order_by("stakeholdergroup__name")
    for pk, name in joined.values_list("activity", "stakeholdergroup__name"):
        groups[pk].append(name)
    everybody = _("Todas las dependencias")
    rows = []
    for activity in Activity.objects.filter(plan=plan).in_plan().select_related("phase").order_by("order", "pk"):
        own = known.activities[activity.pk]
        names = [everybody, *responsible[activity.pk]] if activity.all_dependencies else responsible[activity.pk]
        rows.append(
            AnnexRow(
                number=activity.number,
                name=activity.name,
                block=own.block,
                phase=str(activity.phase or ""),
                responsible="; ".join(names),
                groups="; ".join(groups[activity.pk]),
                target=_target(activity),
                figure=own.figure,
                sessions=own.sessions,
                scheduled=own.scheduled,
            )
        )
    return tuple(rows)


def _target(activity: Activity) -> str:
    """ "4 informes" · "100 %" · "Hito"; "" when there is none."""
    value, kinds = activity.target_value, Activity.TargetKind
    if activity.target_kind == kinds.PERCENTAGE:
        return f"{format.measure(value)}{format.NO_BREAK}%"
    if value is None:
        return str(kinds.MILESTONE.label) if activity.target_kind == kinds.MILESTONE else ""
    return f"{format.measure(value)} {activity.unit}".strip()
