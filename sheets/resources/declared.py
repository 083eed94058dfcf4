"""The sheets of a plan and their columns: whatever people own of it, declared once.

`EXEMPT` names the stored fields without a column, each with why; a test walks the models. `NO_SHEET` names those that
hang from a plan's rows and have no sheet.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment, FollowUp
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup, StrategicLine
from sheets.resources.columns import About, Column, Key, Label, Names, Parent, Reference, Sheet

EXEMPT = {
    "id": "the key holds it",
    "plan": "a file is of one plan",
    "entity": "a plan is of one entity",
    "revision": "counts changes, for forms",
    "search_text": "computed from other fields",
    "Plan.slug": "addresses do not change",
    "Plan.uid": "opens every key",
    "Plan.approved_precision": "of an approval on paper that only says its month",
    "Plan.approval_document": "a file, which no cell holds",
    "Plan.continues": "another plan",
    "Plan.proposals_until": "of the plan while it is written",
    "Activity.replaces": "the change that did it says so",
    "Activity.in_force_from": "its sessions say so",
    "Session.replaced_by": "the change that did it says so",
    "Session.carried_to": "of another plan",
    "Session.sent_as": "of the form that was sent",
    "Session.reason_kind": "chosen from a list in the report; the reason says it in words",
    "Commitment.carried_from": "of another plan",
    "Metric.kind": "computed from the name",
    "Responsibility.activity": "columns of the activity: lead and support",
    "Responsibility.dependency": "columns of the activity: lead and support",
    "Responsibility.part": "columns of the activity: lead and support",
    "FollowUp.proofs": "files, which no cell holds",
}

NO_SHEET = {
    "Extension": "asked and decided on the promise's page; its column of the promise says those granted",
    "Verification": "made on the promise's page, with its minutes",
    "CitizenAnswer": "of citizens: read and replied to on the promise's page",
}


class PlanSheet(Sheet):
    key = Key()
    title = Column()
    kind = Column()
    starts_on = Column()
    ends_on = Column()
    parent_instrument = Column()
    objective = Column()
    who_may_participate = Column()
    participation_means = Column()
    responsible_units = Column()
    notes = Column()
    state = Column(readonly=True)
    approved_on = Column(readonly=True)
    approval_act = Column(readonly=True)
    closed_on = Column(readonly=True)

    class Meta:
        model, kind, title = Plan, "plan", "Plan"


class PhaseSheet(Sheet):
    key = Key()
    number = Column()
    name = Column(_("Fase"))
    stage = Column()

    class Meta:
        model, kind, title = CyclePhase, "phases", "Fases"


class LineSheet(Sheet):
    key = Key()
    name = Column(_("Línea"))
    order = Column()

    class Meta:
        model, kind, title = StrategicLine, "lines", "Líneas"


class ChapterSheet(Sheet):
    key = Key()
    title = Column(_("Capítulo"))
    purpose = Column(_("Clase de capítulo"))
    body = Column(_("Texto"))
    order = Column()

    class Meta:
        model, kind, title = PlanChapter, "chapters", "Capítulos"


class GroupSheet(Sheet):
    key = Key()
    name = Column(_("Grupo"))
    kind = Column()
    furag_category = Column()
    aliases = Column()
    characterization = Column()
    characterized_on = Column()
    characterization_source = Column()
    size_estimate = Column()
    active = Column()

    class Meta:
        model, kind, title = StakeholderGroup, "groups", "Grupos"


class ActivitySheet(Sheet):
    key = Key()
    number = Column()
    name = Column(_("Actividad"))
    phase = Reference(_("Fase"), "phases")
    line = Reference(_("Línea"), "lines")
    lead = Names(_("Lidera"), "dependencies")
    support = Names(_("Apoyan"), "dependencies")
    all_dependencies = Column()
    responsible_text = Column()
    groups = Names(_("Grupos"), "groups")
    description = Column()
    objective = Column()
    product = Column()
    target_kind = Column()
    target_value = Column()
    unit = Column()
    indicator = Column()
    formula = Column()
    incidence_level = Column()
    formal_instance = Column()
    accountability_element = Column()
    mechanism = Column()
    channels = Column()
    modality = Column()
    periodicity = Column()
    locality = Column()
    budget = Column()
    resources = Column()
    alliances = Column()
    outside_plan = Column()
    order = Column()
    withdrawn_on = Column(readonly=True)

    class Meta:
        model, kind, title = Activity, "activities", "Actividades"


class SessionSheet(Sheet):
    key = Key()
    activity = Parent(_("Clave de la actividad"), "activities")
    activity_label = Label(_("Actividad"), "activity", "activities")
    planned_on = Column()
    planned_precision = Column()
    planned_units = Column()
    held_on = Column()
    held_precision = Column()
    executed_units = Column()
    numerator = Column()
    denominator = Column()
    modality = Column()
    place = Column()
    locality = Column()
    hour = Column()
    attendance_total = Column()
    attendance_source = Column()
    attendance_note = Column()
    questions = Column()
    comments = Column()
    topics = Column()
    contributions = Column()
    results = Column()
    achieved_incidence = Column()
    summary = Column()
    reason = Column()
    footnote = Column()
    carried_to_year = Column()
    in_force_from = Column(readonly=True)
    withdrawn_on = Column(readonly=True)
    differential = About(_("Conteo diferencial"), "differential")

    class Meta:
        model, kind, title = Session, "sessions", "Espacios"


class AttendanceSheet(Sheet):
    key = Key()
    session = Parent(_("Clave del espacio"), "sessions")
    session_label = Label(_("Espacio"), "session", "sessions")
    group = Reference(_("Grupo"), "groups")
    people = Column()

    class Meta:
        model, kind, title = Attendance, "attendance", "Asistencia"


class MetricSheet(Sheet):
    key = Key()
    activity = Parent(_("Clave de la actividad"), "activities")
    activity_label = Label(_("Actividad"), "activity", "activities")
    session = Parent(_("Clave del espacio"), "sessions")
    session_label = Label(_("Espacio"), "session", "sessions")
    name = Column(_("Métrica"))
    value = Column()
    period_from = Column()
    period_to = Column()
    source = Column()
    captured_on = Column()

    class Meta:
        model, kind, title = Metric, "metrics", "Métricas"


class CommitmentSheet(Sheet):
    key = Key()
    code = Column()
    text = Column()
    session = Parent(_("Clave del espacio de origen"), "sessions")
    session_label = Label(_("Espacio de origen"), "session", "sessions")
    instance = Column()
    groups = Names(_("Con quiénes"), "groups")
    made_on = Column()
    made_precision = Column()
    due_on = Column()
    extensions = About(_("Prórrogas"), "extensions")
    responsible = Names(_("Responsables"), "dependencies")
    all_dependencies = Column()
    state = Column()
    closed_on = Column()
    closed_until = Column()
    verified_on = Column()
    reason = Column()
    carried_to_year = Column()

    class Meta:
        model, kind, title = Commitment, "commitments", "Compromisos"


class FollowUpSheet(Sheet):
    key = Key()
    commitment = Parent(_("Clave del compromiso"), "commitments")
    commitment_label = Label(_("Compromiso"), "commitment", "commitments")
    on = Column()
    progress = Column()
    done = Column()
    evidence = Column()
    by = Reference(_("Persona"), "people", readonly=True)
    created_at = Column(readonly=True)

    class Meta:
        model, kind, title = FollowUp, "follow_ups", "Seguimientos"


SHEETS: tuple[type[Sheet], ...] = (
    PlanSheet, PhaseSheet, LineSheet, ChapterSheet, GroupSheet, ActivitySheet, SessionSheet, AttendanceSheet,
    MetricSheet, CommitmentSheet, FollowUpSheet,
)  # fmt: skip
OWN_MODELS = (*(sheet._meta.model for sheet in SHEETS), Responsibility)
