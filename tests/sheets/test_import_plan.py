"""`manage.py import_plan`: one JSON object, exit status 1 with errors, nothing stored then."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command

from activities.models import Activity
from commitments.models import Commitment
from plans.models import Plan
from records import files, sources
from records.models import Origin, StoredFile
from sheets.loading.result import KINDS
from tests.factories import make_plan
from tests.sheets.conftest import build_xlsx

ROWS = [
    ["Fase", "Actividad", "Meta", "Responsable", "Fecha programada"],
    ["Diagnóstico", "1.1 Encuesta", 1, "Secretaría de Planeación", "29/05/26"],
    ["Ejecución", "2.1 Audiencia", 1, "Oficina de Prensa", "30/06/26"],
]
YEAR = {"start": "2026-01-01", "end": "2026-12-31"}


@pytest.fixture
def import_plan(entity, tmp_path):
    """A function that imports rows (or bytes) and returns the exit status and the JSON."""

    def run(content=ROWS, *options, title="Plan anual", slug=entity.slug, **dates):
        path = tmp_path / "matriz.xlsx"
        path.write_bytes(build_xlsx(content) if isinstance(content, list) else content)
        days = {**YEAR, **dates}
        out, status = io.StringIO(), 0
        try:
            call_command(
                "import_plan", path, f"--entity={slug}", f"--title={title}", f"--start={days['start']}",
                f"--end={days['end']}", "--json", *options, stdout=out,
            )  # fmt: skip
        except SystemExit as stop:
            status = stop.code
        return status, json.loads(out.getvalue())

    return run


def test_new_plan_is_created_and_a_second_time_unchanged(import_plan):
    nothing = dict.fromkeys(KINDS, 0)
    counts = {**nothing, "phases": 2, "dependencies": 2, "activities": 2, "sessions": 2}
    status, found = import_plan(ROWS, "--create-missing")
    assert status == 0
    assert list(found) == [
        "plan", "created", "changed", "unchanged", "errors", "warnings", "left_out", "not_understood"
    ]  # fmt: skip
    assert (found["plan"], found["created"], found["changed"], found["unchanged"]) == (
        "plan-anual", counts, nothing, nothing
    )  # fmt: skip
    assert (found["errors"], found["warnings"], found["not_understood"]) == ([], [], [])
    assert found["left_out"][0] == {"sheet": "Plan", "row": 1, "column": "A", "message": "Encabezado."}
    plan = Plan.objects.get()
    assert (plan.title, plan.starts_on, plan.ends_on) == ("Plan anual", date(2026, 1, 1), date(2026, 12, 31))
    status, again = import_plan(ROWS, "--create-missing")
    assert (status, again["created"], again["changed"], again["unchanged"]) == (0, nothing, nothing, counts)


def test_errors_end_with_status_1_and_store_nothing(import_plan):
    status, found = import_plan()
    assert status == 1
    assert [(error["sheet"], error["row"], error["column"]) for error in found["errors"]] == [
        ("Plan", 2, "D"),
        ("Plan", 3, "D"),
    ]
    assert found["created"] == dict.fromkeys(KINDS, 0)
    assert (Plan.objects.count(), Activity.objects.count()) == (0, 0)


def test_dry_run_tells_and_stores_nothing(import_plan):
    status, found = import_plan(ROWS, "--create-missing", "--dry-run")
    assert (status, found["created"]["sessions"]) == (0, 2)
    assert Plan.objects.count() == 0


def test_address_of_a_title_in_use_gets_a_number(import_plan, outsider):
    make_plan(outsider.memberships.get().entity, title="Plan anual", slug="plan-anual")
    assert import_plan(ROWS, "--create-missing")[1]["plan"] == "plan-anual-2"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"content": b"%PDF-1.7"}, "El archivo no es una hoja de cálculo. Suba un archivo .xlsx, .xlsm, .ods o .csv."),
        ({"slug": "ninguna"}, "No hay una entidad «ninguna». Créela con create_entity."),
        ({"end": "2025-01-01"}, "El plan no puede terminar antes de empezar."),
        ({"title": "x" * 201}, "Asegúrese de que este valor tenga como máximo 200 caracteres (tiene 201)."),
        (
            {"title": "Otro"},
            "«Otro» ya existe y va del 01/07/2026 al 31/12/2026. Use esas fechas, o escriba otro título.",
        ),
    ],
    ids=["unreadable", "no entity", "dates", "title", "other dates"],
)
def test_what_is_wrong_with_the_whole_is_one_plain_message(import_plan, entity, options, message):
    make_plan(entity, title="Otro", starts_on=date(2026, 7, 1))
    status, found = import_plan(**options)
    assert status == 1
    assert found["errors"] == [{"sheet": None, "row": None, "column": None, "message": message}]
    assert Plan.objects.count() == 1


def test_missing_file_is_told(entity):
    out = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command(
            "import_plan", "no-hay.xlsx", "--entity", entity.slug, "--title", "Plan", "--start", "2026-01-01",
            "--end", "2026-12-31", stdout=out,
        )  # fmt: skip
    assert stop.value.code == 1
    assert "No se puede abrir no-hay.xlsx" in out.getvalue()


def test_rows_keep_the_file_that_the_command_brought(import_plan, tmp_path):
    assert import_plan(ROWS, "--create-missing", "--dry-run")[0] == 0
    assert not StoredFile.objects.exists()
    import_plan(ROWS, "--create-missing")
    (said,) = sources.of(Activity.objects.get(number="1.1"))
    assert (said.origin.file_name, said.origin.brought_by, said.sheet, said.row) == ("matriz.xlsx", None, "Plan", 2)
    assert files.read(said.origin.file) == (tmp_path / "matriz.xlsx").read_bytes()
    assert import_plan(ROWS)[0] == 0
    assert Origin.objects.count() == 1


def test_shifted_rows_are_read_in_their_order_when_it_is_asked_for(import_plan):
    shifted = ["2.2 Publicar lo que se acordó en la plaza", 1, "Oficina de Prensa", "30/07/26"]
    status, data = import_plan([*ROWS, shifted], "--create-missing")
    assert status == 1
    assert [error["row"] for error in data["errors"]] == [4]
    assert "Pida que se lea en su orden" in data["errors"][0]["message"]
    status, data = import_plan([*ROWS, shifted], "--create-missing", "--repair")
    assert (status, data["created"]["activities"], data["created"]["dependencies"]) == (0, 3, 2)
    assert [warning["row"] for warning in data["warnings"]][-1] == 4


def test_cutoff_is_the_last_day_on_which_a_commitment_was_closed(import_plan):
    rows = [["Compromiso", "Fecha límite", "Estado"], ["Entregar el acta", "31/08/2026", "Cumplido"]]
    status, _data = import_plan(rows, "--cutoff=2026-09-30")
    assert status == 0
    assert Commitment.objects.get().closed_until == date(2026, 9, 30)
