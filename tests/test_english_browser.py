"""The product under /en/, in a real browser: no Spanish but the data's, on any page, preview or error."""

import html
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from accounts.permissions import RIGHTS
from records import files
from tests.english import TEXTS, Data, spanish_in
from tests.factories import make_plan
from tests.reports.reporting import approve, make_published, make_published_facts
from tests.sheets.conftest import build_xlsx
from tests.test_pages_browser import DOWNLOADS, POST_ONLY
from tests.world import ANYBODY, PUBLIC, ROUTES, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INPUTS = Path(__file__).parent / "guard" / "inputs"
DATES = {
    "01-formato-planeacion.xlsx": ("2026-01-01", "2026-12-31"),
    "02-paac-rendicion-de-cuentas.xlsx": ("2020-01-01", "2020-12-31"),
    "03-seguimiento-mensual-2020.xlsx": ("2020-07-01", "2020-12-31"),
}
BAD = [
    ["Línea o dependencia", "N.º", "Actividad", "Meta", "Responsable", "Fecha programada", "Correo del enlace"],
    ["Línea de diálogo", "1.1", "Feria", "mucha", "Oficina de Prensa", "31/02/2026", "x@y.co"],
    [None, "1.1", "Mesa", 2, "Ofisina de Prensa", "5/5/2031", None],
    [None, "1.2", "Foro", "100%", "Todas las dependencias", "trimestral", None],
    ["Total", None, None, 3, None, None, None],
    ["Elaboró: quien coordina", None, None, None, None, None, None],
]


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_no_page_has_spanish_of_ours(english, visit):
    world = World("propia")
    approve(world.plan)
    make_published(world.plan, period="2025")
    world.report.version = 2
    world.report.save()
    make_published_facts(world.plan, period="2026", number="2026-002", content=b"%PDF-1.7 two")
    data, found = Data(files.read(world.origin.file)), {}
    for name, (needs, _row) in ROUTES.items():
        if name in (*DOWNLOADS, *POST_ONLY):
            continue
        role = None if needs == PUBLIC else Role.PLANNER
        if needs not in (PUBLIC, ANYBODY) and needs not in RIGHTS[Role.PLANNER]:
            role = Role.ADMINISTRATOR
        address = world.address(name)
        assert address.startswith("/en/")
        if texts := spanish_in(visit(address, by=world.users.get(role)).evaluate(TEXTS), data):
            found[name] = texts
    assert found == {}


@pytest.mark.parametrize("name", DATES)
def test_preview_of_a_matrix_has_spanish_of_its_cells_alone(english, visit, entity, planner, name):
    page = visit(reverse("sheets:import_new", args=[entity.slug]), by=planner)
    page.get_by_label("Spreadsheet").set_input_files(INPUTS / name)
    page.get_by_role("button", name="See what would be imported").click()
    page.get_by_label("Title").fill("Plan 2020")
    page.get_by_label("Starts").fill(DATES[name][0])
    page.get_by_label("Ends").fill(DATES[name][1])
    page.get_by_role("button", name="Update the preview").click()
    page.get_by_role("heading", name="Row by row").wait_for()
    assert spanish_in(page.evaluate(TEXTS), Data((INPUTS / name).read_bytes())) == []


def test_faults_of_a_file_are_told_in_english(english, visit, plan, planner, tmp_path):
    content = build_xlsx(BAD)
    file, nothing = tmp_path / "matriz.xlsx", tmp_path / "nada.xlsx"
    file.write_bytes(content)
    nothing.write_bytes(b"%PDF-1.7 nada")
    address = reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])
    page = visit(address, by=planner)
    page.get_by_label("Spreadsheet").set_input_files(file)
    page.get_by_role("button", name="See what would be imported").click()
    page.get_by_role("heading", name="Row by row").wait_for()
    assert spanish_in(page.evaluate(TEXTS), Data(content)) == []
    page.goto(page.url.partition("/en/")[0] + address)
    page.get_by_label("Spreadsheet").set_input_files(nothing)
    page.get_by_role("button", name="See what would be imported").click()
    page.get_by_text("Upload another file").wait_for()
    assert spanish_in(page.evaluate(TEXTS), Data()) == []


def shown(answer) -> list[str]:
    text = re.sub(r"(?s)<(script|style).*?</\1>", " ", answer.content.decode())
    return [html.unescape(piece) for piece in re.findall(r">([^<>]+)<", f">{text}<") if piece.strip()]


def test_error_pages_are_english(english, client, plan, planner, head, settings, visit):
    data = Data()
    client.raise_request_exception = False
    client.force_login(head)
    answers = {
        404: client.get("/en/no-hay/"),
        403: client.get(reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])),
        405: client.post(reverse("portal:home")),
        413: client.post(reverse("account_login"), "x" * 6_000_000, content_type="text/plain"),
        400: Client(raise_request_exception=False).get("/en/", headers={"host": "otro.example"}),
    }
    guarded = Client(enforce_csrf_checks=True)
    answers["csrf"] = guarded.post(reverse("account_login"), {"login": "x@y.co"})
    assert [answer.status_code for answer in answers.values()] == [404, 403, 405, 413, 400, 403]
    assert {name: texts for name, answer in answers.items() if (texts := spanish_in(shown(answer), data))} == {}
    page = visit("/en/no-hay/")
    assert spanish_in(page.evaluate(TEXTS), data) == []


def test_server_error_is_english(english, client, plan, planner, monkeypatch):
    client.raise_request_exception = False
    client.force_login(planner)
    monkeypatch.setattr("sheets.views.imports.import_upload.__wrapped__", None, raising=False)
    monkeypatch.setattr("sheets.forms.FileForm.__init__", lambda *_a, **_k: 1 / 0)
    answer = client.get(reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug]))
    assert answer.status_code == 500
    assert spanish_in(shown(answer), Data()) == []


def test_finding_spanish_finds_it(db, entity):
    """The test of the tests: a sentence of ours is found, a name of theirs is not, however it is set."""
    make_plan(entity, title="Plan de participación de la Alcaldía")
    data = Data()
    assert spanish_in(["Plan de participación de la Alcaldía", "Edit “la fila”", "5 rows"], data) == []
    assert spanish_in(["Import into Plan de participación de la Alcaldía"], data) == []
    assert spanish_in(["La fila está corrida", "octubre de 2026", "Importación"], data) == [
        "La fila está corrida",
        "octubre de 2026",
        "Importación",
    ]
