"""Uploading a spreadsheet: the preview stores nothing, decisions are asked, the import is all or nothing."""

import io
import os
import time
import zipfile
from datetime import date
from pathlib import Path

import msgspec
import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Dependency
from activities.models import Activity, Session
from plans.models import Plan
from sheets.forms import _where
from sheets.workbook.grid import Place
from tests.factories import make_dependency, make_plan
from tests.sheets.conftest import build_xlsx

ROWS = [
    ["Fase", "Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha programada"],
    ["Diagnóstico", "1.1 Encuesta", 1, "Secretaría de Planeasión", "Ciudadanía", "29/05/26"],
    ["Ejecución", "2.1 Audiencia", 1, "Oficina de Prensa", "Ciudadanía", "30/06/26"],
]


def upload(client, address, content, name="matriz.xlsx", **data):
    return client.post(address, {"file": SimpleUploadedFile(name, content), **data}, follow=True)


def waiting():
    return default_storage.listdir("imports")[1] if default_storage.exists("imports") else []


@pytest.fixture
def address(plan):
    return reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])


@pytest.fixture
def preview(plan):
    return reverse("sheets:import_preview", args=[plan.entity.slug, plan.slug])


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """Tests that run beside these ones keep uploads too."""
    settings.MEDIA_ROOT = tmp_path / "media"


def decisions(page):
    """What a browser would post from the preview: the token and what each select shows."""
    data = {"token": page.context["upload"].token}
    for kind in ("dependencies", "groups", "blocks"):
        for select in page.context["selects"][kind]:
            data[select.field] = next(value for value, _words, chosen in select.options if chosen)
    return data


def test_preview_stores_nothing_and_import_stores_all(client, planner, plan, address, preview):
    client.force_login(planner)
    unit = make_dependency(plan.entity, "Secretaría de Planeación")
    page = upload(client, address, build_xlsx(ROWS))
    assert page.redirect_chain == [(preview, 302)]
    assert (Activity.objects.count(), plan.phases.count(), Dependency.objects.count()) == (0, 0, 1)
    # close to a known one: proposed; unlike any: to be created
    first, second = page.context["selects"]["dependencies"]
    assert [(words, chosen) for _value, words, chosen in first.options] == [
        ("Es «Secretaría de Planeación»", True),
        ("Crear «Secretaría de Planeasión»", False),
    ]
    assert ("Crear «Oficina de Prensa»", True) in [(words, chosen) for _value, words, chosen in second.options]
    assert page.context["preview"].totals[0] == ("Fases", 2, 0, 0)
    done = client.post(preview, {**decisions(page), "action": "import"})
    assert done.status_code == 302 and done.url == plan.get_absolute_url()
    (said,) = get_messages(done.wsgi_request)
    assert str(said) == (
        "El archivo quedó importado. Filas nuevas: 8 (actividades: 2; jornadas: 2). Filas cambiadas: 1."
    )
    assert (Activity.objects.count(), Session.objects.count()) == (2, 2)
    assert Activity.objects.get(number="1.1").responsibilities.get().dependency == unit
    assert waiting() == []


def test_person_decides_and_sees_the_preview_again(client, planner, plan, address, preview):
    client.force_login(planner)
    unit = make_dependency(plan.entity, "Comunicaciones")
    page = upload(client, address, build_xlsx(ROWS))
    data = decisions(page)
    press = page.context["selects"]["dependencies"][1].field
    page = client.post(preview, {**data, press: str(unit.pk), "action": "preview"})
    assert page.context["preview"].totals[1] == ("Dependencias", 1, 1, 0)
    assert Activity.objects.count() == 0
    client.post(preview, {**data, press: str(unit.pk), "action": "import"})
    unit.refresh_from_db()
    assert unit.aliases == "Oficina de Prensa"


def test_place_of_a_name_says_each_sheet():
    places = [Place("Plan", 6, "A"), Place("Compromisos", 2, "D"), Place("Compromisos", 3, "D")]
    assert _where(places[:1]) == "Plan · A6"
    assert _where(places) == "Plan · A6; Compromisos · D2, D3"
    assert _where([*places, Place("Compromisos", 4, "D")]) == "Plan · A6; Compromisos · D2, D3 y 1 más"


def test_another_file_for_the_new_plan_types_nothing_twice(client, planner, entity):
    client.force_login(planner)
    address = reverse("sheets:import_new", args=[entity.slug])
    typed = {"title": "Plan 2027", "kind": "component", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    page = upload(client, address, build_xlsx(ROWS), **typed)
    assert page.context["preview"].errors.total == 2  # the dates of the file are of another year
    form = client.get(address).context["form"]
    assert {name: str(form[name].value()) for name in typed} == typed


def test_id_of_another_entity_is_no_answer(client, planner, plan, address, preview, outsider):
    client.force_login(planner)
    foreign = make_dependency(outsider.memberships.get().entity, "Ajena")
    page = upload(client, address, build_xlsx(ROWS))
    press = page.context["selects"]["dependencies"][1].field
    page = client.post(preview, {**decisions(page), press: str(foreign.pk), "action": "import"})
    assert page.status_code == 200
    assert "«Oficina de Prensa» no es una dependencia de esta entidad." in page.content.decode()
    assert (Activity.objects.count(), len(waiting())) == (0, 1)


def test_undecided_name_stops_the_import(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    page = client.post(preview, {"token": page.context["upload"].token, "action": "import"})
    assert "Elija qué hacer" in page.content.decode()
    assert Activity.objects.count() == 0


def test_data_that_changed_meanwhile_is_checked_again(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 2))
    page = client.post(preview, {**decisions(page), "action": "import"})
    assert "No se importó nada" in page.content.decode()
    assert "«1.1 Encuesta» no está en el plan aprobado." in page.content.decode()
    assert Activity.objects.count() == 0


def test_errors_hide_nothing_and_store_nothing(client, planner, plan, address, preview):
    client.force_login(planner)
    rows = [*ROWS, ["Ejecución", "2.1 Feria", 1, "Oficina de Prensa", None, "31/02/2026"]]
    page = upload(client, address, build_xlsx(rows))
    told = page.content.decode()
    assert "Hay 2 errores: así no se puede importar" in told
    assert "El número 2.1 ya está en la celda B3." in told
    assert "«31/02/2026» no existe en el calendario." in told
    client.post(preview, {**decisions(page), "action": "import"})
    assert Activity.objects.count() == 0


def test_second_upload_replaces_the_first_and_an_old_tab_imports_nothing(client, planner, plan, address, preview):
    client.force_login(planner)
    old = upload(client, address, build_xlsx(ROWS))
    new = upload(client, address, build_xlsx([["Actividad", "Meta"], ["Feria", 1]]))
    assert len(waiting()) == 1
    page = client.post(preview, {**decisions(old), "action": "import"})
    assert "Después de esa vista previa subió otro archivo" in page.content.decode()
    assert Activity.objects.count() == 0
    client.post(preview, {**decisions(new), "action": "import"})
    assert list(plan.activities.values_list("name", flat=True)) == ["Feria"]


def test_import_pressed_twice_happens_once(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    data = {**decisions(page), "action": "import"}
    client.post(preview, data)
    again = client.post(preview, data, follow=True)
    assert "El archivo ya no está" in again.content.decode()
    assert Activity.objects.count() == 2


def test_same_file_again_says_that_nothing_is_left(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    client.post(preview, {**decisions(page), "action": "import"})
    told = upload(client, address, build_xlsx(ROWS)).content.decode()
    assert "no hay nada que importar" in told
    assert "Importar en el plan" not in told


def test_upload_is_of_its_session_and_of_its_plan(client, planner, plan, address, preview):
    client.force_login(planner)
    upload(client, address, build_xlsx(ROWS))
    other = make_plan(plan.entity)
    elsewhere = reverse("sheets:import_preview", args=[plan.entity.slug, other.slug])
    assert client.get(elsewhere).status_code == 302
    client.force_login(planner)
    client.session.flush()
    client.cookies.clear()
    client.force_login(planner)
    assert client.get(preview).url == address


def test_forgotten_uploads_go_after_a_day(client, planner, plan, address):
    client.force_login(planner)
    upload(client, address, build_xlsx(ROWS))
    (old,) = waiting()
    yesterday = time.time() - 25 * 3600
    os.utime(default_storage.path(f"imports/{old}"), (yesterday, yesterday))
    client.cookies.clear()
    client.force_login(planner)
    upload(client, address, build_xlsx(ROWS))
    assert old not in waiting() and len(waiting()) == 1


def test_preview_and_import_parse_the_file_no_more(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    (name,) = waiting()
    path = Path(default_storage.path(f"imports/{name}"))
    kept = msgspec.msgpack.decode(path.read_bytes())
    path.write_bytes(msgspec.msgpack.encode({**kept, "content": b""}))
    client.post(preview, {**decisions(page), "action": "import"})
    assert list(plan.activities.values_list("name", flat=True)) == ["Encuesta", "Audiencia"]


def test_file_is_read_again_when_the_plan_has_other_dates_by_now(client, planner, plan, address, preview):
    client.force_login(planner)
    page = upload(client, address, build_xlsx(ROWS))
    assert page.context["preview"].errors.total == 0
    Plan.objects.filter(pk=plan.pk).update(starts_on=date(2026, 6, 1))
    page = client.get(preview)
    assert "29 de mayo de 2026 queda fuera del plan (del 1 de junio de 2026" in page.content.decode()


def test_file_read_by_an_older_release_is_read_again(client, planner, plan, address, preview):
    client.force_login(planner)
    upload(client, address, build_xlsx(ROWS))
    (name,) = waiting()
    path = Path(default_storage.path(f"imports/{name}"))
    kept = msgspec.msgpack.decode(path.read_bytes())
    path.write_bytes(msgspec.msgpack.encode({**kept, "matrix": {"activities": ["de otra forma"]}}))
    page = client.get(preview)
    assert page.context["preview"].totals[0] == ("Fases", 2, 0, 0)


def test_new_plan_is_made_by_the_import_and_not_before(client, planner, entity):
    client.force_login(planner)
    address = reverse("sheets:import_new", args=[entity.slug])
    facts = {"title": "Plan anual", "kind": "participation", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    page = upload(client, address, build_xlsx(ROWS), **facts)
    assert "Plan anual" in page.content.decode()
    assert Plan.objects.count() == 0
    preview = reverse("sheets:import_new_preview", args=[entity.slug])
    client.post(preview, {**decisions(page), "action": "import"})
    plan = Plan.objects.get()
    assert (plan.title, plan.slug, plan.starts_on, plan.activities.count()) == (
        "Plan anual",
        "plan-anual",
        date(2026, 1, 1),
        2,
    )
    again = upload(client, address, build_xlsx(ROWS), **facts)
    assert "La entidad ya tiene un plan con ese título" in again.content.decode()


def test_new_plan_with_dates_in_disorder_is_refused(client, planner, entity):
    client.force_login(planner)
    address = reverse("sheets:import_new", args=[entity.slug])
    facts = {"title": "Plan anual", "kind": "participation", "starts_on": "2026-12-31", "ends_on": "2026-01-01"}
    page = upload(client, address, build_xlsx(ROWS), **facts)
    assert "El plan no puede terminar antes de empezar." in page.content.decode()
    assert waiting() == []


def test_blocks_and_notes_are_decided_in_the_preview(client, planner, plan, address, preview):
    client.force_login(planner)
    rows = [
        ["Línea o dependencia", "Actividad", "Marzo", None],
        [None, None, "P", "E"],
        ["Barrios vivos", "Talleres", 2, 1],
        ["* El salón se inundó."],
    ]
    page = upload(client, address, build_xlsx(rows, merged=["A1:A2", "B1:B2", "C1:D1"]))
    data = decisions(page)
    (block,), (note,) = page.context["selects"]["blocks"], page.context["selects"]["notes"]
    data |= {block.field: "line", note.field: [note.options[0][0]], "action": "import"}
    data = {name: value for name, value in data.items() if not name.startswith("dependency-")}
    client.post(preview, data)
    activity = plan.activities.get()
    assert (activity.line.name, activity.sessions.get().reason) == ("Barrios vivos", "El salón se inundó.")
    assert Dependency.objects.count() == 0


def test_long_lists_are_cut_and_say_so(client, planner, plan, address):
    client.force_login(planner)
    rows = [["Actividad", "Meta"], *([f"{n}. Foro {n}", 1] for n in range(1, 251))]
    page = upload(client, address, build_xlsx(rows))
    assert "Se muestran 200 de 250." in page.content.decode()


# --- Who --------------------------------------------------------------------------------------------------------------


def test_only_planners_import(client, plan, entity, planner, administrator, head, control, outsider, address, preview):
    new = reverse("sheets:import_new", args=[entity.slug])
    new_preview = reverse("sheets:import_new_preview", args=[entity.slug])
    for user, status in ((administrator, 403), (head, 403), (control, 403), (outsider, 404)):
        client.force_login(user)
        for url in (address, preview, new, new_preview):
            assert client.get(url).status_code == status
            assert client.post(url).status_code == status
    client.force_login(planner)
    assert [client.get(url).status_code for url in (address, new)] == [200, 200]


# --- Bad files --------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b" " * 50_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "El archivo está vacío."),
        (b"%PDF-1.7 nada", "El archivo no es una hoja de cálculo."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000, "El archivo tiene contraseña o es un .xls antiguo."),
        (build_xlsx(ROWS)[:2000], "El archivo está incompleto o dañado."),
        (build_xlsx([["x"] * 600]), "Se leen hasta 20.000 filas y 500 columnas"),
        (bomb(), "El archivo se agranda de forma anormal al descomprimirse"),
    ],
    ids=["empty", "not a spreadsheet", "password", "truncated", "columns", "bomb"],
)
def test_bad_file_gets_one_plain_sentence_and_is_not_kept(client, planner, plan, address, content, told):
    client.force_login(planner)
    page = upload(client, address, content)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert waiting() == []


def test_sixty_megabytes_are_refused_unread(client, planner, plan, address, django_assert_max_num_queries):
    client.force_login(planner)
    page = upload(client, address, b"a;b\n" * (15 * 2**20))
    assert "El archivo ocupa 60 MB; el máximo es 20 MB." in page.content.decode()
    assert waiting() == []


# --- In the browser ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_preview_is_accessible_and_fits(visit, violations, planner, plan, address, width, tmp_path):
    file = tmp_path / "matriz.xlsx"
    rows = [*ROWS, ["Ejecución", "2.2 Feria", 3, "Oficina de Prensa", "Mujeres", "30/06/26"]]
    file.write_bytes(build_xlsx(rows))
    page = visit(address, by=planner, width=width)
    assert violations(page) == []
    page.get_by_label("Hoja de cálculo").set_input_files(file)
    page.get_by_role("button", name="Ver qué entraría").click()
    page.get_by_role("heading", name="Vista previa").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Importar en el plan").click()
    page.get_by_text("El archivo quedó importado").wait_for()
    assert plan.activities.count() == 3
