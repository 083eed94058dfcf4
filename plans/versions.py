"""Approved versions of a plan as snapshots, and the differences between two, field by field.

A snapshot is JSON in the source language with labels resolved, so later renames do not change it:
{"schema": 2, "plan": {field: text}, "phases"|"lines"|"groups"|"chapters"|"signatories": [{"id", field: text}],
"activities": [{"id", field: text, "groups": [name], "responsible": [text], "sessions": [{"id", field: text}]}]}.
Dates are ISO text ("2026-03" when only the month is known), counts are integers, an empty field is "". Rows match
by id; a signatory's is its step. Schema 1 had neither chapters nor signatories, nor the texts of who may participate.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.models import Activity, Session
from display.dates import Precision
from display.values import Change, in_words, label
from plans.models import CyclePhase, Plan, PlanChapter, PlanVersion, Signatory, StakeholderGroup, StrategicLine
from records.audit import acting_as

PLAN = [
    *("title", "kind", "starts_on", "ends_on", "parent_instrument", "objective"),
    *("who_may_participate", "participation_means", "responsible_units", "notes"),
]
PHASE = ["number", "name", "stage"]
LINE = ["name"]
GROUP = ["name", "kind"]
CHAPTER = ["title", "purpose", "body"]
ACTIVITY = [
    "number",
    "name",
    "phase",
    "line",
    "description",
    "objective",
    "product",
    "target_kind",
    "target_value",
    "unit",
    "indicator",
    "formula",
    "incidence_level",
    "formal_instance",
    "accountability_element",
    "mechanism",
    "channels",
    "modality",
    "periodicity",
    "locality",
    "budget",
    "resources",
    "alliances",
    "all_dependencies",
    "responsible_text",
    "outside_plan",
]
KEYS = ("id", "first")
LABELS = {
    "responsible": gettext_lazy("Responsables"),
    "groups": gettext_lazy("Grupos de valor y de interés"),
    "position": gettext_lazy("Cargo"),
}


def freeze(plan: Plan, *, reason: str, by: User | None) -> PlanVersion:
    """Stores the next version; the number of queries does not depend on the size."""
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    with acting_as(by):
        return PlanVersion.objects.create(plan=plan, number=number, snapshot=snapshot(plan), reason=reason, by=by)


def snapshot(plan: Plan) -> dict:
    """The current planned side, without withdrawn activities and sessions. Nine queries."""
    activities = plan.activities.filter(withdrawn_on=None).select_related("phase", "line")
    activities = activities.prefetch_related(
        "groups",
        models.Prefetch("responsibilities", to_attr="named"),
        "named__dependency",
        models.Prefetch("sessions", Session.objects.filter(withdrawn_on=None), to_attr="planned"),
    )
    lines = Lines(plan)
    with translation.override(settings.LANGUAGE_CODE):
        rows, groups = [], {}
        for activity in activities:
            planned = sorted([*activity.planned, *lines.kept.get(activity.pk, ())], key=lambda row: row.planned_on)
            groups |= {group.pk: group for group in activity.groups.all()}
            rows.append(
                {
                    **lines.of_activity(activity.pk),
                    **texts(activity, ACTIVITY),
                    "responsible": [
                        f"{responsibility.dependency.name} ({responsibility.get_part_display().lower()})"
                        for responsibility in activity.named
                    ],
                    "groups": [group.name for group in activity.groups.all()],
                    "sessions": [{**lines.of_session(row.pk), **session_texts(row)} for row in planned],
                }
            )
        return {
            "schema": 2,
            "plan": texts(plan, PLAN),
            "phases": [{"id": phase.pk, **texts(phase, PHASE)} for phase in plan.phases.all()],
            "lines": [{"id": line.pk, **texts(line, LINE)} for line in plan.lines.all()],
            "groups": [
                {"id": group.pk, **texts(group, GROUP)}
                for group in sorted(groups.values(), key=lambda group: group.name)
            ],
            "chapters": [{"id": chapter.pk, **texts(chapter, CHAPTER)} for chapter in plan.chapters.all()],
            "signatories": [
                {
                    "id": signatory.stage,
                    "stage": signatory.get_stage_display(),
                    "person": signatory.person.full_name,
                    "position": signatory.person.position,
                }
                for signatory in plan.signatories.select_related("person")
            ],
            "activities": rows,
        }


class Lines:
    """What changes made of activities and sessions: each by the first of its line, so that versions know them again.

    An activity that goes on in another one leaves to it the sessions that stay in the plan. Three statements.
    """

    def __init__(self, plan: Plan):
        self.before = {
            Activity: dict(plan.activities.exclude(replaces=None).values_list("pk", "replaces")),
            Session: dict(
                Session.objects.filter(activity__plan=plan).exclude(replaced_by=None).values_list("replaced_by", "pk")
            ),
        }
        heirs = {old: new for new, old in self.before[Activity].items()}
        self.kept: dict[int, list[Session]] = {}
        for session in Session.objects.filter(activity__in=heirs, withdrawn_on=None):
            heir = session.activity_id
            while heir in heirs:
                heir = heirs[heir]
            self.kept.setdefault(heir, []).append(session)

    def of_activity(self, pk: int) -> dict:
        return self._named(Activity, pk)

    def of_session(self, pk: int) -> dict:
        return self._named(Session, pk)

    def _named(self, model: type[models.Model], pk: int) -> dict:
        first = pk
        while first in self.before[model]:
            first = self.before[model][first]
        return {"id": pk} if first == pk else {"id": pk, "first": first}


def texts(row: models.Model, names: Iterable[str]) -> dict:
    """{name: value} as in the snapshot: labels of choices, names of relations, ISO dates."""
    result = {}
    for name in names:
        value = getattr(row, name)
        if row._meta.get_field(name).choices:
            value = str(getattr(row, f"get_{name}_display")())
        elif isinstance(value, bool):
            value = _("Sí") if value else ""
        elif isinstance(value, models.Model):
            value = str(value)
        elif isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        elif hasattr(value, "isoformat"):
            value = value.isoformat()
        result[name] = "" if value is None else value
    return result


def session_texts(session: Session) -> dict:
    result = texts(session, Session.PROGRAMMED)
    del result["planned_precision"]
    if session.planned_precision == Precision.MONTH:
        result["planned_on"] = result["planned_on"][:7]  # "2026-03" tells the precision
    return result


def in_order(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """As a version writes them: PostgreSQL keeps the keys of JSON in an order of its own."""
    known = {
        Plan: PLAN,
        CyclePhase: PHASE,
        StakeholderGroup: GROUP,
        PlanChapter: CHAPTER,
        Signatory: ["stage", "person", "position"],
        Activity: [*ACTIVITY, "responsible", "groups"],
        Session: Session.PROGRAMMED,
    }
    place = {name: at for at, name in enumerate(known.get(model, ()))}
    return sorted(names, key=lambda name: place.get(name, len(place)))


# --- Reading and comparing ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass
class Difference:
    """The differences of one kind of row; `changed` as (name, changes)."""

    title: str
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[tuple[str, list[Change]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def facts(model: type[models.Model], row: dict) -> list[Fact]:
    """The non-empty fields of a row of a snapshot, with their labels."""
    names = in_order(model, (name for name in row if name not in KEYS))
    words = ((name, written(model, name, row[name])) for name in names)
    return [Fact(label(model, name, LABELS), text) for name, text in words if text]


def compare(older: dict, newer: dict) -> list[Difference]:
    """By kind of row; kinds without differences are left out. What is outside the plan promises nothing."""
    older, newer = promised(older), promised(newer)
    plan = Difference(_("Plan"))
    if changes := changes_of(Plan, older["plan"], newer["plan"]):
        plan.changed.append((newer["plan"]["title"], changes))
    kinds = [
        (_("Fases"), CyclePhase, "phases", phase_name),
        (_("Líneas estratégicas"), StrategicLine, "lines", plain_name),
        (_("Grupos de valor y de interés"), StakeholderGroup, "groups", plain_name),
        (_("Capítulos"), PlanChapter, "chapters", chapter_name),
        (_("Firmantes"), Signatory, "signatories", signatory_name),
        (_("Actividades"), Activity, "activities", activity_name),
    ]
    differences = [
        plan,
        # A schema without a kind of row has none of it.
        *(
            compare_rows(title, model, older.get(key, []), newer.get(key, []), name)
            for title, model, key, name in kinds
        ),
    ]
    differences.append(compare_rows(_("Espacios"), Session, sessions_of(older), sessions_of(newer), session_name))
    return [difference for difference in differences if difference]


def promised(snapshot: dict) -> dict:
    """Without what was held besides: activities outside the plan, and spaces that nobody programmed."""
    activities = [
        {**row, "sessions": [session for session in row["sessions"] if session["planned_units"]]}
        for row in snapshot["activities"]
        if not row.get("outside_plan")
    ]
    return {**snapshot, "activities": activities}


def compare_rows(title: str, model: type[models.Model], older: list[dict], newer: list[dict], name) -> Difference:
    """Rows match by the first of their line, and are listed in the order of `newer`."""
    before, after = ({row.get("first", row["id"]): row for row in rows} for rows in (older, newer))
    difference = Difference(
        title,
        added=[name(row) for key, row in after.items() if key not in before],
        removed=[name(row) for key, row in before.items() if key not in after],
    )
    for key, row in after.items():
        if key in before and (changes := changes_of(model, before[key], row)):
            difference.changed.append((name(row), changes))
    return difference


def changes_of(model: type[models.Model], before: dict, after: dict) -> list[Change]:
    """A field that one of them lacks, from another schema, counts as empty."""
    names = in_order(
        model, (name for name in dict.fromkeys([*after, *before]) if name not in (*KEYS, "sessions", "activity"))
    )
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [
        Change(label(model, name, LABELS), written(model, name, old), written(model, name, new))
        for name, old, new in pairs
        if old != new
    ]


def sessions_of(snapshot: dict) -> list[dict]:
    return [
        {"activity": activity_name(activity), **session}
        for activity in snapshot["activities"]
        for session in activity["sessions"]
    ]


def activity_facts(row: dict) -> list[Fact]:
    elsewhere = ("number", "name", "sessions")  # the page shows them as heading and list
    return facts(Activity, {name: value for name, value in row.items() if name not in elsewhere})


def session_line(row: dict) -> str:
    # 12 de octubre de 2026 · cuenta 2
    units = _("cuenta %(n)d") % {"n": row["planned_units"]}
    return f"{written(Session, 'planned_on', row['planned_on'])} · {units}"


def plain_name(row: dict) -> str:
    return row["name"]


def phase_name(row: dict) -> str:
    return str(CyclePhase(number=row["number"], name=row["name"]))


def chapter_name(row: dict) -> str:
    return row["title"]


def signatory_name(row: dict) -> str:
    return f"{row['stage']}: {row['person']}"


def activity_name(row: dict) -> str:
    return f"{row['number']} {row['name']}".strip()


def session_name(row: dict) -> str:
    return f"{row['activity']} · {written(Session, 'planned_on', row['planned_on'])}"


def written(model: type[models.Model], name: str, value) -> str:
    """Text of a value of a snapshot; lists one item per line."""
    if isinstance(value, list):
        return "\n".join(value)
    return str(value) if name in LABELS else in_words(model._meta.get_field(name), value)
