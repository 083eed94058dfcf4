"""Commitments in our states, and what is wrong with them by their cell."""

from datetime import date

from commitments.models import Commitment
from plans.models import Plan
from tests.sheets.loading.matrices import COMMITMENTS, counted, run, said


def test_commitments_take_our_states(matrix, plan):
    rows = [
        COMMITMENTS,
        ["Mesa", "Julio", "Entregar el acta", "Salud\nDespacho Alcalde", "31/08/2026", "Cumplido"],
        ["Mesa", "Julio", "Dar cronograma", "Todas las dependencias", "26/02/2027", "En avance"],
        ["Mesa", "5/8/26", "Abrir la sede", None, "30/09/2026", "Vencido"],
        ["Mesa", None, "Traducir la guía", None, "30/09/2026", "No viable: no hay traductor"],
        ["Mesa", None, "Comprar sillas", None, "30/09/2026", None],
    ]
    result = run(matrix(rows), plan)
    assert result.errors == []
    assert list(
        Commitment.objects.order_by("pk").values_list("text", "state", "closed_until", "made_on", "reason")
    ) == [
        ("Entregar el acta", "reported_done", date(2026, 12, 31), date(2026, 7, 31), ""),
        ("Dar cronograma", "in_progress", None, date(2026, 7, 31), ""),
        ("Abrir la sede", "in_progress", None, date(2026, 8, 5), ""),
        ("Traducir la guía", "not_viable", date(2026, 12, 31), None, "no hay traductor"),
        ("Comprar sillas", "recorded", None, None, ""),
    ]
    first = Commitment.objects.get(text="Entregar el acta")
    assert [unit.name for unit in first.responsible.order_by("name")] == ["Despacho Alcalde", "Salud"]
    assert Commitment.objects.get(text="Dar cronograma").all_dependencies
    assert said(result.warnings) == [
        ("F2", "La hoja no dice qué día se cerró: queda sin fecha, a más tardar el 31 de diciembre de 2026."),
        ("F5", "La hoja no dice qué día se cerró: queda sin fecha, a más tardar el 31 de diciembre de 2026."),
    ]
    assert not Commitment.objects.exclude(closed_on=None).exists()


def test_commitment_closed_on_no_day_was_so_by_the_cutoff_until_a_sheet_says_the_day(matrix, plan):
    headers = [*COMMITMENTS, "Fecha de cierre"]
    row = ["Mesa", "Julio", "Entregar el acta", None, "31/08/2026", "Cumplido"]
    run(matrix([headers, row]), plan, cutoff=date(2026, 9, 30))
    commitment = Commitment.objects.get()
    assert (commitment.closed_on, commitment.closed_until) == (None, date(2026, 9, 30))
    assert counted(run(matrix([headers, row]), plan), "changed") == {}  # what is known stays
    result = run(matrix([headers, [*row, "15/08/2026"]]), plan)
    commitment.refresh_from_db()
    assert (result.errors, commitment.closed_on, commitment.closed_until) == ([], date(2026, 8, 15), None)


def test_verified_commitment_stays_verified(matrix, plan):
    found = matrix([COMMITMENTS, ["Mesa", "Julio", "Entregar el acta", None, "31/08/2026", "Cumplido"]])
    run(found, plan)
    Commitment.objects.update(state="verified", verified_on=date(2026, 9, 1))
    assert counted(run(found, plan), "changed") == {}
    assert Commitment.objects.get().state == "verified"


def test_commitments_in_error_say_their_cell(matrix, plan):
    Commitment.objects.create(plan=plan, text="Otro", code="C-9", due_on=date(2026, 5, 1))
    rows = [
        ["Código", *COMMITMENTS],
        ["C-1", "Mesa", "Julio", "Sin plazo", None, None, "Cumplido"],
        ["C-1", "Mesa", "Julio", "Mismo código", None, "31/08/2026", "Volando"],
        ["C-9", "Mesa", "Julio", "Código de otro", None, "31/08/2026", "Incumplido"],
        ["C-4", "Mesa", "15/9/26", "Antes de nacer", None, "31/08/2026", None],
        ["C-5", "mesa", "15/9/26", "antes de nacer", None, "30/09/2026", None],
    ]
    result = run(matrix(rows), plan)
    assert said(result.errors) == [
        ("D2", "El compromiso no tiene fecha límite. Escríbala en su fila."),
        ("D3", "El código C-1 ya está en la celda D2. Cambie uno."),
        (
            "G3",
            "«Volando» no es un estado que se reconozca. Escriba Pendiente, En avance, Cumplido, "
            "Cumplido parcialmente, Incumplido, No viable o Aplazado.",
        ),
        (
            "D4",
            "El plan ya tiene un compromiso C-9 con otro texto, instancia o fecha. Deje en la hoja los que tiene, o "
            "cámbielos antes en el plan.",
        ),
        (
            "G4",
            "«Incumplido» necesita el motivo. Escríbalo después de dos puntos: «Incumplido: por qué».",
        ),
        (
            "F5",
            "La fecha límite es anterior al día en que se adquirió el compromiso. Corrija una de las dos.",
        ),
        ("D6", "Este compromiso ya está en la celda D5. Deje uno de los dos."),
    ]
    assert Commitment.objects.count() == 1


def test_dependency_that_the_file_no_longer_names_does_not_answer_for_the_commitment(matrix, plan):
    def named(cell):
        return matrix([COMMITMENTS, ["Mesa", "Julio", "Entregar el acta", cell, "31/08/2026", None]])

    run(named("Salud\nDespacho Alcalde"), plan)
    result = run(named("Despacho Alcalde\nHacienda"), plan)
    responsible = Commitment.objects.get().responsible
    assert set(responsible.values_list("name", flat=True)) == {"Despacho Alcalde", "Hacienda"}
    assert counted(result, "changed") == {"commitments": 1}


def test_carried_over_says_to_which_year(matrix, plan):
    rows = [
        COMMITMENTS,
        ["Mesa", "Julio", "Abrir la sede", None, "30/09/2026", "Aplazado: pasa a 2028, falta el lote"],
        ["Mesa", "Julio", "Traducir la guía", None, "30/09/2026", "Pasa a la vigencia siguiente: sin traductor"],
    ]
    result = run(matrix(rows), plan)
    assert result.errors == []
    assert dict(Commitment.objects.values_list("text", "carried_to_year")) == {
        "Abrir la sede": 2028,
        "Traducir la guía": 2027,
    }
    assert ("F3", "La hoja no dice a qué vigencia pasa: se toma 2027.") in said(result.warnings)
    assert counted(run(matrix(rows), plan), "changed") == {}


def test_sheet_moves_a_commitment_only_where_its_states_lead(matrix, plan):
    def sheet(state):
        return matrix([COMMITMENTS, ["Mesa", "Julio", "Entregar el acta", None, "31/08/2026", state]])

    run(sheet("Pendiente"), plan)
    run(sheet("En avance"), plan)
    assert counted(run(sheet("Pendiente"), plan), "changed") == {}  # pending still: what was told since stays
    assert Commitment.objects.get().state == "in_progress"
    run(sheet("Cumplido"), plan)
    assert said(run(sheet("Pendiente"), plan).errors) == [
        (
            "F2",
            "El compromiso está «Reportado como cumplido» y de ahí no pasa a «Registrado». "
            "Deje en la hoja el estado que tiene, o cámbielo en la página del compromiso.",
        )
    ]
    assert Commitment.objects.get().state == "reported_done"


def test_commitments_without_a_code_get_theirs_beside_those_that_have_it(matrix, plan):
    rows = [
        ["Código", *COMMITMENTS],
        ["C-2026-001", "Mesa", "Julio", "Entregar el acta", None, "31/08/2026", None],
        [None, "Mesa", "Julio", "Dar cronograma", None, "31/08/2026", None],
        [None, "Mesa", None, "Comprar sillas", None, "30/09/2026", None],
    ]
    assert run(matrix(rows), plan).errors == []
    told = dict(Commitment.objects.values_list("text", "code"))
    assert told == {"Entregar el acta": "C-2026-001", "Dar cronograma": "C-2026-002", "Comprar sillas": "C-2026-003"}
    assert counted(run(matrix(rows), plan), "changed") == {}


def test_sheet_does_not_move_a_deadline_that_was_told(matrix, plan):
    row = ["Mesa", "Julio", "Entregar el acta", None, "31/08/2026", None]
    run(matrix([COMMITMENTS, row]), plan)
    moved = [*row[:4], "30/09/2026", None]
    assert counted(run(matrix([COMMITMENTS, moved]), plan), "changed") != {}  # a draft told nobody yet
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 15))
    plan.refresh_from_db()
    result = run(matrix([COMMITMENTS, row]), plan)
    assert said(result.errors) == [
        (
            "E2",
            "El plazo de este compromiso es el 30 de septiembre de 2026 y ya se le dijo a la ciudadanía: solo lo "
            "cambia una prórroga. Deje esa fecha en la hoja, o pida la prórroga en la página del compromiso.",
        )
    ]
    assert run(matrix([COMMITMENTS, moved]), plan).errors == []
    assert Commitment.objects.get().due_on == date(2026, 9, 30)
