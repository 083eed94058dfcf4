"""Takes a report's facts from the database; their frozen form (canonical JSON, SHA-256) is in `frozen`.

`take` is the only bridge from the tables to `reports.facts`; pages, PDF and files read what it returns.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from string import ascii_lowercase

from django.db import connection, transaction
from django.db.models import Max
from django.utils import translation

from accounts.models import Entity
from activities import progress
from activities.figures import ActivityProgress, Progress, Target
from display.colour import legible
from display.dates import when
from display.text import paragraphs
from plans.models import Plan
from records import files
from reports.facts import (
    SCHEMA,
    Block,
    Edition,
    EntityFacts,
    ExecutionFacts,
    Figure,
    Footnote,
    Miss,
    MonthFigure,
    NamedFigure,
    Narrative,
    PercentageFact,
    PlanFacts,
    Snapshot,
)
from reports.models import Report
from reports.periods import days_of, title_of, words_of
from reports.snapshot.commitments import commitments_of
from reports.snapshot.frozen import canonical, load, load_figures, sha256
from reports.snapshot.matrix import annex_of, upcoming_of
from reports.snapshot.measured import Window, measured

__all__ = ["canonical", "load", "load_figures", "sha256", "take"]

logger = logging.getLogger(__name__)


def take(report: Report, *, on: date | None = None, number: str = "", lists: bool = True) -> Snapshot:
    """The facts of a report (saved or not; its plan, kind, period, cut-off, version and texts are read) as of now.

    `on`: the day of publication, with the `number` given for it; without it, a draft. `lists=False` leaves out what
    grows with the plan (misses, participants, metrics, commitments, spaces, upcoming, annex), for pages that show only
    figures. Always in Spanish; the number of queries does not depend on the plan's size.
    """
    with translation.override("es-co"), _one_moment():
        plan, cutoff = report.plan, report.cutoff
        starts_on, ends_on = days_of(plan, report.kind, report.period)
        monthly = report.kind == Report.Kind.MONTHLY
        result = progress.of_plan(plan, cutoff)
        window = Window(
            first=starts_on,
            last=min(ends_on, cutoff) if monthly else cutoff,
            monthly=monthly,
            cutoff=cutoff,
            year=plan.starts_on.year != plan.ends_on.year,
        )
        participants, metrics, spaces = measured(plan, window) if lists else ((), (), ())
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
            execution=_execution(result, ends_on if monthly else None, lists),
            participants=participants,
            metrics=metrics,
            commitments=commitments_of(plan, cutoff, starts_on, lists),
            other_spaces=spaces,
            upcoming=upcoming_of(plan, result, ends_on) if monthly and lists else (),
            annex=annex_of(plan, result) if lists else (),
        )


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries inside see the database at one moment, so figures add up while people go on working."""
    if connection.in_atomic_block:  # its opener chose the isolation
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on SQLite nobody can write meanwhile
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


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
    """The image as a data URI, so that the snapshot depends on no file; "" when there is none."""
    if not entity.shield:
        return ""
    try:
        content = files.read(entity.shield)
    except files.Damaged:
        return ""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _plan(plan: Plan) -> PlanFacts:
    kind = plan.get_kind_display()
    return PlanFacts(
        title=plan.title,
        slug=plan.slug,
        kind=f"{kind}: {plan.parent_instrument}" if plan.parent_instrument else kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        objective=plan.objective,
        version=plan.versions.aggregate(last=Max("number"))["last"] if plan.is_approved else None,
        approved_on=plan.approved_on,
        notes=tuple(paragraphs(plan.notes)),
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


def _execution(result: Progress, month_of: date | None, lists: bool) -> ExecutionFacts:
    """`month_of`: a day of the month that a monthly report shows apart."""
    blocks, footnotes = [], []
    for block in result.blocks:
        marks = tuple(_mark(len(footnotes) + n) for n in range(len(block.footnotes)))
        footnotes += [Footnote(mark, block.name, text) for mark, text in zip(marks, block.footnotes, strict=True)]
        blocks.append(Block(block.name, Figure.of(block.figure), marks))
    return ExecutionFacts(
        total=Figure.of(result.total),
        period=_month(result, month_of) if month_of else None,
        blocks=tuple(blocks),
        months=tuple(MonthFigure(month.last_day, Figure.of(month.figure)) for month in result.months),
        phases=tuple(NamedFigure(phase.name, Figure.of(phase.figure)) for phase in result.phases),
        footnotes=tuple(footnotes),
        misses=tuple(_miss(miss) for miss in result.misses) if lists else (),
        carried_over=result.carried_over,
        carried_to_year=result.carried_to_year,
        no_demand=(),
        baseline=result.baseline,
        added=result.added,
        withdrawn=result.withdrawn,
        scheduled_after=result.scheduled_after,
        percentages=tuple(_percentage(target, result.activities[target.activity]) for target in result.percentages),
    )


def _percentage(target: Target, activity: ActivityProgress) -> PercentageFact:
    return PercentageFact(
        number=target.number,
        name=target.name,
        block=activity.block,
        phase=activity.phase,
        dates=target.due,
        reported=target.reported,
        attended=target.attended,
        received=target.received,
        goal=target.goal,
        state=target.state,
        reason=" ".join(target.reason.split()),
        carried_to_year=target.carried_to_year,
    )


def _month(result: Progress, of: date) -> Figure:
    same = (
        month.figure for month in result.months if (month.last_day.year, month.last_day.month) == (of.year, of.month)
    )
    return Figure.of(next(same, progress.Figure(0, 0)))


def _mark(position: int) -> str:
    """a, b … z, aa, ab…"""
    before, letter = divmod(position, len(ascii_lowercase))
    return (_mark(before - 1) if before else "") + ascii_lowercase[letter]


def _miss(miss: progress.Miss) -> Miss:
    return Miss(
        activity=f"{miss.number} {miss.name}".strip(),
        block=miss.block,
        when=when(miss.planned_on, miss.precision),
        planned=miss.planned,
        executed=Fraction(miss.executed),
        reason=" ".join(miss.reason.split()),
        carried_to_year=miss.carried_to_year,
    )
