"""Who asked for an import is told how it ended, in whatever page they are by then."""

import pytest
from django.utils import translation

from records import notices
from records.models import Mail, Notice
from sheets import actions
from sheets.loading.result import Choices
from tests.sheets.conftest import build_xlsx

ROWS = [
    ["Actividad", "Meta", "Fecha programada"],
    ["1.1 Encuesta", 1, "29/05/2026"],
    ["2.1 Audiencia", 1, "30/06/2026"],
]


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es-co"):
        yield


@pytest.fixture
def bring_in(plan, planner, django_capture_on_commit_callbacks):
    """A function that uploads rows and imports them at once."""

    def act(rows):
        with django_capture_on_commit_callbacks(execute=True):
            upload = actions.upload(content=build_xlsx(rows), name="matriz.xlsx", plan=plan, by=planner)
        assert not Notice.objects.exists()  # a preview is watched
        with django_capture_on_commit_callbacks(execute=True):
            actions.bring_in(upload=upload, choices=Choices(), by=planner)
        return upload

    return act


def test_import_that_ended_leads_to_the_plan(bring_in, plan, planner):
    bring_in(ROWS)
    assert plan.activities.count() == 2
    (notice,) = planner.notices.all()
    assert notices.title(notice) == "Terminó la importación de «matriz.xlsx»"
    assert notices.text(notice).startswith("Filas nuevas: 4. Cambiadas: 0.")
    assert notice.path == plan.get_absolute_url()
    assert Mail.objects.get().subject == "Convite: Terminó la importación de «matriz.xlsx»"


def test_second_click_leads_to_the_import_of_the_first(
    bring_in, plan, planner, client, django_capture_on_commit_callbacks
):
    upload = bring_in(ROWS)
    (first,) = upload.jobs.filter(kind=actions.IMPORT)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.bring_in(upload=upload, choices=Choices(), by=planner) == first
    assert planner.notices.count() == Mail.objects.count() == 1
    client.force_login(planner)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(upload.get_absolute_url(), {"action": "import"}, follow=True)
    assert page.redirect_chain[-1] == (plan.get_absolute_url(), 302)
    assert "El archivo quedó importado. Filas nuevas: 4" in page.content.decode()
    assert upload.jobs.count() == 2 and planner.notices.count() == 1


def test_import_that_was_refused_may_be_asked_for_again(bring_in, plan, planner, django_capture_on_commit_callbacks):
    upload = bring_in([*ROWS, ["3.1 Feria", 1, "31/02/2026"]])
    with django_capture_on_commit_callbacks(execute=True):
        actions.bring_in(upload=upload, choices=Choices(), by=planner)
    assert upload.jobs.filter(kind=actions.IMPORT).count() == 2


def test_import_with_errors_leads_back_to_the_sheet(bring_in, plan, planner):
    upload = bring_in([*ROWS, ["3.1 Feria", 1, "31/02/2026"]])
    assert plan.activities.count() == 0
    (notice,) = planner.notices.all()
    assert notices.title(notice) == "No se importó «matriz.xlsx»: tiene errores"
    assert notices.text(notice).startswith("Errores: 1. Nada cambió en el plan.")
    assert notice.path == upload.get_absolute_url()
