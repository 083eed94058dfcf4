"""Tables as data: how wide their columns are, and what is drawn of them."""

from fractions import Fraction

from display.tables import BAR, GAP, SIZE, Cell, Column, Kind, Table, html, page_html, widths
from display.typeface import width

PEOPLE = (Column("Actividad"), Column("Mar", Kind.COUNT), Column("Abr", Kind.COUNT))


def test_bars_of_every_column_have_one_scale():
    table = Table("Personas", PEOPLE, (("Feria", Cell(4, share=Fraction(1, 4)), Cell(1200, share=Fraction(1))),))
    assert html(table).count('<span class="bar" style="width:6.0pt"></span>') == 1
    assert html(table).count('<span class="bar" style="width:24.0pt"></span>') == 1
    _names, march, april = widths(table, 482)
    assert march * 4.82 >= BAR + GAP - 0.01
    assert april * 4.82 >= BAR + GAP - 0.01


def test_line_that_heads_others_spans_the_table_on_paper_and_on_a_page():
    table = Table("Personas", PEOPLE, ((Cell("Planeación", span=3),), ("Feria", 4, None)))
    assert '<tr class="over"><th scope="rowgroup" class="wide" colspan="3">Planeación</th></tr>' in html(table)
    assert '<tr><th scope="rowgroup" colspan="3">Planeación</th></tr>' in page_html(table)
    assert '<td data-label="Abr" class="num">–</td>' in page_html(table)


COLUMNS = (Column("Actividad"), Column("Programado", Kind.COUNT), Column("Ejecutado", Kind.COUNT))


def test_what_spans_columns_widens_none_of_them():
    plain = (("Mesa de trabajo con las veedurías", 4, 3),)
    wide = (*plain, ("Mesa de trabajo con las veedurías", Cell("337 de 348: 96,8 % de una meta de 100 %", span=2)))
    assert widths(Table("", COLUMNS, wide), 480) == widths(Table("", COLUMNS, plain), 480)


def test_words_of_a_state_stay_on_one_line_in_a_full_table():
    words = "Publicación de la apertura de los procesos contractuales, conforme a la solicitud de cada dependencia " * 2
    heads = (Column("Actividad"), *(Column("Recibido", Kind.COUNT),) * 4, Column("Estado"), Column("Causa"))
    table = Table("Metas", heads, ((words, 1, 1, 1, 1, Cell("Todavía no vence", state="open"), words),))
    assert widths(table, 482)[5] * 4.82 >= width("Todavía no vence", 9, 700) + 2 * GAP + 12


def test_page_has_two_rows_of_a_table_that_goes_on():
    rows = ((Cell("Planeación", span=3),), *((f"Mesa {n}", n, n) for n in range(3)), (Cell("Salud", span=3),))
    table = Table("Espacios", COLUMNS, (*rows, ("Feria", 1, 1), ("Foro", 2, 2)), total=("Total", 6, 6))
    drawn = html(table)
    assert drawn.index('<tr class="first"><th scope="row">Mesa 0') < drawn.index("Mesa 1")
    end = drawn[drawn.index('<tbody class="kept">') :]
    assert end.startswith('<tbody class="kept"><tr class="over">')  # the line that heads the last two goes with them
    assert end.count("<tr") == 4
    assert '"kept"' not in html(Table("Espacios", COLUMNS, rows[:4]))  # which is not parted at all
    tall = Table("Espacios", COLUMNS, tuple((f"{n} " + "Mesa de trabajo " * 20, n, n) for n in range(6)))
    assert '"kept"' not in html(tall)


def test_column_whose_texts_have_room_leaves_the_rest_to_the_others():
    columns = (Column("Compromiso"), Column("Estado"))
    long = "Hacer una jornada de documentos de identidad para las familias que retornaron a sus veredas."
    rows = tuple((Cell(long, aside="Mesa de víctimas"), Cell(said, state="open")) for said in ("En plazo", "Vencido"))
    short, wide = widths(Table("", columns, rows), 480)[1], width("En plazo", SIZE, 700)
    assert short * 480 / 100 < wide + GAP + 12 + 20
