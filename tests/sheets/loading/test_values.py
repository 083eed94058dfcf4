"""Values of an activity that a field takes, and those that none does."""

from tests.sheets.loading.matrices import run, said


def test_words_of_no_catalogue_are_left_out_with_the_reason(matrix, plan):
    rows = [
        ["Actividad", "Nivel de incidencia", "Modalidad", "Presupuesto"],
        ["Foro", "Consulta", "Presencial y virtual", "$ 1.500.000"],
        ["Feria", "Altísimo", "Por teléfono", None],
    ]
    result = run(matrix(rows), plan)
    forum, fair = plan.activities.all()
    assert (forum.incidence_level, forum.modality, forum.budget) == ("consultation", "hybrid", 1_500_000)
    assert (fair.incidence_level, fair.modality) == ("", "")
    assert said(result.left_out)[-2:] == [
        ("B3", "«Altísimo» no es un nivel de incidencia del catálogo."),
        ("C3", "«Por teléfono» no dice si es presencial, virtual o mixta."),
    ]


def test_text_too_long_says_its_cell_and_the_limit(matrix, plan):
    rows = [["Actividad", "Periodicidad", "Responsable"], ["x" * 501, "y" * 121, None], ["Foro", None, "Z" * 201]]
    result = run(matrix(rows[:2]), plan)
    assert said(result.errors) == [
        ("A2", "Nombre: Asegúrese de que este valor tenga como máximo 500 caracteres (tiene 501)."),
        ("B2", "Periodicidad: Asegúrese de que este valor tenga como máximo 120 caracteres (tiene 121)."),
    ]
    result = run(matrix([rows[0], rows[2]]), plan)
    assert said(result.errors) == [
        (
            "C2",
            f"«{'Z' * 60}…» tiene 201 caracteres y un nombre lleva hasta 200. Revise que sea un nombre.",
        )
    ]
