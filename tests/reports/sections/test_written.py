"""The plan's page, what people write, and how the report says that it counts."""

from datetime import date

import pytest

from plans.models import Plan
from reports import pages, snapshot
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_session


def final(plan, **texts) -> snapshot.Snapshot:
    return snapshot.take(
        Report(plan=plan, kind="final", period="2026", cutoff=date(2026, 12, 31), version=1, narrative=texts)
    )


def html(facts: snapshot.Snapshot, slug: str) -> str:
    return next(each.html for each in pages.placed(facts, "ab" * 32) if each.section.slug == slug)


def slugs(facts: snapshot.Snapshot) -> list[str]:
    return [section.slug for section in facts.sections]


def test_objective_is_the_reports_else_the_plans_else_nothing(plan):
    plan.objective = "Que la gente\ndecida."
    assert "<p>Que la gente decida.</p>" in html(final(plan), "plan")
    assert "<p>Rendir cuentas.</p>" in html(final(plan, objective="Rendir cuentas."), "plan")
    plan.objective = "  "
    bare = html(final(plan), "plan")
    assert "Objetivo" not in bare
    assert "objetivo" not in bare


def test_plan_says_what_it_is(plan):
    plan.notes = "La feria pasa a octubre.\n\nSe unieron dos mesas."
    plan.entity.nit = "800123456"
    facts = final(plan)
    shown = dict(facts and pages.placed(facts)[slugs(facts).index("plan")].context["table"].rows)
    assert shown == {
        "Plan": plan.title,
        "Clase": "Plan de participación ciudadana",
        "Vigencia": "Del 1 de enero de 2026 al 31 de diciembre de 2026",
        "Aprobación": "En borrador: aún no está aprobado",
        "Entidad": f"{plan.entity.name} · NIT 800123456",
        "Este informe": "Del 1 de enero de 2026 al 31 de diciembre de 2026, con corte al 31 de diciembre de 2026",
    }
    assert html(facts, "plan").count("<li>") == 2
    plan.state, plan.approved_on = Plan.State.APPROVED, date(2026, 1, 15)
    plan.save()
    plan.versions.create(number=1, snapshot={}, reason="Línea base")
    approved = final(plan)
    shown = dict(pages.placed(approved)[slugs(approved).index("plan")].context["table"].rows)
    assert shown["Aprobación"] == "Versión 1, aprobada el 15 de enero de 2026"


def rules(facts: snapshot.Snapshot) -> list[str]:
    return [rule.name for rule in pages.placed(facts)[slugs(facts).index("metodo")].context["rules"]]


def test_method_has_only_the_rules_that_apply(plan, dependency):
    make_session(make_activity(plan, dependency), executed_units=1, held_on=date(2026, 3, 16))
    assert rules(final(plan)) == ["Espacios", "Ejecución", "Tope", "Signos"]
    make_session(make_activity(plan))  # of nobody, not reported
    make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90))
    make_commitment(plan)
    assert rules(final(plan)) == [
        *("Espacios", "Ejecución", "Tope", "Metas en porcentaje", "Sin causa registrada", "Estrategia o dependencia"),
        *("Compromisos", "Signos"),
    ]


def test_method_of_percentage_targets_alone_speaks_of_no_spaces(plan, dependency):
    make_session(make_activity(plan, dependency, target_kind="percentage", target_value=90))
    assert rules(final(plan)) == ["Metas en porcentaje", "Signos"]


def test_method_says_where_a_copy_is_verified(plan):
    page = html(final(plan), "metodo")
    address = f"http://localhost:8000/{plan.entity.slug}/{plan.slug}/informes/final/2026/v1/"
    assert f'<a href="{address}">{address}</a>' in page
    assert '<a href="http://localhost:8000/verificar/">http://localhost:8000/verificar/</a>' in page
    assert "abab abab" in page


@pytest.mark.parametrize("kind", [Plan.Kind.ACCOUNTABILITY, Plan.Kind.COMPONENT])
def test_method_uses_the_word_of_the_plan(plan, dependency, kind):
    plan.kind = kind
    make_session(make_activity(plan, dependency))
    page = html(final(plan), "metodo")
    assert "espacio" not in page
    assert plan.unit.many in page
