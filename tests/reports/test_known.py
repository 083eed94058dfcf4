"""All that is known of a plan is printed in its final report or attached to it; what is not, is listed here by name."""

from datetime import date, time
from decimal import Decimal

from accounts.models import Role
from activities.models import Activity, Attendance, Metric, Session
from commitments.models import Commitment, FollowUp
from plans.models import StakeholderGroup
from reports import pages, published, snapshot
from tests.factories import make_dependency, make_user
from tests.reports.reporting import make_report

# Keys, locks and columns that other rows say; of each model, what is private by rule.
OURS = {
    "id",
    "revision",
    "search_text",
    "order",
    "plan",
    "activity",
    "commitment",
    "session",
    "phase",
    "line",
    "groups",
    # What a decided change, or the next plan, says of them.
    "replaces",
    "replaced_by",
    "carried_to",
    "carried_from",
}
PRIVATE = {
    Activity: {"in_force_from", "withdrawn_on"},  # its sessions say since when
    Session: {"reason_kind", "sent_as"},  # the reason says it in words; how the report arrived
    Metric: set(),
    Commitment: set(),
    # Where the support is kept: lists of people who came, among others. Who wrote it, and when.
    FollowUp: {"evidence", "proofs", "by", "created_at"},
}

ACTIVITY = {
    "number": "77.31",
    "name": "nombreuno",
    "description": "descripciondos",
    "objective": "objetivotres",
    "product": "productocuatro",
    "target_kind": ("count", ""),
    "target_value": (Decimal(613), "613"),
    "unit": "unidadcinco",
    "indicator": "indicadorseis",
    "formula": "formulasiete",
    "incidence_level": ("co_execution", "Ejecución conjunta"),
    "formal_instance": "instanciaocho",
    "accountability_element": ("dialogue", "Diálogo"),
    "mechanism": "mecanismonueve",
    "channels": "canalesdiez",
    "modality": ("hybrid", "Mixta"),
    "periodicity": "periodicidadonce",
    "locality": "territoriodoce",
    "budget": (7654321, "7654321"),
    "resources": "recursostrece",
    "alliances": "alianzascatorce",
    "all_dependencies": (True, "Todas las dependencias"),
    "responsible_text": "responsablequince",
    "outside_plan": (False, ""),
}
SESSION = {
    "planned_on": (date(2026, 3, 17), "2026-03-17"),
    "planned_precision": ("day", "Día"),
    "planned_units": (41, "41"),
    "held_on": (date(2026, 3, 19), "2026-03-19"),
    "held_precision": ("day", "Día"),
    "executed_units": (37, "37"),
    "numerator": (None, ""),  # of percentage targets alone
    "denominator": (None, ""),
    "modality": ("virtual", "Virtual"),
    "place": "lugardieciseis",
    "locality": "veredadiecisiete",
    "hour": (time(14, 35), "14:35"),
    "attendance_total": (263, "263"),
    "attendance_source": "fuentedieciocho",
    "attendance_note": "quienesdiecinueve",
    "questions": (127, "127"),
    "comments": (131, "131"),
    "topics": "temasveinte",
    "contributions": "aportesveintiuno",
    "results": "resultadosveintidos",
    "achieved_incidence": ("consultation", "Consulta"),
    "summary": "resumenveintitres",
    "reason": "motivoveinticuatro",
    "footnote": "notaveinticinco",
    "carried_to_year": (2027, "2027"),
    "in_force_from": (date(2026, 1, 23), "2026-01-23"),
    "withdrawn_on": (None, ""),  # it would count no more
}
METRIC = {
    "kind": ("views", ""),
    "name": "metricaveintiseis",
    "value": (Decimal(5309), "5309"),
    "period_from": (date(2026, 3, 2), "2026-03-02"),
    "period_to": (date(2026, 3, 29), "2026-03-29"),
    "source": "fuenteveintisiete",
    "captured_on": (date(2026, 4, 13), "2026-04-13"),
}
COMMITMENT = {
    "code": "CODVEINTIOCHO",
    "text": "promesaveintinueve",
    "instance": "instanciatreinta",
    "made_on": (date(2026, 3, 21), "2026-03-21"),
    "made_precision": ("day", "Día"),
    "due_on": (date(2026, 5, 27), "2026-05-27"),
    "responsible": (None, "Secretaría Treintayuno"),
    "all_dependencies": (True, "Todas las dependencias"),
    "state": ("carried_over", "Pasa a la vigencia 2027"),
    "closed_on": (date(2026, 6, 11), "2026-06-11"),
    "closed_until": (None, ""),  # of those closed on a day that nobody wrote
    "verified_on": (None, ""),  # of those fulfilled
    "reason": "motivotreintaydos",
    "carried_to_year": (2027, "2027"),
}
FOLLOW_UP = {"on": (date(2026, 4, 9), "2026-04-09"), "progress": (83, "83"), "done": "hechotreintaytres"}
GIVEN = {Activity: ACTIVITY, Session: SESSION, Metric: METRIC, Commitment: COMMITMENT, FollowUp: FOLLOW_UP}


def values(given: dict) -> dict:
    stored = {name: value[0] if isinstance(value, tuple) else value for name, value in given.items()}
    return {name: value for name, value in stored.items() if name != "responsible"}


def filled(plan) -> None:
    group = StakeholderGroup.objects.create(entity=plan.entity, name="Grupotreintaycuatro")
    activity = Activity.objects.create(
        plan=plan,
        phase=plan.phases.create(number=1, name="Fasetreintaycinco", stage="diagnosis"),
        line=plan.lines.create(name="Lineatreintayseis"),
        **values(ACTIVITY),
    )
    activity.groups.add(group)
    session = Session.objects.create(activity=activity, **values(SESSION))
    Attendance.objects.create(session=session, group=group, people=211)
    Metric.objects.create(activity=activity, **values(METRIC))
    commitment = Commitment.objects.create(plan=plan, session=session, **values(COMMITMENT))
    commitment.responsible.add(make_dependency(plan.entity, "Secretaría Treintayuno"))
    commitment.groups.add(group)
    by = make_user(plan.entity, Role.PLANNER)
    FollowUp.objects.create(commitment=commitment, evidence="evidenciasecreta", by=by, **values(FOLLOW_UP))


def said(plan) -> str:
    taken = snapshot.take(make_report(plan))
    printed = "".join(each.html for each in pages.placed(taken))
    attached = "".join(file.content.decode() for file in published.files(taken) if file.name.endswith(".csv"))
    return f"{printed}\n{attached}"


def test_every_field_is_filled_here_or_private_by_rule():
    for model, given in GIVEN.items():
        fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
        assert fields - OURS - PRIVATE[model] == given.keys(), model


def test_every_value_is_in_the_final_report_or_in_its_data(plan):
    filled(plan)
    text = said(plan)
    missing = [
        f"{model.__name__}.{name}"
        for model, given in GIVEN.items()
        for name, value in given.items()
        if (value[1] if isinstance(value, tuple) else value) not in text
    ]
    assert missing == []
    assert all(word in text for word in ("Grupotreintaycuatro", "Fasetreintaycinco", "Lineatreintayseis", "211"))


def test_what_is_private_is_nowhere(plan):
    filled(plan)
    text = said(plan)
    assert "evidenciasecreta" not in text
    assert FollowUp.objects.get().by.full_name not in text
