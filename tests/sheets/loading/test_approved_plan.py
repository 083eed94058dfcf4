"""What an approved plan takes from a file, and what it refuses."""

from datetime import date

from activities.models import Session
from plans.models import Plan
from tests.factories import make_activity
from tests.reports.reporting import make_published
from tests.sheets.loading.matrices import COMMITMENTS, DATED, MERGED, MONTHLY, counted, rows_stored, run, said


def approved(plan):
    plan.state, plan.approved_on = Plan.State.APPROVED, date(2026, 1, 15)
    plan.save()


def test_approved_plan_takes_execution_and_what_hangs_from_it(matrix, plan):
    rows = [list(row) for row in MONTHLY[:5]]
    for row in rows[2:]:
        row[4] = row[6] = None
    run(matrix(rows, merged=MERGED), plan)
    approved(plan)
    found = {
        "Plan": MONTHLY,
        "Métricas": [["Actividad", "Mes", "Indicador", "Valor"], ["Talleres de barrio", "Abril", "Asistentes", 40]],
        "Otros": [["Nombre del evento", "Fecha", "Asistentes"], ["Feria del libro", "2/4/26", 30]],
        "Compromisos": [COMMITMENTS, ["Mesa", "Abril", "Dar el acta", None, "31/08/2026", None]],
    }
    result = run(matrix(found, merged=MERGED), plan)
    assert result.errors == []
    assert counted(result) == {"activities": 1, "sessions": 2, "metrics": 1, "commitments": 1}
    assert counted(result, "changed") == {"sessions": 3}


def test_months_are_found_in_both_halves_of_an_activity_that_changed_hands(matrix, plan, dependency):
    """What was reported stayed in the first; the sheet names who leads it now."""
    rows = [*MONTHLY[:2], ["Secretaría de Salud", "Mesas de salud", "Ciudadanía", 1, 1, 1, None]]
    run(matrix(rows, merged=MERGED[:5]), plan)
    approved(plan)
    old, day = plan.activities.get(), date(2026, 4, 1)
    old.withdrawn_on = day
    old.save()
    new = make_activity(plan, dependency, name=old.name, replaces=old, in_force_from=day)
    new.groups.set(old.groups.all())
    Session.objects.filter(planned_on=date(2026, 4, 30)).update(activity=new, in_force_from=day)
    rows[2] = [dependency.name, "Mesas de salud", "Ciudadanía", 1, 1, 1, 1]
    for is_again in (False, True):
        result = run(matrix(rows, merged=MERGED[:5]), plan)
        assert (said(result.errors), counted(result)) == ([], {})
        assert counted(result, "changed") == ({} if is_again else {"sessions": 1})
    assert list(Session.objects.order_by("planned_on").values_list("activity", "executed_units")) == [
        (old.pk, 1),
        (new.pk, 1),
    ]


def test_plan_with_published_reports_is_not_told_to_go_back_to_draft(matrix, plan):
    """Nothing that it promises can change any more: the advice is what can be done."""
    run(matrix(DATED), plan)
    approved(plan)
    make_published(plan)
    rows = [
        DATED[0],
        ["Diagnóstico", "1.1 Encuesta", 1, "Despacho Alcalde", "29/05/26\n30/05/26"],
        ["Ejecución", "2.1 Audiencia general", 2, "Todas las Dependencias", "30/06/26\n7/7/26"],
        ["Cierre", "3.1 Feria", 1, "Despacho Alcalde", "30/06/26"],
        ["Ejecución", "2.2 Informes", "100%", "Despacho Alcalde", "28/02/26\n30/08/26\n1/9/26"],
    ]
    sentences = [sentence for _cell, sentence in said(run(matrix(rows), plan).errors)]
    assert len(sentences) >= 4
    advice = "Deje en la hoja lo aprobado y pida el cambio con una solicitud."
    assert all(sentence.endswith(advice) for sentence in sentences)
    assert not any("borrador" in sentence for sentence in sentences)


def test_approved_plan_refuses_its_planned_side_with_the_cell(matrix, plan):
    run(matrix(DATED), plan)
    approved(plan)
    rows = [
        DATED[0],
        ["Diagnóstico", "1.1 Encuesta", 1, "Despacho Alcalde", "29/05/26\n30/05/26"],
        ["Ejecución", "2.1 Audiencia general", 2, "Todas las Dependencias", "30/06/26"],
        ["Cierre", "3.1 Feria", 1, "Despacho Alcalde", "30/06/26"],
        ["Ejecución", "2.2 Informes", "100%", "Despacho Alcalde", "28/02/26\n30/08/26\n1/9/26"],
    ]
    before = rows_stored()
    result = run(matrix(rows), plan)
    how = "Deje en la hoja lo aprobado y pida el cambio con una solicitud, o devuelva el plan a borrador."
    assert said(result.errors) == [
        (
            "D2",
            "Responsables: el plan aprobado dice «Secretaría de Planeación, Despacho Alcalde» y la hoja "
            f"«Despacho Alcalde». {how}",
        ),
        ("B3", f"Nombre: el plan aprobado dice «Audiencia» y la hoja «Audiencia general». {how}"),
        ("A4", f"«Cierre» no está en el plan aprobado. {how}"),
        ("B4", f"«3.1 Feria» no está en el plan aprobado. {how}"),
        ("E5", f"«2.2 Informes · 1 de septiembre de 2026» no está en el plan aprobado. {how}"),
    ]
    assert rows_stored() == before
