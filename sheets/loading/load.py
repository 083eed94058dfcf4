"""Loads what a reader found into a plan: all or nothing, and the same file twice changes nothing.

One function compares and asks nothing but what is stored, another writes. A dry run only compares; a load compares
again under its locks. The rules: "Reading matrices" in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Dependency, Entity, User
from display.message import message_of
from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.names import is_every_group, names_of
from matrices.reading.rows import Matrix
from matrices.workbook.grid import Place
from plans.actions import free_slug
from plans.models import Plan, StakeholderGroup
from plans.states import refuse_closed
from records.collector import collector_off
from records.models import Origin
from sheets.loading.approved import advice_on
from sheets.loading.catalogue import Catalogue, Names, names_fit
from sheets.loading.commitments import commitment_values
from sheets.loading.differences import change_of, compare, refuse_held, tell_published
from sheets.loading.existing import Existing, match_activity, match_session, tell_unmentioned
from sheets.loading.exported.comparison import Comparison as ExportedComparison
from sheets.loading.metrics import ActivityNames, metrics_values
from sheets.loading.notes import Notes
from sheets.loading.phases import PhasesAndLines
from sheets.loading.register import register
from sheets.loading.resources import ActivityResource, CommitmentResource, MetricResource, SessionResource
from sheets.loading.result import Choices, Item, Result, in_order
from sheets.loading.sheet_resource import SheetResource
from sheets.loading.values import (
    ActivityValues,
    CommitmentValues,
    MetricValues,
    RowValues,
    SessionValues,
    activity_values,
    session_values,
)
from sheets.loading.writing import MODELS, joined_notes, write

FILE = Place("", 0)  # a message about the whole file


def plan_for(entity: Entity, title: str, starts_on: date, ends_on: date, **fields) -> Plan:
    """The entity's plan of this title, else one not saved yet, its address made from the title.

    Raises ValidationError when the stored plan has other dates, or the new one cannot be.
    """
    if plan := Plan.objects.filter(entity=entity, title=title).first():
        if (plan.starts_on, plan.ends_on) != (starts_on, ends_on):
            raise ValidationError(
                _("«%(title)s» ya existe y va del %(starts)s al %(ends)s. Use esas fechas, o escriba otro título.")
                % {"title": title, "starts": f"{plan.starts_on:%d/%m/%Y}", "ends": f"{plan.ends_on:%d/%m/%Y}"}
            )
        plan.entity = entity
        return plan
    plan = Plan(entity=entity, title=title, starts_on=starts_on, ends_on=ends_on, **fields)
    plan.slug = free_slug(title)
    plan.full_clean()
    return plan


def foresee(
    matrix: Matrix,
    *,
    plan: Plan,
    choices: Choices | None = None,
    cutoff: date | None = None,
    compared: Callable[..., Any] | None = None,
) -> tuple[Result, dict[str, list[RowValues]]]:
    """What a preview proposes, and the rows by kind as they would be. It only reads, and locks nothing.

    `compared`: another comparison than that of a plan's sheets (`execution/comparison.py`).
    """
    compared = compared or (ExportedComparison if matrix.sheets else _Comparison)
    with collector_off(leaves_circles=False):
        comparison = compared(matrix, _as_it_is(plan), choices or Choices(), False, True, cutoff)
        return comparison.result(), comparison.rows


def load(
    matrix: Matrix,
    *,
    plan: Plan,
    by: User | None,
    choices: Choices | None = None,
    create_missing: bool = False,
    propose: bool = False,
    dry_run: bool = False,
    origin: Origin | None = None,
    cutoff: date | None = None,
    compared: Callable[..., Any] | None = None,
) -> Result:
    """Put a matrix into `plan`, saved or not yet, as `by` (None: the system); nothing is stored when there are errors.

    Unknown names follow `choices`; without one they are created (`create_missing`), taken as the preview would propose
    (`propose`), or are errors. A commitment closed on no day was so by `cutoff`, the plan's end unless given. Each row
    that is new or changed keeps its cells in `origin`, which is not saved yet; it is when there is such a row. A dry
    run only reads, locks nothing, and its Result is that of a load at this moment. Raises Closed.
    """
    ways = choices or Choices(), create_missing, propose, cutoff
    compared = compared or (ExportedComparison if matrix.sheets else _Comparison)
    with collector_off(leaves_circles=False):
        if dry_run:
            return compared(matrix, _as_it_is(plan), *ways).result()
        for is_last in (False, False, True):
            try:
                with transaction.atomic():
                    comparison = compared(matrix, _as_it_is(plan, lock=True), *ways, lock=True)
                    result = comparison.result()
                    if not result.errors:
                        comparison.write(result, origin=origin, by=by)
                    return result
            except IntegrityError:  # somebody stored such a row after it was looked for: look again
                if is_last:
                    raise


def _as_it_is(plan: Plan, *, lock: bool = False) -> Plan:
    """The stored plan, kept from others until the end with `lock`; a copy of one that is not stored."""
    plans = Plan.objects.select_related("entity")
    plans = plans.select_for_update(of=("self",)) if lock else plans
    if plan.pk:
        stored = plans.get(pk=plan.pk)
        if lock:
            refuse_closed(stored)
        return stored
    if stored := plans.filter(entity=plan.entity, title=plan.title).first():
        return stored  # made by somebody else a moment ago, perhaps by the same button
    new = copy(plan)
    new.slug = free_slug(plan.title)
    return new


class _Comparison:
    """What a matrix changes in a plan. It writes nothing."""

    def __init__(
        self, matrix: Matrix, plan: Plan, choices: Choices, create_missing, propose, cutoff, *, lock: bool = False
    ) -> None:
        self.matrix, self.plan, self.choices, self.lock = matrix, plan, choices, lock
        self.cutoff = cutoff or plan.ends_on
        self.advice = advice_on(plan)
        self.rows: dict[str, list[RowValues]] = {}  # by kind; those in error have no instance
        self.ledger = Ledger()
        self.existing = Existing(plan, lock=lock)
        ways = {"ledger": self.ledger, "create_missing": create_missing, "propose": propose}
        self.dependencies = Catalogue(
            names_of(self.existing.dependencies),
            sentence=gettext_noop("«%(name)s» no es una dependencia de esta entidad."),
            make=lambda name: Dependency(entity=self.plan.entity, name=name),
            choices=choices.dependencies,
            **ways,
        )
        self.groups = Catalogue(
            names_of(self.existing.groups),
            sentence=gettext_noop("«%(name)s» no es un grupo de valor o de interés de esta entidad."),
            make=lambda name: StakeholderGroup(entity=self.plan.entity, name=name),
            choices=choices.groups,
            is_set=is_every_group,
            **ways,
        )
        lines = frozenset(normalise(line.name) for line in self.existing.lines)
        self.names = Names(self.dependencies, self.groups, lines, choices.blocks, self.ledger)

    def write(self, result: Result, *, origin: Origin | None, by: User | None) -> None:
        write(self.rows, plan=self.plan, notes=result.kept, origin=origin, by=by)

    def result(self) -> Result:
        rows = self.matrix.activities
        others = [row.responsible for row in self.matrix.commitments if row.responsible]
        in_error = {(error.place.sheet, error.place.row) for error in self.matrix.errors}  # what they name is doubtful
        blocks = self.names.learn([row for row in rows if (row.place.sheet, row.place.row) not in in_error], others)
        # those of the plan first: groups that they bring are known to the spaces outside of it
        values = {id(row): activity_values(row, self.names) for row in sorted(rows, key=lambda row: row.outside_plan)}
        activities = [values[id(row)] for row in rows]
        wrong = {error.place for error in self.matrix.errors}  # a number used twice would only be refused again
        activities = [activity for activity in activities if activity.place not in wrong]
        commitments = self._commitments()
        phases_and_lines = PhasesAndLines(
            self.plan, self.advice, self.ledger, self.existing.phases, self.existing.lines
        )
        result = Result(
            self.plan.slug, dependencies=self.dependencies.unknown, groups=self.groups.unknown, blocks=blocks
        )
        if self._register():
            self.rows |= phases_and_lines.settle(activities, self.names)
            if not phases_and_lines.is_too_long:
                self._compare_rows(activities, commitments, result)
        refuse_held(self.plan, self.rows, self.ledger, lock=self.lock)
        result.items = [
            Item(
                kind, row.state, row.label, row.place, tuple(change_of(MODELS[kind], *change) for change in row.changes)
            )
            for kind, rows in self.rows.items()
            for row in rows
            if row.instance is not None
        ]
        for kind in ("sessions", "commitments"):
            tell_published(self.rows.get(kind, ()), self.ledger)
        result.errors = in_order([*self.matrix.errors, *self.ledger.errors])
        result.warnings = in_order([*self.matrix.warnings, *self.ledger.warnings])
        result.left_out = in_order([*self.matrix.left_out, *self.ledger.left_out()])
        result.not_understood = list(self.matrix.not_understood)
        return result

    def _register(self) -> bool:
        """The dependencies and groups first: every other row may need them."""
        existing = self.existing
        for kind, catalogue, stored in (
            ("dependencies", self.dependencies, existing.dependencies),
            ("groups", self.groups, existing.groups),
        ):
            if not names_fit(MODELS[kind], catalogue, self.ledger):
                return False
            self.rows[kind] = register(MODELS[kind], catalogue, stored=stored, ledger=self.ledger)
        return True

    def _compare_rows(
        self, activities: list[ActivityValues], commitments: list[CommitmentValues], result: Result
    ) -> None:
        existing = self.existing
        for activity in activities:
            match_activity(activity, existing)
        sessions = [
            session
            for activity in activities
            for session in session_values(activity.source, activity, self.names)
            if match_session(session, existing, self.ledger)
        ]
        tell_unmentioned(activities, sessions, existing, self.ledger)
        metrics, mentioned, made = self._metrics(activities, sessions)
        activities = [*activities, *made]
        notes = Notes(self.matrix.notes, sessions, self.choices.notes, existing, self.ledger)
        result.notes, result.kept = notes.loose, notes.kept
        self._check_notes(notes.kept)
        order = max((activity.order for activity in existing.activities.values()), default=0)
        for activity in activities:
            if activity.stored is None:
                activity.order = order = order + 1
        self._compare(ActivityResource(), "activities", activities, existing.activities.values())
        self.rows["activities"] = [*mentioned, *activities]
        sessions = [session for session in sessions if session.activity.instance]
        self._compare(SessionResource(), "sessions", sessions, existing.sessions.values())
        metrics = [metric for metric in metrics if metric.activity.instance]
        self._match_metrics(metrics)
        self._compare(MetricResource(), "metrics", metrics, [row for rows in existing.metrics.values() for row in rows])
        self._compare(CommitmentResource(), "commitments", commitments, existing.all_commitments)

    def _compare(self, resource: SheetResource, kind: str, rows: list[RowValues], stored: Iterable[Model]) -> None:
        compare(resource, rows, plan=self.plan, advice=self.advice, stored=stored, ledger=self.ledger)
        self.rows[kind] = rows

    def _metrics(
        self, activities, sessions: list[SessionValues]
    ) -> tuple[list[MetricValues], list[ActivityValues], list[ActivityValues]]:
        """The metrics of the file; the activities that only they name, stored ones and new ones."""
        rest = [
            ActivityValues(FILE, str(activity), stored=activity, instance=activity, outside=activity.outside_plan)
            for activity in self.existing.rest()
        ]
        names = ActivityNames([*activities, *rest], self.ledger)
        pairs = [(metric, activity) for activity in activities for metric in activity.source.metrics]
        mentioned: list[ActivityValues] = []
        for metric in self.matrix.metrics:
            if (activity := names.find(metric.activity)) is not None:
                pairs.append((metric, activity))
                if activity.instance and activity not in mentioned:
                    activity.place = metric.activity.place
                    mentioned.append(activity)
        period = self.plan.starts_on, self.plan.ends_on
        return metrics_values(pairs, sessions, period, self.ledger), mentioned, names.made

    def _check_notes(self, kept: list[str]) -> None:
        """Whether those that join the plan's fit there with them."""
        try:
            Plan._meta.get_field("notes").clean(joined_notes(self.plan, kept), self.plan)
        except ValidationError as error:
            (problem,) = error.error_list
            self.ledger.error(
                self.matrix.notes[0].text.place,
                gettext_noop("Las notas de la hoja no caben en el plan. %(why)s"),
                why=message_of(problem),
            )

    def _match_metrics(self, metrics: list[MetricValues]) -> None:
        for metric in sorted(metrics, key=lambda metric: "source" not in metric.values):  # those that say it first
            metric.stored = self.existing.metric_of(metric)

    def _commitments(self) -> list[CommitmentValues]:
        """Those of the file without an error of their own."""
        seen: dict = {}
        commitments = []
        for row in self.matrix.commitments:
            errors = len(self.ledger.errors)
            commitment = commitment_values(row, self.names, self.existing, seen, self.plan.ends_on, self.cutoff)
            if len(self.ledger.errors) == errors:
                commitments.append(commitment)
        return commitments
