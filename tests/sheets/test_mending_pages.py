"""The sheet on the page of its import: each cell with its fate, and what people mend of it."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Activity
from sheets.models import KnownHeader, Upload
from tests.sheets.conftest import build_xlsx
from tests.sheets.test_views import ROWS

PAGE = 11  # queries of the page of an import
WRONG = [*ROWS, ["Ejecución", "2.2 Feria de servicios", 1, "Oficina de Prensa", "Ciudadanía", "31/02/2026"]]


@pytest.fixture
def mend(post):
    def act(page, **data):
        done = page.context["upload"]
        return post(
            reverse("sheets:import_mend", args=[done.entity.slug, done.pk]), {"revision": done.revision, **data}
        )

    return act


def fates(page):
    return {
        cell.name: cell.fate
        for row in page.context["grid"].rows
        for cell in row.cells
        if cell.shown and cell.fate != "field"
    }


def test_grid_shows_each_cell_with_what_became_of_it(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(address, build_xlsx([*WRONG, ["Total", None, 3]]))
    assert fates(page) == {
        **{f"{column}1": "left" for column in "ABCDEF"},
        "F4": "error",
        "A5": "left",
        "C5": "left",
    }
    assert [column.words for column in page.context["grid"].columns] == [
        *("Fase", "Actividad", "Meta", "Responsables", "Grupos de valor", "Fecha"),
        "",
    ]
    html = page.content.decode()
    assert "celda=F4" in html and "«31/02/2026» no existe en el calendario." in html


def test_wrong_cell_is_mended_in_place_and_imported(client, planner, plan, address, upload, decide, mend):
    client.force_login(planner)
    page = mend(upload(address, build_xlsx(WRONG)), deed="cell", sheet="Plan", cell="F4", text="28/02/2026")
    assert page.context["preview"].errors.total == 0
    assert (fates(page).get("F4"), [one.words for one in page.context["mends"]]) == (
        None,
        ["Plan · F4 ahora dice «28/02/2026»"],
    )
    decide(page, action="import")
    assert [str(one.planned_on) for one in Activity.objects.get(number="2.2").sessions.all()] == ["2026-02-28"]


def test_cell_says_how_it_was_read(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    seen = client.get(page.context["upload"].get_absolute_url(), {"celda": "D2"})
    assert [(str(label), value) for label, value in seen.context["focus"].cell.shown.reading] == [
        ("Responsables", "Secretaría de Planeasión"),
    ]


def test_cell_of_markup_is_words_on_the_page(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    page = mend(page, deed="cell", sheet="Plan", cell="B2", text="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in page.content.decode()
    page = mend(page, deed="cell", sheet="Plan", cell="B3", text='=HYPERLINK("http://x")')
    assert page.context["lines_of_page"][1].name == '=HYPERLINK("http://x")'
    assert "es una fórmula" not in page.content.decode()


def test_mended_cell_goes_back_to_what_the_sheet_says(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    page = mend(upload(address, build_xlsx(WRONG)), deed="cell", sheet="Plan", cell="F4", text="28/02/2026")
    page = mend(page, deed="cell", sheet="Plan", cell="F4", as_it_was="on")
    assert (fates(page)["F4"], page.context["mends"], Upload.objects.get().mended.cells) == ("error", [], {})


def test_empty_cell_is_filled_and_an_emptied_one_stays_in_sight(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    page = upload(address, build_xlsx([*ROWS, ["Ejecución", "2.2 Feria de servicios", 1, None, None, None]]))
    page = mend(page, deed="cell", sheet="Plan", cell="F4", text="28/02/2026")
    assert page.context["lines_of_page"][2].dates[0].on.day == 28
    page = mend(page, deed="cell", sheet="Plan", cell="F4", text="")
    cell = page.context["grid"].rows[3].cells[5]
    assert (page.context["lines_of_page"][2].dates, cell.shown.was) == ((), "")


@pytest.mark.parametrize(
    "forged",
    [
        {"deed": "joined", "sheet": "Plan", "row": "999"},
        {"deed": "joined", "sheet": "Otra", "row": "2"},
        {"deed": "shifted", "sheet": "Plan", "row": "-1"},
        {"deed": "joined", "sheet": "Plan"},
        {"deed": "cell", "sheet": "Plan", "cell": "ZZZ2", "text": "x"},
        {"deed": "cell", "sheet": "Plan", "cell": "A999", "text": "x"},
        {"deed": "cell", "sheet": "Plan", "cell": "nada", "text": "x"},
        {"deed": "cell", "sheet": "Plan", "cell": "A2", "text": "x" * 5001},
        {"deed": "meaning", "header": "***", "meaning": "activity"},
        {"deed": "meaning", "header": "Meta", "meaning": "month"},
        {"deed": "joined", "sheet": "Plan", "row": "9" * 5000},
        {"deed": "joined", "sheet": "Plan", "row": "2", "revision": "9" * 30},
        {"all_shifted": "on", "revision": "9" * 30},
        {"deed": "borrar"},
        {},
    ],
)
def test_forged_mend_changes_nothing(client, planner, plan, address, upload, mend, forged):
    client.force_login(planner)
    page = upload(address, build_xlsx(ROWS))
    after = mend(page, **forged)
    assert (after.status_code, Upload.objects.get().mending, KnownHeader.objects.count()) == (200, {}, 0)


def test_covered_cell_is_not_mended(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    page = upload(address, build_xlsx([*ROWS, [None, "2.2 Feria", 1]], merged=["A3:A4"]))
    assert page.context["grid"].rows[3].cells[0].is_covered
    mend(page, deed="cell", sheet="Plan", cell="A4", text="x")
    assert Upload.objects.get().mending == {}


def test_second_of_two_people_is_told_and_keeps_the_text(client, planner, plan, address, upload, mend, decide):
    client.force_login(planner)
    page = upload(address, build_xlsx(WRONG))
    mend(page, deed="cell", sheet="Plan", cell="F4", text="28/02/2026")
    second = mend(page, deed="cell", sheet="Plan", cell="F4", text="27/02/2026")
    told = second.content.decode()
    assert "Otra persona arregló la hoja mientras tanto" in told and "Usted escribió: «27/02/2026»" in told
    assert Upload.objects.get().mended.cells == {"Plan": {"F4": "28/02/2026"}}
    decide(page, action="import", revision="0")  # what they saw is not what would be imported
    assert Activity.objects.count() == 0


def test_header_is_remembered_for_the_next_sheet_of_the_entity(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    rows = [["Fase", "Actividad", "Encargo"], ["Diagnóstico", "1.1 Encuesta", "Oficina de Prensa"]]
    page = upload(address, build_xlsx(rows))
    assert page.context["lines_of_page"][0].owners == ()
    page = mend(page, deed="meaning", header="Encargo", meaning="responsible")
    assert page.context["lines_of_page"][0].owners == ("Oficina de Prensa",)
    assert upload(address, build_xlsx(rows)).context["lines_of_page"][0].owners == ("Oficina de Prensa",)
    assert list(KnownHeader.objects.values_list("entity", "header")) == [(plan.entity.pk, "encargo")]
    page = mend(page, deed="meaning", header="Encargo", meaning="")
    assert (page.context["lines_of_page"][0].owners, KnownHeader.objects.count()) == ((), 0)


def test_mend_is_in_the_trail(client, planner, plan, address, upload, mend):
    client.force_login(planner)
    mend(upload(address, build_xlsx(WRONG)), deed="cell", sheet="Plan", cell="F4", text="28/02/2026")
    entry = AuditEntry.objects.get(verb="upload.mend")
    assert (entry.actor, entry.changes) == (planner, {"Plan · F4": ["", "28/02/2026"]})


def test_doubtful_rows_are_shown_alone(client, planner, plan, address, upload):
    client.force_login(planner)
    page = upload(
        address,
        build_xlsx(
            [*WRONG, *(["Ejecución", f"2.{n} Foro del barrio {n}", 1, None, None, "1/7/26"] for n in range(10, 99))]
        ),
    )
    assert page.context["n_doubtful"] == 1
    page = client.get(page.context["upload"].get_absolute_url(), {"dudas": "1"})
    assert [row.number for row in page.context["grid"].rows] == [4]
    assert [line.number for line in page.context["lines_of_page"]] == ["2.2"]


@pytest.mark.parametrize(
    "asked",
    [
        "?celda=F4",
        "?fila=4",
        "?columna=F",
        "?celda=ZZZ99999",
        "?fila=9999999999",
        "?fila=" + "9" * 5000,
        "?columna=!",
        "?hoja=nada&filas=x&actividades=-3",
        "?celda=F4&panel=1",
    ],
)
def test_whatever_the_address_asks_the_page_answers(client, planner, plan, address, upload, asked):
    client.force_login(planner)
    page = upload(address, build_xlsx(WRONG))
    assert client.get(page.context["upload"].get_absolute_url() + asked).status_code == 200


@pytest.mark.parametrize("size", [20, 2_000])
def test_page_of_a_long_sheet_asks_and_shows_no_more(
    client,
    planner,
    plan,
    address,
    upload,
    size,
    django_assert_num_queries,
):
    client.force_login(planner)
    rows = [["Actividad", "Meta"], *([f"{n}. Foro {n}", 1] for n in range(1, size + 1))]
    page = upload(address, build_xlsx(rows))
    with django_assert_num_queries(PAGE):
        page = client.get(page.context["upload"].get_absolute_url(), {"celda": f"A{size}"})
    assert (size in [row.number for row in page.context["grid"].rows], len(page.context["grid"].rows) <= 50) == (
        True,
        True,
    )
    assert len(page.context["lines_of_page"]) <= 50
