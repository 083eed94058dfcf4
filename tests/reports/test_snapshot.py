import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import msgspec
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from PIL import Image

from display.colour import WHITE, contrast
from plans.models import Plan, PlanVersion
from records import files
from reports import pdf, periods, snapshot, wording
from reports.facts import (
    Figure,
    Footnote,
    InstanceBalance,
    MetricFact,
    Miss,
    Participation,
    PercentageFact,
    SpaceFact,
    Upcoming,
)
from reports.models import Report
from reports.periods import days_of, words_of
from tests.factories import make_activity, make_commitment, make_dependency, make_plan, make_session
from tests.reports import sample

JAN, FEB, MAR, APR, END = (date(2026, m, d) for m, d in ((1, 31), (2, 28), (3, 31), (4, 30), (12, 31)))


def final(plan, cutoff=END, **fields):
    return snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=cutoff, **fields))


def monthly(plan, month, cutoff=None):
    period = f"{month:%Y-%m}"
    cutoff = cutoff or periods.default_cutoff(plan, "monthly", period)
    return snapshot.take(Report(plan=plan, kind="monthly", period=period, cutoff=cutoff))


def held(activity, on, executed=1, **fields):
    return make_session(activity, on, **{"held_on": on, "executed_units": executed, **fields})


def measure(activity, name, value, first, last, kind="", **fields):
    return activity.metrics.create(
        name=name, kind=kind or name.lower(), value=value, period_from=first, period_to=last, **fields
    )


# --- Frozen -----------------------------------------------------------------------------------------------------------

SAMPLES = {
    "final": sample.FINAL,
    "monthly": sample.monthly(),
    "draft": sample.draft(),
    "crowded": sample.crowded(),
    "targets": sample.targets_alone(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_snapshot_comes_back_exactly_from_its_bytes_and_from_the_database(name):
    written = snapshot.canonical(SAMPLES[name])
    assert snapshot.load(written) == SAMPLES[name]
    assert snapshot.load(json.loads(written)) == SAMPLES[name]
    assert snapshot.canonical(snapshot.load(json.loads(written))) == written


@pytest.mark.parametrize("name", SAMPLES)
def test_figures_are_those_of_the_whole_snapshot_without_its_lists(name):
    whole = SAMPLES[name]
    assert snapshot.load_figures(json.loads(snapshot.canonical(whole))) == replace(
        whole,
        execution=replace(whole.execution, misses=()),
        **dict.fromkeys(("participants", "metrics", "other_spaces", "upcoming", "annex"), ()),
    )


def test_facts_without_lists_have_the_same_figures(plan, dependency):
    activity = make_activity(plan, dependency)
    make_session(activity, JAN, planned_units=2, held_on=JAN, executed_units=1, attendance_total=9)
    make_session(activity, FEB)
    make_commitment(plan, due_on=MAR)
    report = Report(plan=plan, kind="monthly", period="2026-01", cutoff=JAN)
    whole, brief = snapshot.take(report), snapshot.take(report, lists=False)
    assert (len(whole.participants), len(whole.execution.misses), len(whole.upcoming), len(whole.annex)) == (1, 1, 1, 1)
    assert brief == replace(
        whole,
        execution=replace(whole.execution, misses=()),
        commitments=replace(whole.commitments, items=()),
        **dict.fromkeys(("participants", "metrics", "other_spaces", "upcoming", "annex"), ()),
    )


def test_snapshot_of_the_database_comes_back_exactly_and_with_the_same_fingerprint(plan, dependency):
    activity = make_activity(plan, dependency, target_kind="percentage", target_value=90)
    make_session(activity, JAN, held_on=JAN, numerator=1, denominator=7)
    measure(activity, "Alcance", Decimal("1234.5"), date(2026, 1, 1), JAN)
    make_commitment(plan)
    report = Report.objects.create(plan=plan, kind="final", period="2026", cutoff=END)
    taken = snapshot.take(report)
    report.snapshot = json.loads(snapshot.canonical(taken))
    report.save()
    report.refresh_from_db()
    assert snapshot.load(report.snapshot) == taken
    assert taken.execution.total == Figure(0, Fraction(0))
    assert snapshot.sha256(snapshot.load(report.snapshot)) == snapshot.sha256(snapshot.take(report))


def test_canonical_form_is_utf_8_with_keys_in_order_and_exact_numbers():
    written = snapshot.canonical(sample.FINAL).decode()
    data = json.loads(written)
    assert "Alcaldía de Puerto Sereno" in written
    assert list(data) == sorted(data)
    assert list(data["execution"]["total"]) == ["excess", "executed", "planned", "unexplained"]
    assert data["schema"] == 2
    assert data["execution"]["total"]["executed"] == "199"
    assert data["metrics"][0]["value"] == "12151"
    assert data["edition"]["cutoff"] == "2020-12-31"


def test_fingerprint_changes_with_a_single_unit():
    total = replace(sample.EXECUTION.total, planned=207)
    other = replace(sample.FINAL, execution=replace(sample.EXECUTION, total=total))
    assert len(snapshot.sha256(sample.FINAL)) == 64
    assert snapshot.sha256(other) != snapshot.sha256(sample.FINAL)


@pytest.mark.parametrize(
    "change", [{"schema": 3}, {"schema": None}, {"plan": {}}, {"execution": "199/206"}, {"upcoming": [{}]}]
)
def test_data_of_another_shape_or_schema_is_refused(change):
    data = json.loads(snapshot.canonical(sample.FINAL)) | change
    with pytest.raises(ValueError, match="schema 3|Expected|missing required"):
        snapshot.load(data)


# --- Period -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "month", "period", "words", "first", "cutoff"),
    [
        ("monthly", date(2020, 9, 1), "2020-09", "septiembre de 2020", date(2020, 9, 1), date(2020, 9, 30)),
        ("monthly", date(2020, 7, 31), "2020-07", "julio de 2020", date(2020, 7, 10), date(2020, 7, 31)),
        ("final", None, "2020", "julio a diciembre de 2020", date(2020, 7, 10), date(2020, 12, 31)),
    ],
)
def test_period_has_its_key_words_days_and_cutoff(entity, kind, month, period, words, first, cutoff):
    plan = make_plan(entity, starts_on=date(2020, 7, 10), ends_on=date(2020, 12, 31))
    assert periods.period_of(plan, kind, month) == period
    assert words_of(plan, kind, period) == words
    assert days_of(plan, kind, period) == (first, cutoff)
    assert periods.default_cutoff(plan, kind, period) == cutoff


def test_period_of_a_plan_of_two_years_names_both(entity):
    plan = make_plan(entity, starts_on=date(2025, 7, 1), ends_on=date(2026, 6, 30))
    assert periods.period_of(plan, "final") == "2025-2026"
    assert words_of(plan, "final", "2025-2026") == "julio de 2025 a junio de 2026"


@pytest.mark.parametrize(
    ("kind", "month", "message"),
    [
        ("monthly", None, "necesita su mes"),
        ("final", JAN, "no lleva mes"),
        ("monthly", date(2025, 12, 31), "Diciembre de 2025 no es un mes del plan, que va de enero de 2026 a diciembre"),
        ("monthly", date(2027, 1, 1), "Enero de 2027 no es un mes del plan"),
    ],
)
def test_period_that_is_not_the_plans_is_refused(plan, kind, month, message):
    with pytest.raises(ValueError, match=message):
        periods.period_of(plan, kind, month)


# --- Edition, plan and texts ------------------------------------------------------------------------------------------


def test_edition_is_a_draft_until_it_has_a_day(plan):
    report = Report(plan=plan, kind=Report.Kind.FINAL, period="2026", cutoff=END, version=3)
    draft, published = snapshot.take(report), snapshot.take(report, on=date(2027, 1, 15), number="2027-004")
    assert (draft.edition.draft, draft.edition.published_on, draft.edition.number) == (True, None, "")
    assert published.edition == sample.Edition(
        kind="final",
        title="Informe final de monitoreo",
        period="enero a diciembre de 2026",
        starts_on=date(2026, 1, 1),
        ends_on=END,
        cutoff=END,
        version=3,
        number="2027-004",
        published_on=date(2027, 1, 15),
        draft=False,
    )


def test_plan_says_its_version_once_approved(plan, planner):
    PlanVersion.objects.create(plan=plan, number=2, snapshot={}, reason="Línea base", by=planner)
    plan.parent_instrument, plan.notes = "PTEP", "Una nota.\n\nOtra nota,\nen dos líneas."
    assert final(plan).plan.version is None
    plan.state, plan.approved_on = Plan.State.APPROVED, JAN
    facts = final(plan).plan
    assert (facts.version, facts.approved_on) == (2, JAN)
    assert facts.kind == "Plan de participación ciudadana: PTEP"
    assert facts.notes == ("Una nota.", "Otra nota, en dos líneas.")


def test_texts_are_those_of_the_report_and_empty_when_nobody_wrote_them(plan):
    assert final(plan).narrative == sample.Narrative("", "", "", "", (), ())
    written = final(plan, narrative={"reading": " Bien. ", "observations": ["Una", " ", "Dos "], "objective": None})
    assert written.narrative == sample.Narrative("", "Bien.", "", "", ("Una", "Dos"), ())


def test_facts_are_in_spanish_whatever_language_is_active(plan):
    held(make_activity(plan), JAN)
    with translation.override("en"):
        taken = final(plan)
    assert taken.execution.blocks[0].name == "Sin responsable"
    assert taken.edition.period == "enero a diciembre de 2026"


def test_shield_travels_inside_and_a_lost_file_leaves_none(plan):
    picture = BytesIO()
    Image.new("RGB", (8, 10), "#0b3d73").save(picture, "PNG")
    plan.entity.shield = files.keep(picture.getvalue())
    shield = final(plan).entity.shield
    assert base64.b64decode(shield.removeprefix("data:image/png;base64,")) == picture.getvalue()
    default_storage.delete(plan.entity.shield.name)
    assert final(plan).entity.shield == ""


def test_main_colour_is_darkened_until_it_can_be_read(plan):
    plan.entity.primary, plan.entity.secondary = "#F5D000", "#FFF3A0"
    facts = final(plan).entity
    assert (facts.primary, facts.secondary) == ("#847000", "#fff3a0")
    assert contrast(facts.primary, WHITE) >= 4.5


# --- Execution --------------------------------------------------------------------------------------------------------


def test_footnotes_have_one_letter_per_text_and_block_in_order(plan):
    for name, notes in (("Gobierno", ("Lluvias.", "Lluvias.")), ("Hacienda", ("Lluvias.\nSin quórum.", ""))):
        lead = make_dependency(plan.entity, name)
        for month, note in zip((JAN, FEB), notes, strict=True):
            make_session(make_activity(plan, lead), month, executed_units=0, reason="Motivo", footnote=note)
    facts = final(plan).execution
    assert facts.footnotes == (
        Footnote("a", "Gobierno", "Lluvias."),
        Footnote("b", "Hacienda", "Lluvias."),
        Footnote("c", "Hacienda", "Sin quórum."),
    )
    assert [block.marks for block in facts.blocks] == [("a",), ("b", "c")]


def test_footnotes_after_the_last_letter_have_two(plan):
    activity = make_activity(plan)
    held(activity, JAN, footnote="\n".join(f"Nota {n}." for n in range(28)))
    assert final(plan).execution.blocks[0].marks[24:] == ("y", "z", "aa", "ab")


def test_misses_say_when_in_words(plan, dependency):
    activity = make_activity(plan, dependency, number="3.2", name="Rendición de cuentas")
    make_session(activity, date(2026, 3, 12), planned_units=2, executed_units=1, held_on=APR, reason="Dos\nlíneas")
    make_session(activity, JAN, planned_precision="month", carried_to_year=2027)
    facts = final(plan).execution
    own = {"activity": "3.2 Rendición de cuentas", "block": "Secretaría de Gobierno"}
    assert facts.misses == (
        Miss(**own, when="enero de 2026", planned=1, executed=Fraction(0), reason="", carried_to_year=2027),
        Miss(
            **own,
            when="12 de marzo de 2026",
            planned=2,
            executed=Fraction(1),
            reason="Dos líneas",
            carried_to_year=None,
        ),
    )
    assert (facts.carried_over, facts.carried_to_year) == (1, 2027)


def test_percentage_targets_stand_apart_with_their_numbers(plan, dependency):
    phase = plan.phases.create(number=4, name="Evaluación")
    target = {"target_kind": "percentage", "target_value": Decimal("92.50")}
    activity = make_activity(plan, dependency, number="5.2", name="Peticiones", phase=phase, **target)
    make_session(activity, JAN, numerator=337, denominator=348, held_on=JAN)
    make_session(
        activity, FEB, numerator=1, denominator=52, held_on=FEB, reason="Faltó\npersonal", carried_to_year=2027
    )
    make_session(activity, MAR)
    taken = monthly(plan, FEB)
    assert taken.execution.percentages == (
        PercentageFact(
            *("5.2", "Peticiones", "Secretaría de Gobierno", "4. Evaluación", 2, 2, 338, 400, Decimal("92.50")),
            *("short", "Faltó personal", 2027),
        ),
    )
    assert taken.upcoming == (Upcoming("5.2 Peticiones", "Secretaría de Gobierno", "31 de marzo de 2026", 0),)
    assert taken.annex[0].measured == "338 de 400: 84,5\u00a0% de una meta de 92,5\u00a0% · No cumplida"
    assert (taken.execution.total, taken.execution.misses, taken.execution.scheduled_after) == (
        Figure(0, Fraction(0)),
        (),
        0,
    )
    assert taken.execution.only_targets


def test_monthly_report_has_its_month_what_goes_so_far_and_the_next_month(plan, dependency):
    activity = make_activity(plan, dependency, number="1.1", name="Mesas")
    held(activity, JAN)
    held(activity, FEB, 2, planned_units=3)
    make_session(activity, date(2026, 3, 16), planned_units=4)
    make_session(activity, MAR, planned_precision="month")
    make_session(activity, APR)
    make_session(make_activity(plan, outside_plan=True), MAR)
    taken = monthly(plan, FEB)
    assert taken.execution.period == Figure(3, Fraction(2), Fraction(1))
    assert taken.execution.total == Figure(4, Fraction(3), Fraction(1))
    assert taken.execution.scheduled_after == 6
    assert taken.upcoming == (
        Upcoming("1.1 Mesas", "Secretaría de Gobierno", "16 de marzo de 2026", 4),
        Upcoming("1.1 Mesas", "Secretaría de Gobierno", "marzo de 2026", 1),
    )
    assert monthly(plan, date(2026, 12, 1)).upcoming == ()
    assert final(plan).upcoming == ()
    assert final(plan).execution.period is None


def test_people_counted_by_group_alone_stand_in_the_monthly_report(client, plan, dependency, planner):
    """Reported by the page, without "Asistentes en total"."""
    group = plan.entity.groups.create(name="Juntas de acción comunal")
    session = make_session(make_activity(plan, dependency, number="4.2", name="Diálogo"), date(2026, 3, 18))
    client.force_login(planner)
    client.post(
        reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk]),
        {"held_on": "2026-03-18", "executed_units": "1", f"people_{group.pk}": "50", "revision": 0},
    )
    [participation] = monthly(plan, MAR).participants
    assert (participation.activity, participation.people) == ("4.2 Diálogo", 50)


def test_month_without_sessions_has_a_figure_of_nothing(plan):
    assert monthly(plan, MAR).execution.period == Figure(0, Fraction(0))


def test_annex_has_each_activity_of_the_plan_in_words(plan, dependency):
    phase = plan.phases.create(number=3, name="Implementación")
    other = make_dependency(plan.entity, "Hacienda")
    counted = make_activity(
        plan, dependency, number="3.1", name="Mesas", phase=phase, target_kind="count", target_value=4, unit="mesas"
    )
    counted.responsibilities.create(dependency=other, part="support")
    for name in ("Víctimas", "Jóvenes"):
        counted.groups.add(plan.entity.groups.create(name=name))
    held(counted, JAN)
    make_session(counted, FEB, planned_units=3)
    make_activity(plan, all_dependencies=True, target_kind="percentage", target_value=Decimal("92.50"))
    make_activity(plan, target_kind="milestone")
    make_activity(plan, outside_plan=True)
    first, second, third = final(plan, cutoff=JAN).annex
    assert first == sample.AnnexRow(
        number="3.1",
        name="Mesas",
        block="Secretaría de Gobierno",
        phase="3. Implementación",
        responsible="Secretaría de Gobierno; Hacienda",
        groups="Jóvenes; Víctimas",
        target="4 mesas",
        figure=Figure(1, Fraction(1)),
        sessions=2,
        scheduled=3,
    )
    assert (second.responsible, second.target) == ("Todas las dependencias", "92,5\u00a0%")
    assert (second.measured, third.measured) == ("Todavía no vence", msgspec.UNSET)
    assert (third.responsible, third.target, third.phase) == ("", "Hito", "")


# --- People, metrics and other spaces ---------------------------------------------------------------------------------


def test_metric_of_participants_stands_in_for_the_attendance_of_its_months_and_nothing_is_added_across_them(plan):
    activity = make_activity(plan, name="Talleres")
    for day, people in ((date(2026, 1, 12), 30), (date(2026, 1, 26), 10), (date(2026, 2, 9), 99), (APR, 7)):
        held(activity, day, attendance_total=people, attendance_source="listados")
    measure(activity, "Participantes", 65, date(2026, 2, 1), MAR, kind="participantes", source="formulario")
    held(make_activity(plan, name="Foro"), FEB, attendance_total=0)
    held(make_activity(plan, name="Nadie contó"), FEB)
    assert final(plan).participants == (
        Participation("Talleres", date(2026, 1, 1), JAN, "enero", 40, "listados"),
        Participation("Talleres", date(2026, 2, 1), MAR, "febrero a marzo", 65, "formulario"),
        Participation("Talleres", date(2026, 4, 1), APR, "abril", 7, "listados"),
        Participation("Foro", date(2026, 2, 1), FEB, "febrero", 0, ""),
    )


def test_monthly_report_tells_of_who_came_and_what_was_measured_in_its_month(plan):
    activity = make_activity(plan, name="Talleres")
    for month in (JAN, FEB, MAR):
        held(activity, month, attendance_total=month.month)
        measure(activity, "Alcance", month.month, month.replace(day=1), month)
    measure(activity, "Reproducciones", 12151, date(2026, 1, 1), FEB, source="canal propio")
    taken = monthly(plan, FEB, cutoff=date(2026, 3, 15))
    assert [(entry.when, entry.people) for entry in taken.participants] == [("febrero", 2)]
    assert taken.metrics == (
        MetricFact("Talleres", "enero a febrero", "Reproducciones", Decimal(12151), "reproducciones", "canal propio"),
        MetricFact("Talleres", "febrero", "Alcance", Decimal(2), "personas", ""),
    )


def test_plan_of_two_years_says_the_year_of_each_month(entity):
    plan = make_plan(entity, starts_on=date(2025, 7, 1), ends_on=date(2026, 6, 30))
    activity = make_activity(plan, name="Talleres")
    measure(activity, "Alcance", 1, date(2025, 12, 1), JAN)
    measure(activity, "Alcance", 1, date(2026, 2, 3), date(2026, 2, 9))
    taken = snapshot.take(Report(plan=plan, kind="final", period="2025-2026", cutoff=date(2026, 6, 30)))
    assert [fact.when for fact in taken.metrics] == [
        "diciembre de 2025 a enero de 2026",
        "3\u00a0feb\u00a02026 a 9\u00a0feb\u00a02026",
    ]


def test_spaces_outside_the_plan_are_told_apart_with_their_metrics(plan):
    forum = make_activity(plan, name="Foro", outside_plan=True)
    early = held(
        forum,
        date(2025, 12, 9),
        attendance_total=219,
        attendance_note="Ciudadanía",
        questions=0,
        comments=16,
    )
    measure(forum, "Alcance", 19400, early.held_on, early.held_on)
    group = plan.entity.groups.create(name="Víctimas")
    later = held(forum, FEB, held_precision="month", attendance_total=5)
    later.attendances.create(group=group)
    measure(forum, "Participantes", 8, FEB, FEB, kind="participantes")
    make_session(forum, MAR)  # nobody told that it was held
    fair = make_activity(plan, name="Feria", outside_plan=True)
    measure(fair, "Países", 60, date(2026, 1, 1), APR, kind="paises")
    mixed = make_activity(plan, name="Encuentro", outside_plan=True)
    measure(mixed, "Participantes", 40, date(2026, 1, 1), JAN, kind="participantes")
    taken = final(plan)
    reach = MetricFact("Foro", "9 de diciembre de 2025", "Alcance", Decimal(19400), "personas", "")
    assert taken.other_spaces == (
        SpaceFact("Foro", "9 de diciembre de 2025", 219, "Ciudadanía", 0, 16, (reach,)),
        SpaceFact("Foro", "febrero", 8, "Víctimas", None, None, ()),
        SpaceFact("Encuentro", "enero", 40, "", None, None, ()),
    )
    assert taken.metrics == (
        MetricFact("Feria (fuera del plan)", "enero a abril", "Países", Decimal(60), "países", ""),
    )
    assert taken.participants == ()
    assert [space.when for space in monthly(plan, FEB).other_spaces] == ["febrero"]


# --- Commitments ------------------------------------------------------------------------------------------------------


def test_commitments_are_those_of_the_cut_off(plan, dependency):
    board = {"instance": "Mesa de víctimas", "made_on": JAN, "made_precision": "month"}
    late = make_commitment(plan, code="C-1", due_on=FEB, state="in_progress", **board)
    late.responsible.add(dependency, make_dependency(plan.entity, "Hacienda"))
    kept = make_commitment(
        plan, due_on=APR, state="verified", closed_on=APR, verified_on=date(2026, 5, 4), all_dependencies=True, **board
    )
    make_commitment(plan, made_on=date(2026, 5, 2), due_on=END)
    march, april = monthly(plan, MAR).commitments, monthly(plan, APR).commitments
    assert (march.made, march.overdue, march.open, march.fulfilled, march.due, march.fulfilled_due) == (
        2,
        1,
        1,
        0,
        1,
        0,
    )
    assert (april.made, april.overdue, april.open, april.fulfilled, april.due, april.fulfilled_due) == (
        2,
        1,
        0,
        1,
        2,
        1,
    )
    assert (april.open_at_start, april.new, april.closed_in_period, april.open_at_end) == (2, 0, 1, 1)
    assert april.instances == (InstanceBalance("Mesa de víctimas", 2, 1, 0, 1, 0),)
    assert march.items == (
        sample.CommitmentFact(
            code="C-1",
            text=late.text,
            instance="Mesa de víctimas",
            responsible="Hacienda; Secretaría de Gobierno",
            made="enero de 2026",
            due_on=FEB,
            closed_on=None,
            state="En avance",
            standing="overdue",
            days_overdue=31,
        ),
        sample.CommitmentFact(
            code="",
            text=kept.text,
            instance="Mesa de víctimas",
            responsible="Todas las dependencias",
            made="enero de 2026",
            due_on=APR,
            closed_on=None,
            state="Registrado",
            standing="open",
            days_overdue=0,
        ),
    )
    assert (april.items[1].state, april.items[1].closed_on) == ("Reportado como cumplido", APR)
    assert final(plan).commitments.items[1].state == "Verificado con la ciudadanía"


def test_commitment_followed_before_the_cut_off_was_in_progress_at_it(plan, planner):
    commitment = make_commitment(plan, state="reported_done", closed_on=APR)
    commitment.follow_ups.create(on=date(2026, 3, 20), progress=40, done="Se pidió el concepto", by=planner)
    (item,) = monthly(plan, MAR).commitments.items
    assert (item.state, item.made, item.closed_on) == ("En avance", "16\u00a0mar\u00a02026", None)


def test_commitment_closed_on_an_unknown_day_is_said_so_and_counted_apart(plan):
    make_commitment(plan, made_on=JAN, state="reported_done", closed_until=APR, due_on=FEB)
    march, april = monthly(plan, MAR).commitments, monthly(plan, APR).commitments
    assert (march.open, march.undated, march.overdue, march.due) == (1, 1, 0, 0)
    assert (march.items[0].state, march.items[0].standing) == ("Reportado como cumplido, en un día desconocido", "open")
    assert wording.commitments(march) == "Un compromiso con la ciudadanía: uno cerrado en un día que no se sabe."
    assert (april.items[0].state, april.items[0].closed_on) == ("Reportado como cumplido, sin fecha", None)
    assert (april.fulfilled, april.undated) == (1, msgspec.UNSET)  # it is left out of the frozen facts


# --- All of it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 9])
def test_statements_do_not_grow_with_the_plan(plan, dependency, django_assert_num_queries, size):
    phase = plan.phases.create(number=1, name="Diagnóstico")
    for n in range(size):
        activity = make_activity(plan, dependency, phase=phase)
        activity.groups.add(plan.entity.groups.create(name=f"Grupo {n}"))
        held(activity, JAN, attendance_total=3)
        make_session(activity, MAR)
        measure(activity, "Alcance", 1, JAN, JAN)
        outside = held(make_activity(plan, outside_plan=True), JAN, attendance_total=4)
        outside.attendances.create(group=activity.groups.get(), people=4)
        measure(outside.activity, "Alcance", 1, JAN, JAN)
        make_commitment(plan, made_on=JAN, instance=f"Mesa {n % 2}").responsible.add(dependency)
    report = Report(plan=plan, kind="monthly", period="2026-02", cutoff=FEB)
    with django_assert_num_queries(19):
        taken = snapshot.take(report)
    with django_assert_num_queries(0):
        pdf.document(taken, snapshot.sha256(taken))
    assert (len(taken.annex), len(taken.upcoming), len(taken.commitments.items)) == (size, size, size)


@pytest.mark.django_db(transaction=True)
def test_facts_are_of_one_moment_and_nothing_is_written():
    from tests.factories import make_entity

    plan = make_plan(make_entity())
    held(make_activity(plan), JAN)
    assert final(plan).execution.total == Figure(1, Fraction(1))
    held(make_activity(plan), FEB)
    assert final(plan).execution.total == Figure(2, Fraction(2))
