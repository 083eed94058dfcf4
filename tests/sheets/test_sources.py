"""Pages say from which cell of which file a row came, and give the file to those who may read the plan."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import Activity, Metric, Session
from commitments.models import Commitment
from records import files
from records.models import Origin
from tests.factories import make_dependency
from tests.sheets.conftest import build_xlsx
from tests.sheets.loading.test_sources import SHEETS


@pytest.fixture
def origin(client, planner, plan, xlsx, django_capture_on_commit_callbacks):
    """A spreadsheet that the planner uploaded and imported."""
    make_dependency(plan.entity, "Salud")
    plan.entity.groups.create(name="Ciudadanía")
    client.force_login(planner)
    file = SimpleUploadedFile("seguimiento.xlsx", xlsx(SHEETS))
    address = reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])
    for data in ({"file": file}, {"action": "import"}):
        with django_capture_on_commit_callbacks(execute=True):
            address = client.post(address, data).url
    return Origin.objects.get()


def sentence(sheet):
    return f"Fila 2 de la hoja «{sheet}»</a> de"


@pytest.mark.parametrize(
    ("model", "sheet", "label", "cell"),
    [
        (Activity, "Plan", "Grupos de valor y de interés", "F2"),
        (Session, "Plan", "Programado para", "G2"),
        (Commitment, "Compromisos", "Plazo", "E2"),
    ],
)
def test_page_says_where_its_row_came_from(client, origin, control, model, sheet, label, cell):
    client.force_login(control)
    page = client.get(model.objects.get().get_absolute_url())
    address = reverse("sheets:source_file", args=[origin.entity.slug, origin.pk])
    assert sentence(sheet) in page.text
    assert f'<a href="{address}">seguimiento.xlsx</a>, importada el' in page.text
    assert f"por {origin.brought_by.full_name}." in page.text
    words = " ".join(page.text.split())
    there = reverse("sheets:source_sheet", args=[origin.entity.slug, origin.pk])
    link = f"{there}?hoja={sheet}&amp;celda={cell}#celda"
    assert f'<li> {label} <a href="{link}">{cell}</a> </li>' in words
    shown = client.get(there, {"hoja": sheet, "celda": cell})
    assert shown.context["focus"].cell.name == cell
    assert shown.context["grid"].sheet.name == sheet
    assert f'aria-current="true">{shown.context["focus"].cell.shown.text}</td>' in shown.text


def test_metric_says_it_on_its_own_page_and_in_the_list(client, origin):
    metric = Metric.objects.get()
    plan = metric.activity.plan
    page = client.get(reverse("activities:metric_update", args=[plan.entity.slug, plan.slug, metric.pk]))
    assert sentence("Indicadores") in page.text
    page = client.get(metric.activity.get_absolute_url())
    assert "Fila 2 de «Indicadores»</a> en seguimiento.xlsx" in page.text


def test_row_written_by_hand_says_nothing(client, planner, plan):
    client.force_login(planner)
    page = client.get(plan.activities.create(name="Foro").get_absolute_url())
    assert page.status_code == 200
    assert "De qué hoja viene" not in page.text


def test_file_comes_as_it_was_uploaded(client, origin, control):
    client.force_login(control)
    response = client.get(reverse("sheets:source_file", args=[origin.entity.slug, origin.pk]))
    assert b"".join(response) == files.read(origin.file)
    assert response["Content-Disposition"] == 'attachment; filename="seguimiento.xlsx"'
    assert response["Content-Type"] == "application/octet-stream"
    assert "no-store" in response["Cache-Control"]


def test_file_that_is_damaged_is_not_given(client, origin):
    default_storage.delete(origin.file.name)
    default_storage.save(origin.file.name, BytesIO(b"otra cosa"))
    response = client.get(reverse("sheets:source_file", args=[origin.entity.slug, origin.pk]))
    assert response.status_code == 503
    assert "no sería el que se importó" in response.text


def test_cell_that_was_mended_shows_both_what_it_says_and_what_the_file_says(
    client, planner, plan, upload, decide, post, address
):
    client.force_login(planner)
    page = upload(address, build_xlsx([["Actividad", "Meta"], ["Foro", "muchos"]]))
    mend = reverse("sheets:import_mend", args=[plan.entity.slug, page.context["upload"].pk])
    page = post(mend, {"deed": "cell", "sheet": "Plan", "cell": "B2", "text": "3", "revision": "0"})
    decide(page, action="import")
    there = reverse("sheets:source_sheet", args=[plan.entity.slug, Origin.objects.get().pk])
    cell = client.get(there, {"hoja": "Plan", "celda": "B2"}).context["focus"].cell.shown
    assert (cell.text, cell.was) == ("3", "muchos")


@pytest.mark.parametrize("asked", ["", "?celda=B1", "?celda=Otra!C4", "?fila=2", "?fila=x&filas=-1", "?hoja=nada"])
def test_sheet_that_was_not_kept_as_read_is_opened_itself(client, origin, control, asked):
    Origin.objects.update(shown=None)
    client.force_login(control)
    page = client.get(reverse("sheets:source_sheet", args=[origin.entity.slug, origin.pk]) + asked)
    assert page.status_code == 200
    assert page.context["grid"].sheet.name == "Plan"


def test_file_too_large_for_a_page_is_downloaded(client, origin):
    Origin.objects.update(shown=None)
    files.StoredFile.objects.filter(pk=origin.file.pk).update(size=2**21)
    page = client.get(reverse("sheets:source_sheet", args=[origin.entity.slug, origin.pk]))
    assert "La hoja es demasiado grande para mostrarla aquí" in page.text


def test_sheet_of_another_entity_is_not_found(client, origin, outsider):
    client.force_login(outsider)
    assert client.get(reverse("sheets:source_sheet", args=[origin.entity.slug, origin.pk])).status_code == 404
