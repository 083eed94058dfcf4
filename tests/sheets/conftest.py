"""Builds spreadsheets and reads them; every file read is checked to give each of its cells one fate."""

import csv
import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from odf.opendocument import OpenDocumentSpreadsheet, load
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from matrices.workbook.grid import Place
from sheets.reader import read

YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def xlsx():
    return build_xlsx


@pytest.fixture
def ods():
    return build_ods


@pytest.fixture
def with_results():
    return set_results


@pytest.fixture
def rezip():
    return replace_parts


@pytest.fixture
def matrix():
    """Read rows, or a file, for a plan of 2026."""

    def read_checked(content, name="plan.xlsx", merged=(), formats=None, **dates):
        if isinstance(content, list | dict):
            content = build_xlsx(content, merged, formats)
        elif isinstance(content, str):
            content, name = content.encode(), "plan.csv"
        found = read(io.BytesIO(content), name, **(YEAR | dates))
        assert_one_fate_each(found, content)
        return found

    return read_checked


# --- The pages of an import -------------------------------------------------------------------------------------------


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    """A function that posts and lets the worker do at once what that asks for; the page that the person sees then."""

    def act(address, data):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address, data)
        return client.get(answer.url) if answer.status_code == 302 else answer

    return act


@pytest.fixture
def upload(post):
    def act(address, content, name="matriz.xlsx", **data):
        return post(address, {"file": SimpleUploadedFile(name, content), **data})

    return act


@pytest.fixture
def decide(post):
    """A function that posts the decisions of a preview."""

    def act(page, **data):
        return post(page.context["upload"].get_absolute_url(), {**decisions(page), **data})

    return act


@pytest.fixture
def address(plan):
    return reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])


def decisions(page):
    """What a browser would post from the preview: what each select shows."""
    data = {}
    for kind in ("dependencies", "groups", "blocks"):
        for select in page.context["selects"][kind]:
            data[select.field] = next(value for value, _words, chosen in select.options if chosen)
    return data


# --- Files ------------------------------------------------------------------------------------------------------------


def build_xlsx(sheets, merged=(), formats=None, hidden=()):
    """An xlsx of `{sheet: rows}` or of rows alone; None leaves a cell empty."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in (sheets if isinstance(sheets, dict) else {"Plan": sheets}).items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, at, value)
    first = book.worksheets[0]
    for cells in merged:
        first.merge_cells(cells)
    for cell, number_format in (formats or {}).items():
        first[cell].number_format = number_format
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def build_ods(rows):
    """An ods; a cell may be a value or a dict of odfpy's attributes with the text under "text"."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Plan")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(_ods_cell(value))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def _ods_cell(value):
    if value is None:
        return TableCell()
    if value == "covered":
        return CoveredTableCell()
    if isinstance(value, str):
        value = {"valuetype": "string", "text": value}
    elif isinstance(value, int | float):
        value = {"valuetype": "float", "value": value, "text": str(value)}
    text = value.get("text", "")
    cell = TableCell(**{name: one for name, one in value.items() if name != "text"})
    for line in text.split("\n"):
        cell.addElement(P(text=line))
    return cell


def set_results(content, results):
    """Give formulas of the first sheet the results that a spreadsheet program would save: {"D5": 12}."""

    def patched(xml):
        for cell, result in results.items():
            xml, count = re.subn(rf'(<c r="{cell}"[^>]*>)(<f>.*?</f>)<v ?/>', rf"\1\2<v>{result}</v>", xml)
            xml, other = re.subn(rf'(<c r="{cell}"[^>]*>)(<f>.*?</f>)<v></v>', rf"\1\2<v>{result}</v>", xml)
            assert count + other == 1, cell
        return xml

    return replace_parts(content, {"xl/worksheets/sheet1.xml": patched})


def replace_parts(content, changes):
    """The zip with some parts changed by a function of their text, or replaced by bytes; new names are added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in [*before.namelist(), *(name for name in changes if name not in before.namelist())]:
            change = changes.get(name)
            if callable(change):
                after.writestr(name, change(before.read(name).decode()))
            else:
                after.writestr(name, before.read(name) if change is None else change)
    return out.getvalue()


def assert_one_fate_each(found, content):
    left_out = {remark.place for remark in found.left_out}
    not_understood = {remark.place for remark in found.not_understood}
    assert len(found.left_out) == len(left_out)
    assert len(found.not_understood) == len(not_understood)
    assert not found.fields & left_out
    assert not found.fields & not_understood
    assert not left_out & not_understood
    assert found.fields | left_out | not_understood == written_places(content)


def written_places(content):
    """The cells that hold something, as another program reads them."""
    if not content.startswith(b"PK"):
        text = content.decode("utf-8-sig")
        delimiter = max(";,\t", key=text.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return {
            Place("plan", number, openpyxl.utils.get_column_letter(at))
            for number, row in enumerate(rows, 1)
            for at, value in enumerate(row, 1)
            if value.strip()
        }
    if b"opendocument" in content[:200]:
        return _ods_places(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        Place(sheet.title, cell.row, cell.column_letter)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }


def _ods_places(content):
    places = set()
    for table in load(io.BytesIO(content)).spreadsheet.getElementsByType(Table):
        for number, row in enumerate(table.getElementsByType(TableRow), 1):
            at = 0
            for cell in row.childNodes:
                repeat = int(cell.getAttribute("numbercolumnsrepeated") or 1)
                for _ in range(repeat):
                    at += 1
                    if str(cell).strip():
                        places.add(Place(table.getAttribute("name"), number, openpyxl.utils.get_column_letter(at)))
    return places
