import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image

from activities.figures import Figure
from display.colour import WHITE, contrast
from plans.models import Plan, PlanVersion
from records import files
from reports import documents, published, snapshot
from reports.envelope import Edition
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_entity, make_plan, make_session
from tests.reports import sample
from tests.reports.reporting import make_report
from tests.reports.taking import END, FEB, JAN, final, held, monthly

PUBLISHED = Path(__file__).parents[1] / "guard" / "published"


# --- Frozen -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [sample.FINAL, sample.DRAFT])
def test_snapshot_comes_back_exactly_from_its_bytes(facts):
    written = snapshot.canonical(facts)
    assert snapshot.load(json.loads(written)) == facts
    assert snapshot.canonical(snapshot.load(json.loads(written))) == written
    assert snapshot.sha256(json.loads(written)) == snapshot.sha256(facts)


def test_snapshot_of_the_database_comes_back_exactly_and_with_the_same_fingerprint(plan, dependency):
    activity = make_activity(plan, dependency, target_kind="percentage", target_value=90)
    make_session(activity, JAN, held_on=JAN, numerator=1, denominator=7)
    held(make_activity(plan, dependency), FEB)
    make_commitment(plan)
    report = make_report(plan, snapshot=json.loads(snapshot.canonical(final(plan))))
    report.refresh_from_db()
    assert published.load(report.snapshot) == final(plan)
    assert published.load(report.snapshot).facts("ejecucion").percentages[0].result == Fraction(1, 7)
    assert snapshot.sha256(report.snapshot) == snapshot.sha256(final(plan))


def test_canonical_form_is_utf_8_with_keys_in_order_and_exact_numbers(plan, dependency):
    make_activity(plan, dependency, target_kind="percentage", target_value=Decimal("97.50"))
    written = snapshot.canonical(final(plan)).decode()
    data = json.loads(written)
    execution = next(section for section in data["sections"] if section["slug"] == "ejecucion")["facts"]
    assert "Secretaría de Gobierno" in written
    assert list(data) == ["assets", "edition", "entity", "plan", "schema", "sections"]
    assert list(execution["total"]) == ["excess", "executed", "planned", "unexplained"]
    assert data["schema"] == 2
    assert execution["percentages"][0]["goal"] == "97.5"
    assert data["edition"]["cutoff"] == "2026-12-31"


def test_fingerprint_changes_with_a_single_unit():
    other = sample.of(replace(sample.EXECUTION, total=replace(sample.EXECUTION.total, planned=207)))
    assert len(snapshot.sha256(sample.FINAL)) == 64
    assert snapshot.sha256(other) != snapshot.sha256(sample.FINAL)


@pytest.mark.parametrize("change", [{"schema": 3}, {"schema": None}, {"plan": {}}, {"assets": "7f3a"}])
def test_data_of_another_shape_or_schema_is_refused(change):
    data = json.loads(snapshot.canonical(sample.FINAL)) | change
    with pytest.raises(ValueError, match="schema|Expected|missing required"):
        published.load(data)


# --- Kinds and their periods ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "month", "period", "first", "cutoff"),
    [
        ("monthly", date(2020, 9, 1), "2020-09", date(2020, 9, 1), date(2020, 9, 30)),
        ("monthly", date(2020, 7, 31), "2020-07", date(2020, 7, 10), date(2020, 7, 31)),
        ("final", None, "2020", date(2020, 7, 10), date(2020, 12, 31)),
    ],
)
def test_period_has_its_key_days_and_cutoff(entity, kind, month, period, first, cutoff):
    plan, kind = make_plan(entity, starts_on=date(2020, 7, 10), ends_on=date(2020, 12, 31)), documents.known()[kind]
    assert kind.period(plan, month) == period
    assert kind.days_of(plan, period) == (first, cutoff)
    assert kind.cutoff_of(plan, period) == cutoff


def test_period_of_a_plan_of_two_years_names_both(entity):
    plan = make_plan(entity, starts_on=date(2025, 7, 1), ends_on=date(2026, 6, 30))
    assert documents.known()["final"].period(plan) == "2025-2026"
    assert final(plan, cutoff=date(2026, 6, 30)).edition.period == "julio de 2025 a junio de 2026"


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
        documents.known()[kind].period(plan, month)


# --- Edition, entity, plan and texts ----------------------------------------------------------------------------------


def test_edition_is_a_draft_until_it_has_a_day(plan):
    report = Report(plan=plan, kind="final", period="2026", cutoff=END, version=3)
    with time_machine.travel("2027-01-15 12:00-05:00"):
        draft, taken = snapshot.take(report), snapshot.take(report, on=date(2027, 1, 15), number="2027-004")
    assert (draft.edition.draft, draft.edition.published_on, draft.edition.number) == (True, None, "")
    assert taken.edition == Edition(
        kind="final",
        title="Informe final de monitoreo",
        period="enero a diciembre de 2026",
        starts_on=date(2026, 1, 1),
        ends_on=END,
        cutoff=END,
        whole=True,
        version=3,
        number="2027-004",
        published_on=date(2027, 1, 15),
        draft=False,
        address=f"http://localhost:8000/{plan.entity.slug}/{plan.slug}/informes/final/2026/v3/",
    )


def test_draft_says_the_day_of_its_facts_only_while_its_cutoff_is_to_come(plan):
    with time_machine.travel("2026-11-21 12:00-05:00"):
        assert final(plan).edition.taken_on == date(2026, 11, 21)
        assert monthly(plan, FEB).edition.taken_on is msgspec.UNSET


def test_plan_says_its_version_once_approved(plan, planner):
    PlanVersion.objects.create(plan=plan, number=2, snapshot={}, reason="Línea base", by=planner)
    plan.parent_instrument = "PTEP"
    assert final(plan).plan.version is None
    plan.state, plan.approved_on = Plan.State.APPROVED, JAN
    facts = final(plan).plan
    assert (facts.version, facts.approved_on) == (2, JAN)
    assert facts.kind == "Plan de participación ciudadana: PTEP"


@pytest.mark.parametrize(
    ("kind", "one", "many"),
    [
        ("participation", "espacio", "espacios"),
        ("accountability", "acción", "acciones"),
        ("component", "entrega", "entregas"),
    ],
)
def test_each_kind_of_plan_counts_with_its_own_word(plan, kind, one, many):
    plan.kind = kind
    unit = final(plan).plan.unit
    assert (unit.of(1), unit.of(0), unit.of(2)) == (one, many, many)


def test_text_prints_the_figures_that_it_names_and_leaves_what_names_none(plan):
    held(make_activity(plan), JAN)
    make_session(make_activity(plan), FEB)
    typed = " Se hizo el {Ejecución  total} de {lo que} se programó. "
    taken = final(plan, narrative={"reading": typed, "objective": None})
    written = {name: text for section in taken.sections for name, text in section.texts.items()}
    assert written["reading"] == "Se hizo el 50,0\u00a0% de {lo que} se programó."
    assert "objective" not in written


def test_facts_are_in_spanish_whatever_language_is_active(plan):
    held(make_activity(plan), JAN)
    with translation.override("en"):
        taken = final(plan)
    assert taken.facts("ejecucion").blocks[0].name == "Sin responsable"
    assert taken.edition.period == "enero a diciembre de 2026"


def test_shield_is_an_asset_by_its_hash_and_a_lost_file_leaves_none(plan):
    picture = BytesIO()
    Image.new("RGB", (8, 10), "#0b3d73").save(picture, "PNG")
    plan.entity.shield = files.keep(picture.getvalue())
    taken = final(plan)
    assert (taken.entity.shield, taken.assets) == (plan.entity.shield.sha256, (plan.entity.shield.sha256,))
    default_storage.delete(plan.entity.shield.name)
    assert (final(plan).entity.shield, final(plan).assets) == ("", ())


def test_main_colour_is_darkened_until_it_can_be_read(plan):
    plan.entity.primary, plan.entity.secondary = "#F5D000", "#FFF3A0"
    facts = final(plan).entity
    assert (facts.primary, facts.secondary) == ("#847000", "#fff3a0")
    assert contrast(facts.primary, WHITE) >= 4.5


# --- Schema 1 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["final-2025", "monthly-2025-10"])
def test_report_of_schema_1_keeps_its_words_and_its_fractions(name):
    stored = json.loads((PUBLISHED / f"{name}.json").read_text())
    facts = published.load(stored)
    said = " ".join(published.paper(facts, "0" * 64).split())
    assert facts.schema == 1
    assert "Ejecución por bloque" in said
    assert "puede dar una fracción de espacio" in said


# --- All of it --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_facts_are_of_one_moment_and_nothing_is_written():
    plan = make_plan(make_entity())
    held(make_activity(plan), JAN)
    assert final(plan).facts("ejecucion").total == Figure(1, 1)
    held(make_activity(plan), FEB)
    assert final(plan).facts("ejecucion").total == Figure(2, 2)
