"""Tables as data: how wide their columns are."""

from display.tables import Cell, Column, Kind, Table, widths

COLUMNS = (Column("Actividad"), Column("Programado", Kind.COUNT), Column("Ejecutado", Kind.COUNT))


def test_what_spans_columns_widens_none_of_them():
    plain = (("Mesa de trabajo con las veedurías", 4, 3),)
    wide = (*plain, ("Mesa de trabajo con las veedurías", Cell("337 de 348: 96,8 % de una meta de 100 %", span=2)))
    assert widths(Table("", COLUMNS, wide), 480) == widths(Table("", COLUMNS, plain), 480)
