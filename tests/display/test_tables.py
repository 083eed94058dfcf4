"""Tables as data: how wide their columns are, and what is drawn of them."""

from fractions import Fraction

from display.tables import BAR, GAP, Cell, Column, Kind, Table, html, page_html, widths

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
