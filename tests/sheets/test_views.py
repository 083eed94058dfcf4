"""Uploading a spreadsheet: the preview stores nothing, decisions are asked, the import is all or nothing."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import msgspec
import openpyxl
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Dependency
from activities.models import Activity, Session
from matrices.workbook.grid import Place
from plans.models import Plan
from records import files, jobs
from records.models import Job
from sheets import actions, tasks
from sheets.forms import _where
from sheets.models import Upload
from tests.factories import make_activity, make_dependency
from tests.sheets.conftest import build_xlsx, decisions
from tests.sheets.test_round_trip import edited, exported

ROWS = [
    ["Fase", "Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha programada"],
    ["Diagnóstico", "1.1 Encuesta", 1, "Secretaría de Planeasión", "Ciudadanía", "29/05/26"],
    ["Ejecución", "2.1 Audiencia", 1, "Oficina de Prensa", "Ciudadanía", "30/06/26"],
]


def test_preview_stores_nothing_and_import_stores_all(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    unit = make_dependency(plan.entity, "Secretaría de Planeación")
    page = upload(address, build_xlsx(ROWS))
    assert (Activity.objects.count(), plan.phases.count(), Dependency.objects.count()) == (0, 0, 1)
    # close to a known one: proposed; unlike any: to be created
    first, second = page.context["selects"]["dependencies"]
    assert [(words, chosen) for _value, words, chosen in first.options] == [
        ("Es «Secretaría de Planeación»", True),
        ("Crear «Secretaría de Planeasión»", False),
    ]
    assert ("Crear «Oficina de Prensa»", True) in [(words, chosen) for _value, words, chosen in second.options]
    assert page.context["preview"].totals[0] == ("Fases", 2, 0, 0)
    done = decide(page, action="import")
    assert done.status_code == 302 and done.url == plan.get_absolute_url()
    (said,) = get_messages(done.wsgi_request)
    assert str(said) == (
        "El archivo quedó importado. Filas nuevas: 8 (actividades: 2; espacios: 2). Filas cambiadas: 1. "
        "Si no era esta hoja, la importación se deshace desde Importar."
    )
    assert (Activity.objects.count(), Session.objects.count()) == (2, 2)
    assert Activity.objects.get(number="1.1").responsibilities.get().dependency == unit


def test_person_decides_and_sees_the_preview_again(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    unit = make_dependency(plan.entity, "Comunicaciones")
    page = upload(address, build_xlsx(ROWS))
    press = page.context["selects"]["dependencies"][1].field
    page = decide(page, **{press: str(unit.pk), "action": "preview"})
    assert page.context["preview"].totals[1] == ("Dependencias", 1, 1, 0)
    assert Activity.objects.count() == 0
    decide(page, action="import")
    unit.refresh_from_db()
    assert unit.aliases == "Oficina de Prensa"


def test_file_that_nobody_can_read_is_a_line_of_the_log_and_no_fault(client, planner, address, upload, caplog):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS)[:2000])
    told = [record for record in caplog.records if record.name == "records.jobs"]
    assert [(record.levelname, record.exc_info) for record in told] == [("INFO", None)]
    assert told[0].getMessage() == (
        f"Job {page.context['job'].pk} (sheet.preview) refused: El archivo está incompleto o dañado. Ábralo en su hoja "
        "de cálculo, guárdelo de nuevo como .xlsx y vuelva a subirlo."
    )


def test_fault_of_ours_keeps_its_traceback_in_the_log(planner, plan, caplog):
    kept = actions.upload(content=build_xlsx(ROWS), name="matriz.xlsx", plan=plan, by=planner)
    default_storage.delete(kept.file.name)
    jobs.do(kept.jobs.get().pk)
    (told,) = (record for record in caplog.records if record.name == "records.jobs")
    assert told.levelname == "ERROR" and told.exc_info is not None


def test_question_about_a_name_says_which_known_ones_it_has_inside(client, planner, plan, address, upload):
    """They are not cut apart: «Prensa y Comunicaciones» may be one unit."""
    client.force_login(planner)
    for name in ("Prensa", "Tesorería"):
        make_dependency(plan.entity, name)
    rows = [["Actividad", "Meta", "Responsable"], ["Foro", 1, "Prensa y Tesorería y Bomberos"], ["Feria", 1, "Circo"]]
    several, alone = upload(address, build_xlsx(rows)).context["selects"]["dependencies"]
    assert (several.name, several.note) == (
        "Prensa y Tesorería y Bomberos",
        "Plan · C2. Ahí se reconoce: «Prensa», «Tesorería». Si son varios nombres, sepárelos en la celda con punto y "
        "coma y súbala de nuevo.",
    )
    assert (alone.name, alone.note) == ("Circo", "Plan · C3")


def test_place_of_a_name_says_each_sheet():
    places = [Place("Plan", 6, "A"), Place("Compromisos", 2, "D"), Place("Compromisos", 3, "D")]
    assert _where(places[:1]) == "Plan · A6"
    assert _where(places) == "Plan · A6; Compromisos · D2, D3"
    assert _where([*places, Place("Compromisos", 4, "D")]) == "Plan · A6; Compromisos · D2, D3 y 1 más"


FACTS = {"title": "Plan 2027", "kind": "component", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}


def test_another_file_for_the_new_plan_types_nothing_twice(client, planner, entity, upload, decide):
    client.force_login(planner)
    address = reverse("sheets:import_new", args=[entity.slug])
    page = decide(upload(address, build_xlsx(ROWS)), **FACTS, action="preview")
    assert page.context["preview"].errors.total == 2  # the dates of the file are of another year
    again = upload(page.context["upload_url"], build_xlsx(ROWS), antes=page.context["upload"].pk)
    assert {name: str(again.context["naming"][name].value()) for name in FACTS} == FACTS
    fresh = upload(address, build_xlsx(ROWS)).context["naming"]
    assert (fresh["title"].value(), fresh["starts_on"].value()) == ("matriz 2026", "2026-01-01")


def test_id_of_another_entity_is_no_answer(client, planner, plan, address, outsider, upload, decide):
    client.force_login(planner)
    foreign = make_dependency(outsider.memberships.get().entity, "Ajena")
    page = upload(address, build_xlsx(ROWS))
    press = page.context["selects"]["dependencies"][1].field
    page = decide(page, **{press: str(foreign.pk), "action": "import"})
    assert page.status_code == 200
    assert "«Oficina de Prensa» no es una dependencia de esta entidad." in page.content.decode()
    assert Activity.objects.count() == 0


def test_undecided_name_stops_the_import(client, planner, plan, address, upload, post):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    page = post(page.context["upload"].get_absolute_url(), {"action": "import"})
    assert "No se importó nada" in page.content.decode()
    assert "Elija qué hacer" in page.content.decode()
    assert Activity.objects.count() == 0


def test_data_that_changed_meanwhile_is_checked_again(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 2))
    page = decide(page, action="import")
    assert "No se importó nada" in page.content.decode()
    assert "«1.1 Encuesta» no está en el plan aprobado." in page.content.decode()
    assert Activity.objects.count() == 0


def test_errors_hide_nothing_and_store_nothing(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    rows = [*ROWS, ["Ejecución", "2.1 Feria", 1, "Oficina de Prensa", None, "31/02/2026"]]
    page = upload(address, build_xlsx(rows))
    told = page.content.decode()
    assert "Hay 2 errores: así no se puede importar" in told
    assert "El número 2.1 ya está en la celda B3." in told
    assert "«31/02/2026» no existe en el calendario." in told
    decide(page, action="import")
    assert Activity.objects.count() == 0


def test_refused_file_comes_back_with_a_comment_on_each_wrong_cell(client, planner, plan, address, upload):
    client.force_login(planner)
    rows = [*ROWS, ["Ejecución", "2.2 Feria", "mucha", "Oficina de Prensa", None, "31/02/2026"]]
    page = upload(address, build_xlsx(rows))
    returned = reverse("sheets:import_returned", args=[plan.entity.slug, page.context["upload"].pk])
    assert returned in page.content.decode()
    answer = client.get(returned)
    assert answer["Content-Disposition"] == 'attachment; filename="matriz-con-errores.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    comments = {cell.coordinate: cell.comment.text for row in book["Plan"].iter_rows() for cell in row if cell.comment}
    assert "«31/02/2026» no existe en el calendario." in comments["F4"]
    errors = page.context["preview"].errors.total
    assert sum("error" in text.lower() for text in comments.values()) >= errors == 1
    assert book.sheetnames[0] == "Errores"


def test_list_of_errors_is_no_data_when_the_mended_file_comes_again(client, planner, plan, address, upload):
    """Its rows name cells, months and figures: read as a matrix they would be activities."""
    client.force_login(planner)
    rows = [
        ["N.º", "Actividad", "Responsable", "Fecha", "Enero", "Febrero", "Total"],
        ["1.1", "Foro", "Planeación", "31/02/2026", 1, 1, 3],
        ["1.2", "Feria", "Planeación", "marzo", 1, None, 1],
    ]
    page = upload(address, build_xlsx(rows))
    before = page.context["preview"]
    answer = client.get(reverse("sheets:import_returned", args=[plan.entity.slug, page.context["upload"].pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    book["Plan"]["D2"] = "28/02/2026"
    mended = io.BytesIO()
    book.save(mended)
    after = upload(address, mended.getvalue()).context["preview"]
    assert (before.errors.total, after.errors.total) == (1, 0)
    assert ("Actividades", 2, 0, 0) in after.totals
    assert not any(remark.place.sheet == "Errores" for part in after.remarks for remark in part.rows if part.open)


def test_file_without_errors_does_not_come_back(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    returned = reverse("sheets:import_returned", args=[plan.entity.slug, page.context["upload"].pk])
    assert returned not in page.content.decode()
    assert client.get(returned).status_code == 404


def test_shifted_rows_are_read_in_their_order_by_one_click(client, planner, plan, address, upload, post, decide):
    client.force_login(planner)
    shifted = ["2.2 Publicar lo que se acordó en la plaza", 1, "Oficina de Prensa", "Ciudadanía", "30/07/26"]
    page = upload(address, build_xlsx([*ROWS, shifted]))
    assert "Leer en su orden las filas corridas" in page.content.decode()
    page = post(page.context["upload"].get_absolute_url(), {**decisions(page), "repair": "on"})
    assert page.context["preview"].errors.total == 0
    assert '<input type="hidden" name="repair" value="on">' in page.content.decode()
    decide(page, action="import", repair="on")
    assert sorted(plan.activities.values_list("number", flat=True)) == ["1.1", "2.1", "2.2"]


def test_promise_closed_on_no_day_was_so_by_today(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    rows = [["Compromiso", "Fecha límite", "Estado"], ["Entregar el acta", "31/08/2026", "Cumplido"]]
    with time_machine.travel(datetime(2026, 10, 5, 15, tzinfo=UTC)):
        decide(upload(address, build_xlsx(rows)), action="import")
    assert plan.commitments.get().closed_until == date(2026, 10, 5)


def test_each_file_has_its_page_and_an_old_one_imports_what_it_shows(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    old = upload(address, build_xlsx(ROWS))
    new = upload(address, build_xlsx([["Actividad", "Meta"], ["Feria", 1]]))
    decide(new, action="import")
    assert list(plan.activities.values_list("name", flat=True)) == ["Feria"]
    decide(old, action="import")
    assert sorted(plan.activities.values_list("name", flat=True)) == ["Audiencia", "Encuesta", "Feria"]


def test_new_upload_stops_the_reading_of_the_one_before(client, planner, plan, address):
    client.force_login(planner)
    for _time in range(2):  # nothing is sent: the transaction of the test never ends
        client.post(address, {"file": SimpleUploadedFile("matriz.xlsx", build_xlsx(ROWS))})
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "queued"]


def test_import_pressed_twice_happens_once(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    decide(page, action="import")
    decide(page, action="import")
    assert (Activity.objects.count(), Session.objects.count()) == (2, 2)


def test_two_clicks_on_import_are_one_job(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    for _time in range(2):
        client.post(page.context["upload"].get_absolute_url(), {**decisions(page), "action": "import"})
    assert Job.objects.filter(kind="sheet.import").count() == 1


def test_same_file_again_says_that_nothing_is_left(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    decide(upload(address, build_xlsx(ROWS)), action="import")
    told = upload(address, build_xlsx(ROWS)).content.decode()
    assert "no hay nada que importar" in told
    assert "Importar en el plan" not in told


def test_file_of_another_entity_is_not_found(client, planner, plan, address, upload, outsider):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    theirs = outsider.memberships.get().entity
    client.force_login(outsider)
    assert client.get(page.context["upload"].get_absolute_url()).status_code == 404
    elsewhere = reverse("sheets:import_detail", args=[theirs.slug, page.context["upload"].pk])
    assert client.get(elsewhere).status_code == 404


def test_forgotten_uploads_go_after_a_day(client, planner, plan, address, upload):
    client.force_login(planner)
    upload(address, build_xlsx(ROWS))
    tasks.clean()
    assert Upload.objects.count() == 1
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(hours=25))
    tasks.clean()
    assert (Upload.objects.count(), Job.objects.count()) == (0, 0)


def test_import_reads_the_plan_as_it_is_by_then(client, planner, plan, address, upload, decide):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    assert page.context["preview"].errors.total == 0
    Plan.objects.filter(pk=plan.pk).update(starts_on=date(2026, 6, 1))
    page = decide(page, action="import")
    assert "29 de mayo de 2026 queda fuera del plan (del 1 de junio de 2026" in page.content.decode()
    assert Activity.objects.count() == 0


def test_preview_of_an_older_release_offers_to_be_made_again(client, planner, plan, address, upload, post):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    job = Job.objects.get()
    job.result = files.keep(msgspec.msgpack.encode({"plan": ["de otra forma"]}))
    job.save()
    address = page.context["upload"].get_absolute_url()
    assert "Intentar de nuevo" in client.get(address).content.decode()
    assert post(address, {"action": "preview"}).context["preview"].totals[0] == ("Fases", 2, 0, 0)


def test_preview_that_is_being_read_says_how_far_without_javascript_too(client, planner, plan, address):
    client.force_login(planner)
    page = client.post(address, {"file": SimpleUploadedFile("matriz.xlsx", build_xlsx(ROWS))})
    Job.objects.update(state="running", progress=50, step="Comparando con el plan")
    html = client.get(page.url).content.decode()
    assert "50 %" in html and "Comparando con el plan" in html
    assert f'hx-get="{page.url}"' in html
    assert '<meta http-equiv="refresh" content="3">' in html
    assert "<html" not in client.get(page.url, headers={"HX-Request": "true"}).content.decode()
    cancel = reverse("sheets:import_cancel", args=[plan.entity.slug, Upload.objects.get().pk])
    assert cancel in html
    client.post(cancel)
    assert "Se canceló" in client.get(page.url).content.decode()
    assert client.get(page.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_new_plan_is_made_by_the_import_and_not_before(client, planner, entity, upload, decide):
    client.force_login(planner)
    address = reverse("sheets:import_new", args=[entity.slug])
    rows = [["PLAN DE PARTICIPACIÓN CIUDADANA"], ["Alcaldía de San Jacinto"], *ROWS]
    page = upload(address, build_xlsx(rows))
    proposed = {name: str(page.context["naming"][name].value()) for name in FACTS}
    assert proposed == {
        "title": "PLAN DE PARTICIPACIÓN CIUDADANA 2026",
        "kind": "participation",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    assert Plan.objects.count() == 0
    decide(page, **(proposed | {"title": "Plan anual"}), action="import")
    plan = Plan.objects.get()
    assert (plan.title, plan.slug, plan.starts_on, plan.activities.count()) == (
        "Plan anual",
        "plan-anual",
        date(2026, 1, 1),
        2,
    )
    again = upload(address, build_xlsx(rows))
    told = decide(again, **(proposed | {"title": "Plan anual"}), action="import").content.decode()
    assert "La entidad ya tiene un plan con ese título" in told
    assert Plan.objects.count() == 1


def test_new_plan_is_imported_as_proposed(client, planner, entity, upload, decide):
    client.force_login(planner)
    page = upload(reverse("sheets:import_new", args=[entity.slug]), build_xlsx(ROWS), name="Plan de diálogo.xlsx")
    decide(page, action="import")
    assert Plan.objects.get().title == "Plan de diálogo 2026"


def test_other_dates_of_a_new_plan_are_looked_at_before_it_is_made(client, planner, entity, upload, decide):
    client.force_login(planner)
    page = upload(reverse("sheets:import_new", args=[entity.slug]), build_xlsx(ROWS))
    page = decide(page, **FACTS, action="import")
    assert page.context["preview"].errors.total == 2
    assert "la hoja se leyó otra vez" in page.content.decode()
    assert Plan.objects.count() == 0


def test_new_plan_with_dates_in_disorder_is_refused(client, planner, entity, upload, decide):
    client.force_login(planner)
    page = upload(reverse("sheets:import_new", args=[entity.slug]), build_xlsx(ROWS))
    page = decide(page, **(FACTS | {"starts_on": "2028-01-01"}), action="import")
    assert "El plan no puede terminar antes de empezar." in page.content.decode()
    assert Plan.objects.count() == 0


def test_blocks_and_notes_are_decided_in_the_preview(client, planner, plan, address, upload, post):
    client.force_login(planner)
    rows = [
        ["Línea o dependencia", "Actividad", "Marzo", None],
        [None, None, "P", "E"],
        ["Barrios vivos", "Talleres", 2, 1],
        ["* El salón se inundó."],
    ]
    page = upload(address, build_xlsx(rows, merged=["A1:A2", "B1:B2", "C1:D1"]))
    data = decisions(page)
    (block,), (note,) = page.context["selects"]["blocks"], page.context["selects"]["notes"]
    data |= {block.field: "line", note.field: [note.options[0][0]], "action": "import"}
    data = {name: value for name, value in data.items() if not name.startswith("dependency-")}
    post(page.context["upload"].get_absolute_url(), data)
    activity = plan.activities.get()
    assert (activity.line.name, activity.sessions.get().reason) == ("Barrios vivos", "El salón se inundó.")
    assert Dependency.objects.count() == 0


def test_long_lists_are_cut_and_say_so(client, planner, plan, address, upload):
    client.force_login(planner)
    rows = [["Actividad", "Meta"], *([f"{n}. Foro {n}", 1] for n in range(1, 251))]
    page = upload(address, build_xlsx(rows))
    assert "Se muestran 200 de 250." in page.content.decode()


# --- Who --------------------------------------------------------------------------------------------------------------


def test_only_planners_import(client, plan, entity, planner, administrator, head, control, outsider, address, upload):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS)).context["upload"].get_absolute_url()
    new = reverse("sheets:import_new", args=[entity.slug])
    assert [client.get(url).status_code for url in (address, new)] == [200, 200]
    for user, status in ((administrator, 403), (head, 403), (control, 403), (outsider, 404)):
        client.force_login(user)
        for url in (address, page, new):
            assert client.get(url).status_code == status
            assert client.post(url).status_code == status


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
def test_bad_file_gets_one_plain_sentence_and_another_may_be_uploaded(
    client, planner, plan, address, upload, content, told
):
    client.force_login(planner)
    page = upload(address, content)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert address in page.content.decode()


def test_sixty_megabytes_are_refused_unread(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(address, b"a;b\n" * (15 * 2**20))
    assert "El archivo ocupa 60 MB; el máximo es 20 MB." in page.content.decode()
    assert not Upload.objects.exists()


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
    page.get_by_role("heading", name="Lo que entraría de «matriz.xlsx»").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Importar en el plan").click()
    page.get_by_text("El archivo quedó importado").wait_for()
    assert plan.activities.count() == 3


def test_exported_plan_that_was_edited_is_previewed_and_imported(client, upload, decide, plan, planner):
    make_activity(plan, name="Mesa", description="=1+1")
    client.force_login(planner)
    address = reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])
    page = upload(address, edited(exported(plan), ("Actividades", 1, "Actividad", "Foro")))
    preview = page.context["preview"]
    assert (preview.n_created, preview.n_changed, preview.errors.rows) == (0, 1, [])
    decide(page, action="import")
    assert list(plan.activities.values_list("name", "description")) == [("Foro", "=1+1")]
