from datetime import date
from io import StringIO

import pymupdf
import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_activity, make_session
from tests.reports.reporting import make_published


@pytest.fixture
def filled(plan, dependency):
    activity = make_activity(plan, dependency, name="Encuentros de barrio")
    make_session(activity, date(2026, 2, 10), held_on=date(2026, 2, 10), executed_units=1)
    make_session(activity, date(2026, 3, 10), planned_units=2)
    return plan


def run(plan, tmp_path, *options, output="informe.pdf"):
    said = StringIO()
    slug = plan if isinstance(plan, str) else plan.slug
    call_command("render_report", slug, *options, "--output", str(tmp_path / output), stdout=said)
    return said.getvalue(), tmp_path / output


def words_of(path) -> str:
    with pymupdf.open(path) as document:
        return " ".join(" ".join(page.get_text().split()) for page in document)


def test_monthly_report_is_rendered_as_a_draft_twice_alike(filled, tmp_path):
    said, path = run(filled, tmp_path, "--kind", "monthly", "--month", "2026-02")
    again = run(filled, tmp_path, "--kind", "monthly", "--month", "2026-02", output="otro.pdf")[1]
    text = words_of(path)
    assert "En febrero de 2026 se ejecutó 1 de 1 espacio" in text
    assert "Borrador" in text
    assert "Encuentros de barrio" in text
    assert "marzo de 2026" in text
    assert path.read_bytes() == again.read_bytes()
    assert said.startswith(f"{path}: ")
    assert " páginas, " in said
    assert not filled.reports.exists()


def test_final_report_uses_the_texts_of_the_last_version_and_the_given_cutoff(filled, tmp_path):
    report = make_published(filled, narrative={"reading": "El plan avanzó bien."})
    path = run(filled, tmp_path, "--kind", "final", "--cutoff", "2026-02-28")[1]
    text = words_of(path)
    assert "El plan avanzó bien." in text
    assert "corte 28 feb 2026" in text
    assert "Versión 2" in text
    assert list(filled.reports.values_list("pk", "version", "cutoff")) == [(report.pk, 1, date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--kind", "monthly"), "El informe mensual necesita su mes"),
        (("--kind", "final", "--month", "2026-02"), "no lleva mes"),
        (("--kind", "monthly", "--month", "2025-02"), "Febrero de 2025 no es un mes del plan"),
        (("--kind", "monthly", "--month", "2026-13"), "--month: «2026-13» no es una fecha válida"),
        (("--kind", "final", "--from", "2026-02-01", "--to", "2026-02-28"), "«Informe final» no lleva días"),
        (("--kind", "period"), "necesita su primer día y el último"),
        (("--kind", "period", "--month", "2026-02"), "«Informe de un periodo» no lleva mes"),
        (("--kind", "period", "--from", "2026-02-01"), "--from y --to van juntos"),
        (("--kind", "period", "--from", "2026-03-01", "--to", "2026-02-01"), "no puede ser posterior al último"),
        (("--kind", "period", "--from", "2025-03-01", "--to", "2026-02-01"), "dentro del plan"),
        (("--kind", "period", "--from", "2026-02-30", "--to", "2026-03-01"), "--from: «2026-02-30» no es una fecha"),
        (("--kind", "final", "--cutoff", "31/12/2026"), "--cutoff: «31/12/2026» no es una fecha válida"),
    ],
)
def test_options_that_make_no_report_are_explained(filled, tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        run(filled, tmp_path, *options)
    assert list(tmp_path.iterdir()) == []


def test_unknown_plan_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="No hay un plan con la dirección «no-existe»"):
        run("no-existe", tmp_path, "--kind", "final")


@pytest.mark.parametrize("output", ["no/existe/informe.pdf", "."])
def test_output_that_cannot_be_written_is_said_before_any_work(filled, tmp_path, output):
    with pytest.raises(CommandError, match="una carpeta que exista"):
        run(filled, tmp_path, "--kind", "final", output=output)
