"""Files that are not what they say, or that would hurt: one plain message each, and no stack trace."""

import io
import time
import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from matrices.workbook import grid as limits
from matrices.workbook import opening
from matrices.workbook.grid import Unreadable
from matrices.workbook.opening import open_workbook

SHEET = "xl/worksheets/sheet1.xml"


def refused(content, name="plan.xlsx"):
    with pytest.raises(Unreadable) as caught:
        open_workbook(io.BytesIO(content), name)
    return str(caught.value)


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "El archivo está vacío."),
        (b" \r\n\t ", "El archivo está vacío."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "El archivo tiene contraseña o es un .xls antiguo."),
        (b"%PDF-1.7\n1 0 obj", "El archivo no es una hoja de cálculo."),
        (b"\x89PNG\r\n\x1a\n\0\0", "El archivo no es una hoja de cálculo."),
        (bytes(range(256)) * 10, "El archivo no es una hoja de cálculo ni un texto separado por comas."),
        (b"<html><table><tr><td>Actividad</td></tr></table>", "El archivo es una página web o un XML"),
        (b"Acta de la reunion del martes\nAsistieron doce personas\n", "El texto no está separado en columnas."),
        (b'Actividad;Meta\n"' + b"x" * 200_000, "El texto no se puede separar en columnas"),
        (b"PK\x03\x04 not really a zip", "El archivo está incompleto o dañado."),
        (
            zipped(**{"word/document.xml": "<a/>", "[Content_Types].xml": "<a/>"}),
            "El archivo no es una hoja de cálculo.",
        ),
        (zipped(**{"xl/workbook.bin": "x", "[Content_Types].xml": "<a/>"}), "El archivo es un .xlsb."),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused(content, message):
    assert refused(content).startswith(message)


def test_the_name_of_a_file_does_not_matter(xlsx):
    grids = open_workbook(io.BytesIO(xlsx([["Actividad", "Meta"]])), "informe.pdf")
    assert grids[0].rows[1][2].value == "Meta"


def test_a_truncated_file_is_refused_wherever_it_is_cut(xlsx):
    content = xlsx([["Actividad", "Meta"]] + [[f"Foro {n}", n] for n in range(500)])
    for part in (0.1, 0.5, 0.9, 0.999):
        assert refused(content[: int(len(content) * part)]).startswith("El archivo está incompleto o dañado.")


def test_a_damaged_part_is_refused(xlsx, rezip):
    content = xlsx([["Actividad", "Meta"]])
    assert refused(rezip(content, {SHEET: b"<worksheet><sheetData>"})).startswith("El archivo está incompleto")
    assert refused(rezip(content, {SHEET: b"<worksheet><sheetData><row r='x'/>"})).startswith("El archivo está incompl")
    strange = b"<?xml version='1.0' encoding='UTF-88'?><worksheet/>"
    assert refused(rezip(content, {SHEET: strange})).startswith("El archivo está incompleto")
    assert refused(rezip(content, {"xl/workbook.xml": b"<workbook><sheets><sheet/></sheets></workbook>"}))


def test_a_workbook_without_any_written_cell_is_refused(xlsx):
    assert refused(xlsx([[None], ["  "]])).startswith("La hoja de cálculo no tiene ninguna celda escrita.")


def test_a_file_of_60_megabytes_is_refused_without_reading_it_whole():
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size=-1):
            self.asked = size
            return b"x" * size

    file = Endless()
    with pytest.raises(Unreadable, match="más de 20 MB"):
        open_workbook(file, "plan.xlsx")
    assert file.asked == limits.MAX_BYTES + 1


def test_a_zip_bomb_is_refused_by_its_ratio_and_by_its_size(xlsx, rezip):
    content = xlsx([["Actividad", "Meta"]])
    ratio = rezip(content, {"xl/media/image1.bin": b"\0" * (30 * 2**20)})
    assert refused(ratio).startswith("El archivo se agranda de forma anormal")
    size = rezip(content, {f"xl/media/image{n}.bin": b"\0" * (41 * 2**20) for n in range(5)})
    assert refused(size).startswith("El archivo ocupa demasiado al descomprimirse; el máximo es 200 MB.")
    parts = rezip(content, {f"xl/media/{n}.bin": b"1" for n in range(5001)})
    assert refused(parts).startswith("El archivo ocupa demasiado")


def test_xml_bombs_are_refused_in_xlsx_and_ods(xlsx, ods, rezip):
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>"
    )
    outside = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'
    for part in (bomb, outside, bomb.encode("utf-16")):
        message = refused(rezip(xlsx([["Actividad", "Meta"]]), {SHEET: part}))
        assert message.startswith("El archivo trae definiciones XML")
        message = refused(rezip(ods([["Actividad", "Meta"]]), {"content.xml": part}), "plan.ods")
        assert message.startswith("El archivo trae definiciones XML")


def test_an_ods_with_a_password_is_refused(ods, rezip):
    manifest = '<manifest:manifest><manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'
    content = rezip(ods([["Actividad"]]), {"META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x01\x02"})
    assert refused(content, "plan.ods").startswith("El archivo tiene contraseña.")


def test_a_zip_with_a_password_is_refused(xlsx):
    content = bytearray(xlsx([["Actividad"]]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    assert refused(bytes(content)).startswith("El archivo está protegido o comprimido")


def test_five_thousand_columns_and_too_many_rows_are_refused_with_the_cell(xlsx):
    assert "en la celda SG1." in refused(xlsx([[f"Columna {n}" for n in range(5000)]]))
    text = ",".join(f"Columna {n}" for n in range(5000)).encode()
    assert "en la celda SG1. Se leen hasta 20.000 filas y 500 columnas" in refused(text)
    assert "en la celda A20001." in refused(b"Actividad;Meta\n" * 20_001)


def test_a_cell_at_the_far_corner_costs_nothing_and_is_told(xlsx, rezip):
    content = xlsx([["Actividad", "Meta"]])
    corner = "<worksheet><dimension ref='A1:B2'/><sheetData><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    started = time.process_time()
    assert "en la celda XFD1048576." in refused(rezip(content, {SHEET: corner + "</sheetData></worksheet>"}))
    assert time.process_time() - started < 2


def test_a_sheet_that_lies_about_its_size_is_read_by_its_cells(xlsx, rezip):
    content = xlsx([["Actividad", "Meta"], ["Foro", 1]])
    lying = rezip(content, {SHEET: lambda xml: xml.replace('ref="A1:B2"', 'ref="A1:XFD1048576"')})
    assert list(open_workbook(io.BytesIO(lying), "x")[0].rows) == [1, 2]


def test_cells_with_only_a_style_do_not_count(xlsx, rezip):
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{get_column_letter(at)}{row}" s="1"/>' for at in (1, 600, 16_384))
        + "</row>"
        for row in (2, 30_000, 1_048_576)
    )
    content = rezip(
        xlsx([["Actividad", "Meta"]]), {SHEET: lambda xml: xml.replace("</sheetData>", rows + "</sheetData>")}
    )
    assert list(open_workbook(io.BytesIO(content), "x")[0].rows) == [1]


def test_a_merged_range_over_the_whole_sheet_stays_within_the_cells_in_use(xlsx, rezip):
    merge = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    content = rezip(
        xlsx([["Actividad", "Meta"], ["Foro", 1]]),
        {SHEET: lambda xml: xml.replace("</sheetData>", "</sheetData>" + merge)},
    )
    (grid,) = open_workbook(io.BytesIO(content), "x")
    assert grid.ends == {(2, 1): (2, 2)}
    assert grid.anchors == {(2, 2): (2, 1)}


def test_many_large_merged_ranges_are_refused(xlsx, rezip):
    rows = [["Actividad"] + [None] * 400 + ["Meta"]] + [["Foro"]] * 300
    merges = "".join(f'<mergeCell ref="A{n}:XFD20000"/>' for n in range(300, 1, -1))
    content = rezip(
        xlsx(rows),
        {SHEET: lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")},
    )
    assert "demasiadas celdas combinadas" in refused(content)


def test_ods_repeats_are_unfolded_only_where_something_is_written(ods):
    repeated = {"valuetype": "string", "text": "Foro", "numbercolumnsrepeated": 3}
    empty = {"numbercolumnsrepeated": 16_000, "text": ""}
    (grid,) = open_workbook(io.BytesIO(ods([["Actividad", empty], [repeated, "Meta"]])), "x")
    assert {at: cell.value for at, cell in grid.rows[2].items()} == {1: "Foro", 2: "Foro", 3: "Foro", 4: "Meta"}
    endless = {"valuetype": "string", "text": " ", "numbercolumnsrepeated": 1_000_000_000}
    (grid,) = open_workbook(io.BytesIO(ods([[endless], ["Actividad", endless]])), "x")
    assert list(grid.rows) == [2]
    assert "en la celda SG1." in refused(ods([[endless | {"text": "Foro"}]]), "x")


def test_one_long_text_shared_by_many_cells_is_refused(xlsx, rezip, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 100_000)
    assert refused(xlsx([["x" * 30_000] * 4])).startswith("El archivo tiene demasiado contenido")


def test_too_many_elements_without_content_are_refused(xlsx, rezip, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ELEMENTS", 50_000)
    cells = "<row>" + "<c/>" * 50_000 + "</row>"
    content = rezip(xlsx([["Actividad"]]), {SHEET: lambda xml: xml.replace("</sheetData>", cells + "</sheetData>")})
    assert refused(content).startswith("El archivo tiene demasiado contenido")


def test_too_many_cells_are_refused(xlsx, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELLS", 5)
    assert refused(xlsx([[1, 2, 3], [4, 5, 6]])).startswith("El archivo tiene demasiado contenido")


def test_a_zip_of_texts_is_a_workbook_of_their_sheets():
    content = zipped(**{"plan/Fases.csv": "Número,Fase\n1,Uno\n", "__MACOSX/x": "x", "plan/Nada.csv": " "})
    (grid,) = open_workbook(io.BytesIO(content), "plan.zip")
    assert (grid.name, grid.rows[2][2].value) == ("Fases", "Uno")


def test_a_zip_with_anything_but_texts_is_refused():
    assert refused(zipped(**{"Fases.csv": "a,b", "foto.png": "x"})).startswith("El archivo no es una hoja de cálculo.")


def test_a_zip_of_texts_that_are_too_large_is_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr(opening, "MAX_UNZIPPED_TEXT", 1000)
    content = zipped(**{f"{n}.csv": "Actividad,Meta\n" * 20 for n in range(5)})
    assert refused(content).startswith("El archivo ocupa demasiado al descomprimirse")


def test_a_zip_that_swells_is_refused():
    content = zipped(**{"Fases.csv": "a,b\n" * 5_000_000})
    assert refused(content).startswith("El archivo se agranda de forma anormal")


def test_a_workbook_as_other_programs_write_it(rezip, xlsx):
    """Prefixed names, absolute targets, no cell references, rich text, a strict boolean and an escaped character."""
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>Foro </x:t></x:r><x:r><x:t>juvenil</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh>'
        '</x:is></x:c><x:c><x:v>1.5</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c>'
        '<x:c t="str"><x:f>"a"</x:f><x:v>uno_x000D_\ndos</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c>'
        '<x:c t="d"><x:v>2026-05-29</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    content = rezip(
        xlsx([["Actividad"]]),
        {
            SHEET: sheet,
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace('Target="worksheets', 'Target="/xl/worksheets'),
        },
    )
    (grid,) = open_workbook(io.BytesIO(content), "x")
    values = [cell.value for cell in grid.rows[1].values()]
    assert values[:5] == ["Foro juvenil", 1.5, True, "uno\ndos", "#REF!"]
    assert f"{values[5]:%Y-%m-%d}" == "2026-05-29"
    assert [cell.formula for cell in grid.rows[1].values()] == [False, False, False, True, False, False]


def test_dates_since_1904(xlsx):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([None])
    book.active["A1"] = 44_000
    book.active["A1"].number_format = "dd/mm/yyyy"
    stream = io.BytesIO()
    book.save(stream)
    (grid,) = open_workbook(io.BytesIO(stream.getvalue()), "x")
    assert f"{grid.rows[1][1].value:%Y-%m-%d}" == "2024-06-19"


def test_comments_in_ods_are_not_the_cells_words(ods, rezip):
    content = rezip(
        ods([["Actividad", "Meta"]]),
        {
            "content.xml": lambda xml: xml.replace(
                "<text:p>Meta", "<office:annotation><text:p>ojo</text:p></office:annotation><text:p>Meta"
            )
        },
    )
    (grid,) = open_workbook(io.BytesIO(content), "x")
    assert grid.rows[1][2].value == "Meta"


def test_a_tag_or_a_comment_without_end_is_refused(xlsx, rezip):
    for endless in (f'<row r="{"1" * 2_000_000}"/>', f"<!--{'x' * 2_000_000}-->", f"<{'a' * 2_000_000}/>"):
        content = rezip(
            xlsx([["Actividad"]]), {SHEET: lambda xml, more=endless: xml.replace("</sheetData>", more + "</sheetData>")}
        )
        assert refused(content).startswith("El archivo tiene demasiado contenido")


def test_elements_inside_elements_without_end_are_refused(xlsx, rezip):
    deep = "<a>" * 200 + "</a>" * 200
    content = rezip(xlsx([["Actividad"]]), {SHEET: lambda xml: xml.replace("</sheetData>", deep + "</sheetData>")})
    assert refused(content).startswith("El archivo tiene demasiado contenido")


def test_a_part_is_read_once_however_many_sheets_name_it(xlsx, rezip):
    def more(number):
        again = '<sheet name="Otra" sheetId="9" r:id="rId1"/>' * number
        xml = {"xl/workbook.xml": lambda xml: xml.replace("</sheets>", again + "</sheets>")}
        return rezip(xlsx([["Actividad", "Meta"]]), xml)

    assert len(open_workbook(io.BytesIO(more(5000)), "x")) == 1


def test_too_many_sheets_are_refused(xlsx, monkeypatch):
    sheets = {"Plan": [["Actividad", "Meta"]], "Otra": [["Actividad", "Meta"]]}
    monkeypatch.setattr(limits, "MAX_SHEETS", 2)
    assert len(open_workbook(io.BytesIO(xlsx(sheets)), "x")) == 2
    monkeypatch.setattr(limits, "MAX_SHEETS", 1)
    assert refused(xlsx(sheets)).startswith("El archivo tiene demasiado contenido")
