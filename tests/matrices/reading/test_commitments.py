"""Commitments from the rows of their table."""

from datetime import date


def said(remarks):
    return [(f"{remark.place.column}{remark.place.row}", str(remark.message)) for remark in remarks]


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
