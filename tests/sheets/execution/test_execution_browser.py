"""A head brings what the dependency did from «Mi mes», on a phone and on a desk, in a handful of clicks."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Session
from tests.activities.returning import approve
from tests.factories import make_session
from tests.sheets.conftest import build_xlsx
from tests.sheets.execution.conftest import HEAD

pytestmark = pytest.mark.browser
ROWS = [
    ["1.1", "Encuentro con las juntas", "16/03/26", "17/03/26", "sí", "35 personas", None, "Pidieron luz"],
    ["1.1", "Encuentro con las juntas", None, "20/04/26", 1, 12],
    ["1.1", "Encuentro con las juntas", "04/05/26", None, "no", None, None, None, None, "Cruce de agendas"],
]


@pytest.fixture
def today():
    """The clock of the browser is the true one: so is that of this day."""


@pytest.mark.parametrize("width", [1280, 360])
def test_head_saves_what_was_done_in_a_handful_of_clicks(visit, violations, head, plan, encounter, tmp_path, width):
    approve(plan)
    for day in (date(2026, 4, 6), date(2026, 4, 13), date(2026, 5, 4)):
        make_session(encounter, day)
    file = tmp_path / "lo-hecho.xlsx"
    file.write_bytes(build_xlsx({"Hecho": [HEAD, *ROWS]}))
    page = visit(reverse("dashboard:board", args=[plan.entity.slug]), by=head, width=width, height=740)
    page.get_by_role("link", name=f"Subir lo hecho en «{plan.title}»").click()  # 1
    assert violations(page) == []
    page.get_by_label("Hoja de cálculo").set_input_files(file)  # 2
    page.get_by_role("button", name="Ver qué cambiaría").click()  # 3
    page.get_by_role("heading", name="Lo que cambiaría con «lo-hecho.xlsx»").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("1.1 Encuentro con las juntas").select_option(
        label="1.1 Encuentro con las juntas · 13 de abril de 2026"
    )
    page.get_by_role("button", name="Actualizar la vista previa").click()
    page.get_by_role("button", name="Guardar lo hecho").click()
    page.get_by_text("Quedó guardado lo que dice la hoja de 3 espacios.").wait_for()
    assert list(Session.objects.order_by("planned_on").values_list("planned_on", "executed_units")) == [
        (date(2026, 3, 16), 1),
        (date(2026, 4, 6), None),
        (date(2026, 4, 13), 1),
        (date(2026, 5, 4), 0),
    ]
