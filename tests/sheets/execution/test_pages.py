"""From the file of a head to what is stored: upload, preview, confirmation, and the sheet to fill in."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Session
from records import files, sources
from records.models import StoredFile
from sheets.models import KnownHeader, Upload
from tests.activities.returning import approve
from tests.factories import make_activity, make_dependency, make_session, make_user
from tests.sheets.conftest import build_xlsx
from tests.sheets.execution.conftest import HEAD

ROW = ["1.1", "Encuentro con las juntas", "16/03/26", "17/03/26", "sí", "35 personas", None, "Pidieron luz"]
PEOPLE = [["No", "Nombres y apellidos", "Cédula", "Firma"], [1, "Ana Canario", "1017000111", None]]


@pytest.fixture
def plan(plan):
    return approve(plan)


@pytest.fixture
def address(plan):
    return reverse("sheets:execution_upload", args=[plan.entity.slug, plan.slug])


@pytest.fixture
def blank(plan):
    return reverse("sheets:execution_blank", args=[plan.entity.slug, plan.slug])


def downloaded(client, address):
    return openpyxl.load_workbook(BytesIO(b"".join(client.get(address).streaming_content)))


def sheet_of(*rows):
    return build_xlsx({"Hecho": [HEAD, *rows]})


def errors(page):
    return [(one.place.cell, str(one.message)) for one in page.context["preview"].errors.rows]


def test_head_uploads_looks_and_saves(client, head, plan, encounter, address, upload, decide):
    client.force_login(head)
    page = upload(address, sheet_of(ROW), "lo-hecho.xlsx")
    html = page.content.decode()
    assert "Lo que cambiaría con «lo-hecho.xlsx»" in html and "Guardar lo hecho" in html
    assert Session.objects.get().executed_units is None
    done = decide(page, action="import")
    assert done.url == reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    (said,) = get_messages(done.wsgi_request)
    assert str(said) == "Quedó guardado lo que dice la hoja de 1 espacio."
    space = Session.objects.get()
    assert (space.executed_units, space.held_on, space.attendance_total) == (1, date(2026, 3, 17), 35)
    (cited,) = sources.of(space)
    assert (cited.sheet, cited.row, dict(cited.cells)["Asistentes"]) == ("Hecho", 2, "F2")
    assert cited.origin.brought_by == head
    assert AuditEntry.objects.get(verb="session.update").actor == head


def test_with_errors_nothing_is_stored_and_the_file_comes_back_with_them(
    client, head, plan, encounter, address, upload
):
    client.force_login(head)
    page = upload(address, sheet_of(ROW, ["9.9", "Carnaval", None, "17/03/26"]))
    assert [cell for cell, _said in errors(page)] == ["B3"]
    assert page.context["may_import"] is False
    back = client.get(reverse("sheets:import_returned", args=[plan.entity.slug, page.context["upload"].pk]))
    book = openpyxl.load_workbook(BytesIO(b"".join(back.streaming_content)))
    assert "no es una actividad de este plan" in book["Hecho"]["B3"].comment.text
    assert Session.objects.get().executed_units is None


def test_a_cell_is_mended_on_the_page_and_a_heading_is_not_remembered(
    client, head, plan, encounter, address, upload, post
):
    client.force_login(head)
    page = upload(address, sheet_of([*ROW[:4], "tal vez"]))
    mend = reverse("sheets:import_mend", args=[plan.entity.slug, page.context["upload"].pk])
    page = post(mend, {"deed": "cell", "sheet": "Hecho", "cell": "E2", "text": "sí", "revision": 0})
    assert errors(page) == []
    post(mend, {"deed": "meaning", "header": "Actividad", "meaning": "phase", "revision": 1})
    assert KnownHeader.objects.count() == 0


def test_a_row_that_may_be_of_several_is_chosen_on_the_page(client, head, plan, encounter, address, upload, decide):
    other = make_session(encounter, date(2026, 3, 23))
    client.force_login(head)
    page = upload(address, sheet_of(["1.1", None, None, "18/03/26", 1]))
    (select,) = page.context["selects"]["spaces"]
    assert "Cuál espacio es cada fila" in page.content.decode()
    page = decide(page, action="preview", **{select.field: str(other.pk)})
    assert errors(page) == []
    decide(page, action="import", **{select.field: str(other.pk)})
    other.refresh_from_db()
    assert other.held_on == date(2026, 3, 18)


def test_what_somebody_reported_meanwhile_is_told_and_then_decided(
    client, head, plan, encounter, address, upload, decide
):
    client.force_login(head)
    page = upload(address, sheet_of(ROW))
    Session.objects.update(executed_units=1, held_on=date(2026, 3, 16), attendance_total=50, revision=1)
    page = decide(page, action="import")
    assert errors(page) == [
        ("A2", "Alguien cambió este espacio después de la vista previa: mire qué cambiaría y vuelva a guardar.")
    ]
    assert Session.objects.get().attendance_total == 50
    assert "50" in page.content.decode()
    assert decide(page, action="import").status_code == 302
    assert Session.objects.get().attendance_total == 35


def test_a_list_of_people_is_refused_and_nothing_of_it_is_kept(client, head, plan, encounter, address, upload):
    client.force_login(head)
    content = build_xlsx({"Hecho": [HEAD, ROW], "Asistencia": PEOPLE})
    before = set(StoredFile.objects.values_list("pk", flat=True))
    page = upload(address, content)
    html = page.content.decode()
    assert "parece una lista de asistencia" in html and "Canario" not in html
    assert "Intentar de nuevo" not in html
    one = Upload.objects.get()
    assert (one.file, one.shown, one.returned) == (None, None, None)
    assert set(StoredFile.objects.values_list("pk", flat=True)) == before
    assert not any(default_storage.exists(files.path_of(sha)) for sha in [files.hashlib.sha256(content).hexdigest()])
    assert Session.objects.get().executed_units is None


def test_nor_is_what_is_no_sheet(client, head, plan, encounter, address, upload):
    client.force_login(head)
    page = upload(address, b"MZ\x90\x00" + bytes(range(256)) * 40, "hoja.xlsx")
    assert page.context["job"].state == "failed"
    assert Upload.objects.get().file is None and not StoredFile.objects.exists()


def test_only_who_brought_it_and_planning_see_it(
    client, head, planner, control, plan, dependency, encounter, address, upload
):
    client.force_login(head)
    page = upload(address, sheet_of(ROW))
    detail = page.context["upload"].get_absolute_url()
    colleague = make_user(plan.entity, "head", dependency)
    for user, status in ((head, 200), (planner, 200), (colleague, 403), (control, 403)):
        client.force_login(user)
        assert client.get(detail).status_code == status, user
    for user, status in ((control, 403), (make_user(plan.entity, "head"), 403), (planner, 200)):
        client.force_login(user)
        assert client.get(address).status_code == status


def test_the_sheet_to_fill_in_has_the_spaces_of_the_dependency_and_comes_back(
    client, head, plan, entity, dependency, encounter, address, blank, upload, decide
):
    women = entity.groups.create(name="Mujeres")
    encounter.groups.add(women)
    make_session(encounter, date(2026, 6, 30), planned_precision="month", planned_units=3)
    make_session(encounter, date(2026, 2, 2), executed_units=1, held_on=date(2026, 2, 2))  # told already
    make_session(make_activity(plan, make_dependency(entity), name="Ajena"), date(2026, 3, 1))
    client.force_login(head)
    book = downloaded(client, blank)
    sheet = book["Lo que se hizo"]
    heads = [cell.value for cell in sheet[1]]
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2)] == [
        ["1.1", "Encuentro con las juntas", sheet["C2"].value, 1],
        ["1.1", "Encuentro con las juntas", "Junio de 2026", 3],
    ]
    assert sheet["C2"].value.date() == date(2026, 3, 16)
    assert "Personas de Mujeres" in heads and heads[-1] == "Clave"
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", "whole"}
    # as it is, it changes nothing
    page = upload(address, saved(book))
    assert (errors(page), page.context["may_import"]) == ([], False)
    at = {head: column for column, head in enumerate(heads, 1)}
    filled = {
        2: {"Fecha en que se hizo": date(2026, 3, 17), "Cuántos se hicieron": "sí", "Asistentes": 40,
            "Personas de Mujeres": 22, "Aportes": "Pidieron luz"},
        3: {"Fecha en que se hizo": date(2026, 6, 29), "Cuántos se hicieron": 2, "Asistentes": 61,
            "Motivo si no se hizo": "Cruce de agendas"},
    }  # fmt: skip
    for row, cells in filled.items():
        for head_, value in cells.items():
            sheet.cell(row, at[head_], value)
    page = upload(address, saved(book))
    assert errors(page) == []
    assert decide(page, action="import").status_code == 302
    # what is stored, beside the cells themselves
    again = openpyxl.load_workbook(BytesIO(saved(book)))["Lo que se hizo"]
    people = sum(row[at["Asistentes"] - 1] or 0 for row in again.iter_rows(min_row=2, values_only=True))
    new = Session.objects.filter(activity=encounter, attendance_total__isnull=False).order_by("planned_on")
    assert sum(one.attendance_total for one in new) == people == 101
    assert [(one.executed_units, one.held_on, one.reason) for one in new] == [
        (1, date(2026, 3, 17), ""),
        (2, date(2026, 6, 29), "Cruce de agendas"),
    ]
    assert new[0].attendances.get().people == 22
    # and those are gone from the next one
    assert downloaded(client, blank)["Lo que se hizo"].max_row == 1


def saved(book):
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_page_is_reached_from_where_one_reports(client, head, plan, encounter, address):
    client.force_login(head)
    for page in (
        reverse("dashboard:board", args=[plan.entity.slug]),
        reverse("dashboard:execution", args=[plan.entity.slug, plan.slug]),
        reverse("activities:activity_list", args=[plan.entity.slug, plan.slug]),
    ):
        assert address in client.get(page).content.decode(), page


def test_statements_are_a_few_and_a_bulk_write_for_each_batch(
    client, head, plan, dependency, encounter, address, upload, decide
):
    counts = []
    for number, size in ((5, 20), (6, 400)):
        days = [date.fromordinal(date(2026, 1, 1).toordinal() + step) for step in range(20)]
        activities = [make_activity(plan, dependency, number=f"{number}.{n}") for n in range(size // 20)]
        Session.objects.bulk_create(Session(activity=one, planned_on=day) for one in activities for day in days)
        client.force_login(head)
        page = upload(address, sheet_of(*([one.number, None, day, day, 1, 30] for one in activities for day in days)))
        with CaptureQueriesContext(connection) as captured:
            decide(page, action="import")
        counts.append(len(captured))
    assert Session.objects.filter(attendance_total=30).count() == 420
    assert counts[1] - counts[0] <= 380 // 20, counts
