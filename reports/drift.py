"""What changed in the rows of a published report since they were frozen: computed when it is asked, stored nowhere.

The frozen rows (reports/sections/records) are compared with those of today at the same cut-off. A report without them,
of before there were any, is compared with nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from django.db.models import Exists, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_noop as _
from msgspec.structs import astuple

from accounts.models import Dependency, below
from activities.models import Activity, Responsibility, Session
from commitments.models import Commitment, Extension
from commitments.states import OPEN, State
from display.dates import Precision, month_end
from display.message import Day, Label, Message, Words, listed, message, value_of
from plans.models import Plan
from records import drift
from reports.models import Report
from reports.sections import records
from reports.sections.records import COMMITMENT, SESSION, CommitmentRow, SessionRow, commitment_row, session_row

PLANNED = 5  # fields of SESSION; what follows is told of it, once its day came
LONGEST = 80  # characters of a text that is shown
Key = tuple[type, int]  # model and id
Row = SessionRow | CommitmentRow


@dataclass(frozen=True, slots=True)
class Drift:
    """A datum that is no longer what was published; `field` is None when the whole row came or went."""

    row: Words
    url: str  # "" once it is gone
    field: Words | None
    before: Words
    after: Words


@dataclass(frozen=True, slots=True)
class Values:
    """What is compared of a row: `shown` by the names of the model's fields; `told` the same, as it is compared."""

    names: tuple[str, ...]
    shown: tuple
    told: tuple

    def differences(self, other: Values) -> Iterator[tuple[str, Any, Any]]:
        for name, before, after, mine, theirs in zip(
            self.names, self.shown, other.shown, self.told, other.told, strict=True
        ):
            if mine != theirs:
                yield name, before, after


def _values(row: Row | None, cutoff: date) -> Values | None:
    """None for a session that nobody would miss: not programmed, and not held by the cut-off."""
    if row is None:
        return None
    told = _facts_of(row)
    if isinstance(row, CommitmentRow):
        *others, state = told
        # An open one has no day for its state, and a fulfilled one counts the same once it is verified.
        state = State.IN_PROGRESS if state in OPEN else State.REPORTED_DONE if state == State.VERIFIED else state
        return Values(COMMITMENT, told, (*others, state))
    if row.held_on is None and not row.planned:
        return None
    if row.held_on is None and row.planned_on > cutoff:  # its day has not come: no figure has what is told of it
        told = (*told[:PLANNED], *(None, None, None, None, "", None, None))
    return Values(SESSION, told, told)


def _facts_of(row: Row) -> tuple:
    """Its values of SESSION or COMMITMENT, without who it is and who said it."""
    first, names = (1, COMMITMENT) if isinstance(row, CommitmentRow) else (2, SESSION)
    return astuple(row)[first : first + len(names)]


@dataclass(frozen=True)
class Frozen:
    """A published report and its rows."""

    report: Report
    facts: records.Facts

    @cached_property
    def rows(self) -> dict[Key, Row]:
        return {(Session, row.id): row for row in self.facts.sessions} | {
            (Commitment, row.id): row for row in self.facts.commitments
        }

    def label(self, key: Key) -> Words:
        row = self.rows[key]
        if key[0] is Commitment:
            return _label(key, "", (row.code, row.text))
        activity = self.facts.activities[row.activity - 1]
        return _label(key, f"{activity.number} {activity.name}", (row.planned_on, row.precision))


class _Section(msgspec.Struct):
    slug: str
    schema: int
    facts: msgspec.Raw


class _Sections(msgspec.Struct):
    sections: list[_Section] = []  # a snapshot of schema 1 has none


def frozen(reports: Iterable[Report]) -> list[Frozen]:
    """Of those that are published and have their rows frozen; one query."""
    current = {report.pk: report for report in reports if report.state == Report.State.PUBLISHED}
    texts = Report.objects.filter(pk__in=current).order_by().values_list("pk", Cast("snapshot", TextField()))
    found = {
        pk: _facts(section)
        for pk, text in (texts if current else ())
        for section in msgspec.json.decode(text, type=_Sections).sections
        if section.slug == records.SECTION.slug
    }
    return [Frozen(report, found[pk]) for pk, report in current.items() if pk in found]


def _facts(section: _Section) -> records.Facts:
    if section.schema == records.SECTION.schema:
        return msgspec.json.decode(section.facts, type=records.Facts)
    return msgspec.convert(
        records.SECTION.read(msgspec.json.decode(section.facts), {}, section.schema), records.Facts, strict=False
    )


# --- Rows of today ----------------------------------------------------------------------------------------------------


Granted = tuple[date, date]  # an extension: the day on which it was granted, the deadline that it moved
DUE = COMMITMENT.index("due_on")


def _at(cutoff: date, key: Key, values: Sequence, granted: Iterable[Granted] = ()) -> Row | None:
    """A row of today, by its values of SESSION or COMMITMENT, at a cut-off; None when it is not there by then."""
    model, pk = key
    if model is Session:
        since = values[3]
        return None if since and since > cutoff else session_row(cutoff, pk, 0, values)
    made_on, precision = values[2:4]
    is_made = made_on is None or made_on <= (month_end(cutoff) if precision == Precision.MONTH else cutoff)
    due_on = next((before for on, before in granted if on > cutoff), values[DUE])
    return commitment_row(cutoff, pk, (*values[:DUE], due_on, *values[DUE + 1 :])) if is_made else None


def _as_named(stood: Row | None, told: Sequence) -> Sequence:
    """A promise that got its code after it was published says the same of itself."""
    is_coded_since = isinstance(stood, CommitmentRow) and not stood.code
    return ("", *told[1:]) if is_coded_since else told


class Dependencies:
    """Which rows a report of a dependency has; three queries, the first time that one asks."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def tree(self) -> list[tuple[int, int | None]]:
        return list(Dependency.objects.filter(entity=self.plan.entity_id).values_list("pk", "parent"))

    @cached_property
    def named(self) -> dict[Key, set[int | None]]:
        """By activity and commitment, the dependencies; None among them: it is of all."""
        found = defaultdict(set)
        answering = Responsibility.objects.filter(activity__plan=self.plan).values_list("activity", "dependency")
        for pk, dependency in answering:
            found[Activity, pk].add(dependency)
        for model, rows in ((Activity, self.plan.activities), (Commitment, self.plan.commitments)):
            for pk in rows.filter(all_dependencies=True).values_list("pk", flat=True):
                found[model, pk].add(None)
        promised = Commitment.responsible.through.objects.filter(commitment__plan=self.plan)
        for pk, dependency in promised.values_list("commitment", "dependency"):
            found[Commitment, pk].add(dependency)
        return found

    def has(self, report: Report, model: type, pk: int | None) -> bool:
        """Whether the report is about the activity or commitment."""
        if report.dependency_id is None:
            return True
        return bool(self.named[model, pk] & {None, *below(self.tree, {report.dependency_id})})


def _label(key: Key, activity: str, told: Sequence) -> Words:
    if key[0] is Commitment:
        code, text, *_rest = told
        return code or _short(text)
    planned_on, precision, *_rest = told
    return message("%(activity)s · %(day)s", activity=_short(activity.strip()), day=Day(planned_on, precision))


# --- After saving: what a report no longer says as it is --------------------------------------------------------------


class Today(NamedTuple):
    key: Key
    owner: Key  # the activity or commitment, which dependencies answer for
    activity: str
    told: Sequence
    granted: Sequence[Granted] = ()


def of_reports(plan: Plan, reports: Iterable[Report]) -> dict[int, list[Drift]]:
    """By the pk of those that have changes since. The number of queries depends on no size."""
    found = frozen(reports)
    if not found:
        return {}
    sessions = Session.objects.filter(activity__plan=plan).in_plan().order_by("activity__order", "planned_on", "pk")
    own = ("pk", "activity", "activity__number", "activity__name")
    today = [
        Today((Session, pk), (Activity, activity), f"{number} {name}", told)
        for pk, activity, number, name, *told in sessions.values_list(*own, *SESSION)
    ]
    granted = defaultdict(list)
    extensions = Extension.objects.granted().filter(commitment__plan=plan).order_by("decided_on", "pk")
    for pk, *moved in extensions.values_list("commitment", "decided_on", "due_before"):
        granted[pk].append(moved)
    today += [
        Today((Commitment, pk), (Commitment, pk), "", told, granted[pk])
        for pk, *told in plan.commitments.order_by("pk").values_list("pk", *COMMITMENT)
    ]
    dependencies = Dependencies(plan)
    drifts = {each.report.pk: list(_drifts(plan, each, today, dependencies)) for each in found}
    return {pk: rows for pk, rows in drifts.items() if rows}


def _drifts(plan: Plan, was: Frozen, today: list[Today], dependencies: Dependencies) -> Iterator[Drift]:
    cutoff, left = was.report.cutoff, dict.fromkeys(was.rows)
    for key, owner, activity, told, granted in today:
        left.pop(key, None)
        stood = was.rows.get(key)
        stands = _at(cutoff, key, _as_named(stood, told), granted)
        if stood and stands and _facts_of(stood) == _facts_of(stands):  # nearly all: a quick way past them
            continue
        before, after = _values(stood, cutoff), _values(stands, cutoff)
        if before and after:
            for name, *values in before.differences(after):
                words = (value_of(key[0], name, _short(value)) for value in values)
                label, field = _label(key, activity, told), Label(key[0]._meta.label_lower, name)
                yield Drift(label, _url(plan, key), field, *words)
        elif before or (after and dependencies.has(was.report, *owner)):
            yield _came_or_went(_label(key, activity, told), _url(plan, key), is_new=before is None)
    for key in left:
        if _values(was.rows[key], cutoff):
            yield _came_or_went(was.label(key), "", is_new=False)


def _came_or_went(label: Words, url: str, *, is_new: bool) -> Drift:
    there, away = Message(_("está")), Message(_("no está"))
    return Drift(label, url, None, *((away, there) if is_new else (there, away)))


def _url(plan: Plan, key: Key) -> str:
    model, pk = key
    name = "activities:session_detail" if model is Session else "commitments:commitment_detail"
    return reverse(name, args=[plan.entity.slug, plan.slug, pk])


def _short(value: Any) -> Any:
    return Truncator(value).chars(LONGEST) if isinstance(value, str) else value


def _told(model: type, name: str, value: Any) -> Any:
    """As a sentence says it: what somebody wrote, in quotes and without its own full stop."""
    words = value_of(model, name, _short(value)) or Message(_("vacío"))
    is_written = isinstance(value, str) and value and not model._meta.get_field(name).choices
    return f"«{_short(value).rstrip('.')}»" if is_written else words


# --- Before saving: what a change would contradict --------------------------------------------------------------------


def opened(row: Session | Commitment) -> drift.Compare | None:
    plan = row.activity.plan if isinstance(row, Session) else row.plan
    if not plan.is_approved or plan.is_published is False:  # nor was it ever when it had a published report
        return None
    found = frozen(Report.objects.filter(plan=plan, state=Report.State.PUBLISHED).light())
    if not found:
        return None
    dependencies = Dependencies(plan)
    return lambda rows, gone: [_sentences(row, found, gone, dependencies) for row in rows]


def _sentences(row: Session | Commitment, found: list[Frozen], gone: bool, dependencies: Dependencies) -> list[Message]:
    model, names = (Session, SESSION) if isinstance(row, Session) else (Commitment, COMMITMENT)
    if model is Session and row.activity.outside_plan:
        return []
    owner = (Activity, row.activity_id) if model is Session else (Commitment, row.pk)
    told = [getattr(row, name) for name in names]
    granted = () if model is Session or not row.pk else [(each.decided_on, each.due_before) for each in row.granted]
    by_change: dict[tuple[str, Message | None], list[Report]] = defaultdict(list)
    for was in found:
        cutoff = was.report.cutoff
        stood = was.rows.get((model, row.pk))
        before = _values(stood, cutoff)
        after = None if gone else _values(_at(cutoff, (model, row.pk or 0), _as_named(stood, told), granted), cutoff)
        if before and after:
            if changes := [_change(model, *each) for each in before.differences(after)]:
                by_change[_("Ya se publicó en %(reports)s: %(changes)s."), listed(changes)].append(was.report)
        elif before:
            by_change[_("Salió en %(reports)s, y ya no estará en el plan."), None].append(was.report)
        elif after and dependencies.has(was.report, *owner):
            by_change[_("No salió en %(reports)s, y es de antes de su corte."), None].append(was.report)
    return [
        message(sentence, reports=listed(_names(reports)), **({"changes": changes} if changes else {}))
        for (sentence, changes), reports in by_change.items()
    ]


def _change(model: type, name: str, before: Any, after: Any) -> Message:
    field = Label(model._meta.label_lower, name)
    values = [_told(model, name, value) for value in (before, after)]
    return message(_("«%(field)s» cambiará de %(before)s a %(after)s"), field=field, before=values[0], after=values[1])


def _names(reports: list[Report]) -> list[Message]:
    return [
        message(
            _("«%(name)s» (%(number)s, del %(day)s)"),
            name=report.name,
            number=report.number,
            day=timezone.localtime(report.published_at).date(),
        )
        for report in reports
    ]


for model in (Session, Commitment):
    drift.register(model, opened)
drift.IS_PUBLISHED.append(lambda plan: Exists(Report.objects.filter(plan=plan, state=Report.State.PUBLISHED)))
