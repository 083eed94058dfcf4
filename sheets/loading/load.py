"""Loads what a reader found into a plan: all or nothing, and the same file twice changes nothing.

A dry run is the same code, rolled back. The rules: "Reading matrices" in docs/architecture.md.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Dependency, Entity, User
from display.text import normalise
from plans.actions import free_slug
from plans.models import Plan, StakeholderGroup
from records import audit
from sheets.loading.catalogue import Catalogue, Names, names_fit, names_of, register
from sheets.loading.commitments import commitment_values
from sheets.loading.existing import Existing, match_activity, match_session, tell_unmentioned
from sheets.loading.metrics import ActivityNames, metrics_values
from sheets.loading.names import is_every_group
from sheets.loading.notes import Notes
from sheets.loading.phases import PhasesAndLines
from sheets.loading.related import write_attendance, write_groups, write_responsibilities, write_responsible
from sheets.loading.resources import ActivityResource, CommitmentResource, MetricResource, SessionResource
from sheets.loading.result import Choices, Item, Result
from sheets.loading.sheet_resource import SheetResource, change_of
from sheets.loading.values import (
    ActivityValues,
    CommitmentValues,
    MetricValues,
    RowValues,
    SessionValues,
    activity_values,
    session_values,
)
from sheets.reading.ledger import Ledger
from sheets.reading.rows import Matrix, Remark
from sheets.workbook.grid import Place

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


def load(
    matrix: Matrix,
    *,
    plan: Plan,
    by: User | None,
    choices: Choices | None = None,
    create_missing: bool = False,
    propose: bool = False,
    dry_run: bool = False,
    cutoff: date | None = None,
) -> Result:
    """Put a matrix into `plan`, saved or not yet, as `by` (None: the system); nothing is stored when there are errors.

    Unknown names follow `choices`; without one they are created (`create_missing`), taken as the preview would propose
    (`propose`), or are errors. A commitment closed on no day was so by `cutoff`, the plan's end unless given.
    """
    with _without_collector(), transaction.atomic(), audit.acting_as(by):
        result = _Load(matrix, plan, by, choices or Choices(), create_missing, propose, cutoff).run()
        if dry_run or result.errors:
            transaction.set_rollback(True)
    return result


@contextmanager
def _without_collector():
    """Thousands of rows at once and nearly no circles: looking for them would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Load:
    def __init__(self, matrix, plan, by, choices, create_missing, propose, cutoff) -> None:
        self.matrix, self.by, self.choices = matrix, by, choices
        self.ledger = Ledger()
        self.plan = self._lock(plan)
        self.cutoff = cutoff or plan.ends_on
        self.existing = Existing(self.plan)
        self.items: list[Item] = []
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

    def _lock(self, plan: Plan) -> Plan:
        """The plan as it is now, kept from others until the end; a new one is saved."""
        if plan.pk is None:
            new = copy(plan)
            try:
                with transaction.atomic():
                    Plan.objects.bulk_create([new])
            except IntegrityError:  # made by somebody else a moment ago, perhaps by the same button
                plan = Plan.objects.get(entity=plan.entity, title=plan.title)
            else:
                audit.record_created([new], by=self.by)
                return new
        return Plan.objects.select_for_update(of=("self",)).select_related("entity").get(pk=plan.pk)

    def run(self) -> Result:
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
        phases_and_lines = PhasesAndLines(self.plan, self.by, self.ledger, self.existing.phases, self.existing.lines)
        result = Result(
            self.plan.slug, dependencies=self.dependencies.unknown, groups=self.groups.unknown, blocks=blocks
        )
        if self._register():
            self.items += phases_and_lines.settle(activities, self.names)
            if not phases_and_lines.is_too_long:
                self._load_rows(activities, commitments, result)
        result.items = self.items
        result.errors = _in_order([*self.matrix.errors, *self.ledger.errors])
        result.warnings = _in_order([*self.matrix.warnings, *self.ledger.warnings])
        result.left_out = _in_order([*self.matrix.left_out, *self.ledger.left_out()])
        result.not_understood = list(self.matrix.not_understood)
        return result

    def _register(self) -> bool:
        """The names of dependencies and groups first: every other row may need them."""
        catalogues = {"dependencies": (Dependency, self.dependencies), "groups": (StakeholderGroup, self.groups)}
        for kind, (model, catalogue) in catalogues.items():
            if not names_fit(model, catalogue, self.ledger):
                return False
            self.items += register(kind, model, catalogue, by=self.by)
        return True

    def _load_rows(self, activities: list[ActivityValues], commitments: list[CommitmentValues], result: Result) -> None:
        for activity in activities:
            match_activity(activity, self.existing)
        sessions = [
            session
            for activity in activities
            for session in session_values(activity.source, activity, self.names)
            if match_session(session, self.existing, self.ledger)
        ]
        tell_unmentioned(activities, sessions, self.existing, self.ledger)
        metrics, made = self._metrics(activities, sessions)
        activities = [*activities, *made]
        notes = Notes(self.matrix.notes, sessions, self.choices.notes, self.existing, self.ledger)
        result.notes, result.kept = notes.loose, notes.kept
        order = max((activity.order for activity in self.existing.activities.values()), default=0)
        self._load(ActivityResource, "activities", activities, order=order)
        write_responsibilities(activities, by=self.by)
        write_groups(activities, by=self.by)
        self._load(SessionResource, "sessions", [session for session in sessions if session.activity.saved])
        write_attendance(sessions, by=self.by)
        metrics = [metric for metric in metrics if metric.activity.saved]
        self._match_metrics(metrics)
        self._load(MetricResource, "metrics", metrics)
        self._load(CommitmentResource, "commitments", commitments)
        write_responsible(commitments, by=self.by)
        self._keep_notes(notes.kept)

    def _load(self, resource: type[SheetResource], kind: str, rows: list[RowValues], **extra) -> None:
        resource(plan=self.plan, by=self.by, ledger=self.ledger, **extra).load(rows)
        model = resource._meta.model
        for row in rows:
            if row.saved is None:
                continue
            state = "created" if row.stored is None else "changed" if row.changes else "unchanged"
            changes = tuple(change_of(model, *change) for change in row.changes)
            self.items.append(Item(kind, state, row.label, row.place, changes))

    def _metrics(self, activities, sessions: list[SessionValues]) -> tuple[list[MetricValues], list[ActivityValues]]:
        """The metrics of the file, and the activities that only they name."""
        rest = [
            ActivityValues(FILE, str(activity), stored=activity, saved=activity, outside=activity.outside_plan)
            for activity in self.existing.rest()
        ]
        names = ActivityNames([*activities, *rest], self.ledger)
        pairs = [(metric, activity) for activity in activities for metric in activity.source.metrics]
        mentioned: list[ActivityValues] = []  # only by an indicator
        for metric in self.matrix.metrics:
            if (activity := names.find(metric.activity)) is not None:
                pairs.append((metric, activity))
                if activity.saved and activity not in mentioned:
                    mentioned.append(activity)
                    self.items.append(Item("activities", "unchanged", activity.label, metric.activity.place))
        period = self.plan.starts_on, self.plan.ends_on
        return metrics_values(pairs, sessions, period, self.ledger), names.made

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

    def _keep_notes(self, kept: list[str]) -> None:
        """Notes of no session, a paragraph each, stay with the plan."""
        if not kept:
            return
        before = copy(self.plan)
        self.plan.notes = "\n\n".join([*filter(None, [self.plan.notes]), *kept])
        self.plan.claim()
        Plan.objects.filter(pk=self.plan.pk).update(notes=self.plan.notes)
        audit.record_changed([(before, self.plan)], by=self.by)


def _in_order(remarks: list[Remark]) -> list[Remark]:
    """By sheet, row and column; the sheets as the file has them."""
    sheets = list(dict.fromkeys(remark.place.sheet for remark in remarks))

    def key(remark: Remark):
        place = remark.place
        return sheets.index(place.sheet), place.row, len(place.column), place.column

    return sorted(remarks, key=key)
