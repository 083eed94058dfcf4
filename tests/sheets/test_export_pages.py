"""The plan as a workbook, asked for on its page: written by a worker, downloaded by whoever may read the plan."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Session
from records import files
from records.models import Job
from sheets.models import Upload
from tests.factories import make_activity, make_session


@pytest.fixture
def address(plan):
    return reverse("sheets:plan_export", args=[plan.entity.slug, plan.slug])


@pytest.fixture
def ask(client, address, django_capture_on_commit_callbacks):
    """A function that asks for the workbook and lets the worker write it; the page that the person sees then."""

    def act(format="xlsx"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address, {"format": format})
        return client.get(answer.url) if answer.status_code == 302 else answer

    return act


@pytest.mark.parametrize("format", ["xlsx", "ods", "zip"])
def test_workbook_is_written_and_downloaded_by_who_may_read(client, plan, dependency, head, ask, format):
    make_session(make_activity(plan, dependency, name="Foro de barrio"))
    client.force_login(head)
    page = ask(format).content.decode()
    job = Job.objects.get()
    file = reverse("sheets:export_file", args=[plan.entity.slug, plan.slug, job.pk])
    assert "La hoja está lista." in page and file in page
    answer = client.get(file)
    day = timezone.localdate()
    assert answer["Content-Disposition"] == f'attachment; filename="{plan.slug}-{day:%Y-%m-%d}.{format}"'
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == files.read(job.result)


def test_workbook_comes_back_through_the_page_and_changes_nothing(
    client, plan, dependency, planner, ask, django_capture_on_commit_callbacks
):
    make_session(make_activity(plan, dependency, name="Foro de barrio"))
    client.force_login(planner)
    ask()
    content = io.BytesIO(files.read(Job.objects.get().result))
    assert "Actividades" in openpyxl.load_workbook(content).sheetnames
    content.seek(0)
    content.name = "plan.xlsx"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug]), {"file": content})
    page = client.get(answer.url)
    assert "no hay nada que importar" in page.content.decode()
    assert Upload.objects.get().plan == plan


def test_second_click_joins_the_first_and_another_format_waits(client, planner, address, plan):
    client.force_login(planner)
    for _time in range(2):
        client.post(address, {"format": "xlsx"})  # nothing is sent: the transaction of the test never ends
    assert Job.objects.count() == 1
    page = client.post(address, {"format": "ods"}, follow=True).content.decode()
    assert "Ya hay un trabajo en marcha sobre esto" in page
    assert "Empieza en cuanto haya un procesador libre." in page


def test_format_that_is_none_is_told(client, planner, address, plan):
    client.force_login(planner)
    page = client.post(address, {"format": "pdf"})
    assert "Escoja una opción válida" in page.content.decode()
    assert not Job.objects.exists()


def test_workbook_of_another_plan_is_not_found(client, plan, planner, outsider, ask):
    client.force_login(planner)
    ask()
    job = Job.objects.get()
    client.force_login(outsider)
    assert client.get(reverse("sheets:export_file", args=[plan.entity.slug, plan.slug, job.pk])).status_code == 404


@pytest.mark.parametrize(("cell", "value"), [("people", 50), ("total", 3)])
def test_groups_beyond_those_who_came_are_refused_as_the_form_refuses_them(
    client, plan, dependency, planner, ask, django_capture_on_commit_callbacks, cell, value
):
    session = make_session(make_activity(plan, dependency), executed_units=1, held_on=date(2026, 3, 16))
    Session.objects.filter(pk=session.pk).update(attendance_total=5)
    group = plan.entity.groups.create(name="Ciudadanía")
    session.attendances.create(group=group, people=5)
    client.force_login(planner)
    ask()
    book = openpyxl.load_workbook(io.BytesIO(files.read(Job.objects.get().result)))
    sheet, heading = ("Asistencia", "Personas") if cell == "people" else ("Espacios", "Asistentes")
    column = next(one.column for one in book[sheet][1] if one.value == heading)
    book[sheet].cell(2, column).value = value
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    content.name = "plan.xlsx"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug]), {"file": content})
    (error,) = client.get(answer.url).context["preview"].errors.rows
    assert str(error.message).startswith(f"Los grupos suman {max(value, 5)} y los asistentes son {min(value, 5)}.")
    assert (error.place.sheet, error.place.row) == (sheet, 2)
