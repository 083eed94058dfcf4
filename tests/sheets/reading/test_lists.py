"""Metrics and commitments."""

from datetime import date


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", remark.message) for remark in remarks]


def test_metrics_fill_their_activity_down_and_say_what_is_missing(matrix):
    found = matrix(
        [
            ["No.", "Actividad", "Mes", "Indicador", "Valor", "Fuente"],
            [1, "Foro", "Mayo", "Participantes", 65, "Listado"],
            [2, None, 6, "Participantes", "70", None],
            [3, "Feria", "mayoo", "Vistas", 3, None],
            [4, "Feria", None, "Vistas", "muchas", None],
            [5, "Feria", None, None, 9, None],
            [6, "Feria", "Julio", "Vistas", None, None],
            ["Total", None, None, None, 138, None],
            ["* Solo quienes firmaron."],
        ],
        merged=["B2:B3"],
    )
    assert [(m.activity.value, m.indicator.value, m.value.value, m.period_from, m.source) for m in found.metrics] == [
        ("Foro", "Participantes", 65, date(2026, 5, 1), "Listado"),
        ("Foro", "Participantes", 70, date(2026, 6, 1), ""),
        ("Feria", "Vistas", 3, None, ""),
        ("Feria", "Vistas", 9, None, ""),
    ]
    assert [where for where, _ in said(found.errors)] == ["C4", "E5"]
    assert [n.text.value for n in found.notes] == ["Solo quienes firmaron."]
    assert ("B7", "La fila no tiene valor.") in said(found.left_out)
    assert said(found.warnings) == [
        ("E8", "El total dice 138 y la suma es 147: se toma la suma. Revise si falta o sobra algún valor.")
    ]


def test_commitments_with_their_dates_code_and_closing(matrix):
    found = matrix(
        [
            ["Código", "Instancia", "Fecha", "Compromiso", "Líder", "Plazo", "Cerrado", "Estado", "Nota"],
            ["C-1", "Mesa", "5/7/26", "Dar cronograma", "Salud\nDespacho", "31/08/26", "20/08/26", "Cumplido", "x"],
            ["C-2", None, "Agosto", "Publicar el acta", None, "30/02/2027", None, "En avance", None],
            [None, "Comité", None, None, "Salud", "1/9/2026", None, None, None],
            ["C-4", "Comité", "Agosto", "Enviar el balance", "-", "1/9/2026 y 2/9/2026", None, None, None],
        ],
        merged=["B2:B3"],
    )  # fmt: skip
    one, two, four = found.commitments
    assert (one.code, one.instance.value, one.made_on.on, one.made_on.precision) == (
        "C-1",
        "Mesa",
        date(2026, 7, 5),
        "day",
    )
    assert (one.due_on.on, one.closed_on.on, one.state.value) == (date(2026, 8, 31), date(2026, 8, 20), "Cumplido")
    assert one.responsible.value == "Salud\nDespacho"
    assert (two.instance.value, two.due_on, two.responsible) == ("Mesa", None, None)
    assert four.responsible is None
    assert said(found.errors) == [
        ("F3", "«30/02/2027» no existe en el calendario. Revise el día y el mes: el orden es día/mes/año."),
        ("F5", "Aquí va una sola fecha. Deje una, o use una fila para cada compromiso."),
    ]
    assert [where for where, why in said(found.not_understood)] == ["I2", "B4", "E4", "F4"]
