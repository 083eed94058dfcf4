import base64
import gc
import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import outloud
import page
import pikepdf
import pymupdf
import pytest
from django.conf import settings

from reports import pdf
from reports.facts import Footnote
from tests.reports import sample
from tests.reports.sample import ENTITY, FINAL, FINGERPRINT

SAMPLES = {
    "final": FINAL,
    "monthly": sample.monthly(),
    "draft": sample.draft(),
    "crowded": sample.crowded(),
    "targets": sample.targets_alone(),
}
MM = 72 / 25.4


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Each sample rendered once, as the path of its PDF."""
    folder = tmp_path_factory.mktemp("reports")
    paths = {name: folder / f"{name}.pdf" for name in SAMPLES}
    for name, path in paths.items():
        path.write_bytes(pdf.render(SAMPLES[name], fingerprint=FINGERPRINT))
    return paths


def words_of(path) -> str:
    with pymupdf.open(path) as document:
        return " ".join(" ".join(sheet.get_text().split()) for sheet in document)


def tags(document: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    """The structure elements of one kind that the document's tree holds."""
    found, left = [], [document.Root.StructTreeRoot.K[0]]
    while left:
        element = left.pop()
        if kind == element.S:
            found.append(element)
        left += [kid for kid in element.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_report_meets_pdf_ua(files, name):
    report = page.validate_pdf(files[name], profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_screen_reader_meets_no_obstacle(files, name):
    result = outloud.check(str(files[name]))
    assert result.error is None
    assert [finding.message for finding in result.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_only_our_fonts_are_embedded_whatever_people_write(files, name):
    with pikepdf.open(files[name]) as document:
        fonts = {
            str(font.BaseFont).partition("+")[2] for sheet in document.pages for font in sheet.Resources.Font.values()
        }
    assert fonts <= {"Public-Sans", "Public-Sans-Semi-Bold", "Public-Sans-Bold"}
    assert fonts


@pytest.mark.parametrize("name", SAMPLES)
def test_no_word_is_cut_or_runs_into_another(files, name):
    with pymupdf.open(files[name]) as document:
        for sheet in list(document)[1:]:
            words = sheet.get_text("words")
            assert min(word[0] for word in words) >= 20 * MM - 1
            assert max(word[2] for word in words) <= sheet.rect.width - 20 * MM + 1
            assert max(word[3] for word in words) <= sheet.rect.height - 8 * MM
            for number, (left, top, right, bottom, text, *_) in enumerate(words):
                for left2, top2, right2, bottom2, text2, *_ in words[number + 1 :]:
                    over = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
                    assert over[0] < 1.5 or over[1] < 4, f"{sheet.number + 1}: {text} · {text2}"


@pytest.mark.parametrize("name", ["final", "crowded"])
def test_same_snapshot_gives_the_same_bytes_here_and_in_another_process(files, name):
    again = pdf.render(SAMPLES[name], fingerprint=FINGERPRINT)
    assert again == files[name].read_bytes()
    program = (
        "import sys, hashlib, django; django.setup()\n"
        "from reports import pdf; from tests.reports import sample\n"
        f"snapshot = {{'final': sample.FINAL}}.get({name!r}) or sample.crowded()\n"
        "print(hashlib.sha256(pdf.render(snapshot, fingerprint=sample.FINGERPRINT)).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == hashlib.sha256(again).hexdigest()


def test_final_report_prints_its_figures(files):
    said = words_of(files["final"])
    for figure in (
        "96,6\u00a0%",
        "96,3\u00a0%",
        "98,7\u00a0%",
        "71,4\u00a0%",
        "100,0\u00a0%",
        "199 de 206",
        "199 / 206",
    ):
        assert figure.replace("\u00a0", " ") in said.replace("\u00a0", " "), figure
    assert "uno sigue sin explicar" in said
    assert "Un espacio sin razón registrada. Consejería de tecnologías de la información no ejecutó 4 de 14" in said
    assert "Nueve compromisos con la ciudadanía: seis cumplidos, dos vencidos y uno en plazo." in said
    assert "una misma persona pudo participar en dos o más meses" in said
    assert "solo se cuentan quienes se registran en los listados" in said
    assert "358" not in said  # 65 + 70 + 203 + 20: people are never added up
    assert "7f3a 91c2 e04b 55d8" in said
    assert "Versión 1 · corte 31 de diciembre de 2020 · 7f3a91c2" in said
    assert "Borrador" not in said


def test_long_notes_leave_the_chart_on_the_page_that_opens_its_section(tmp_path):
    notes = tuple(
        Footnote(f"n{n}", "Consejería TIC", f"Nota {n}. " + "La comunidad pidió otra fecha. " * 3) for n in range(20)
    )
    path = tmp_path / "notes.pdf"
    facts = replace(FINAL, execution=replace(FINAL.execution, footnotes=notes))
    path.write_bytes(pdf.render(facts, fingerprint=FINGERPRINT))
    with pymupdf.open(path) as document:
        opening = next(sheet for sheet in list(document)[2:] if "Cómo cerró el plan" in sheet.get_text())
        assert "Ejecución por bloque" in opening.get_text()
        assert "Nota 0." in opening.get_text()
        assert "Nota 19" in document[opening.number + 1].get_text()
    assert page.validate_pdf(path, profile=page.ValidationProfile.PDF_UA_1).is_compliant
    assert [finding.message for finding in outloud.check(str(path)).findings if finding.severity == "error"] == []


@pytest.mark.parametrize("rows", [1, 20])
def test_long_running_head_is_not_taken_for_prose_on_a_single_wide_page(tmp_path, rows):
    name = "Unidad especial para la participación de los pueblos y los territorios"
    path = tmp_path / "head.pdf"
    facts = replace(FINAL, entity=replace(ENTITY, name=name, short_name=""), annex=(FINAL.annex * 9)[:rows])
    path.write_bytes(pdf.render(facts, fingerprint=FINGERPRINT))
    assert [finding.message for finding in outloud.check(str(path)).findings if finding.severity == "error"] == []


def test_contents_say_the_page_of_each_section(files):
    with pymupdf.open(files["final"]) as document:
        listed = document[1].get_text().split("\n")
        for link in document[1].get_links():
            title = document[1].get_textbox(link["from"]).strip()
            assert title.split("\n")[-1] in listed
            assert str(link["page"] + 1) in title.split("\n")
            assert link["from"].width > 165 * MM  # the whole line
        assert len(document[1].get_links()) == 10
        assert [entry[1] for entry in document.get_toc() if entry[0] == 1][1:3] == [
            "01 Objetivo",
            "02 Cómo cerró el plan",
        ]


def test_draft_says_so_on_every_page(files):
    with pymupdf.open(files["draft"]) as document:
        assert all("Borrador" in sheet.get_text() for sheet in document)
        assert "El plan no tiene espacios programados" in document[3].get_text()
        assert "no aplica" in document[0].get_text()


def test_monthly_report_says_month_and_so_far_and_what_comes(files):
    said = words_of(files["monthly"])
    assert "En octubre de 2020 se ejecutaron 38 de los 39 espacios programados." in said
    assert "38 / 39" in said
    assert "132 / 133" in said
    assert "Lo que viene" in said
    assert "200 en la línea base + 10 agregados − 4 retirados = 206 vigentes al corte" in said
    assert "Respuesta a derechos de petición en lengua nativa" in said


def test_markup_that_people_type_is_text(files):
    assert "<script>alert(1)</script>" in words_of(files["crowded"])


@pytest.mark.parametrize("name", SAMPLES)
def test_header_cells_have_their_scope_and_links_are_printed(files, name):
    with pikepdf.open(files[name]) as document:
        for cell in tags(document, "/TH"):
            assert cell.A.Scope == ("/Column" if cell.P.P.S == "/THead" else "/Row")
        for sheet in document.pages:
            for annotation in sheet.get("/Annots", ()):
                assert int(annotation.F) & 4


def test_table_over_several_pages_is_one_table(tmp_path):
    path = tmp_path / "large.pdf"
    path.write_bytes(pdf.render(sample.large(90), fingerprint=FINGERPRINT))
    with pikepdf.open(path) as document:
        annex = tags(document, "/Table")[0]  # the walk goes backwards: the annex is last
        rows = [row for part in annex.K if part.S == "/TBody" for row in part.K]
        assert sum(part.S == "/THead" for part in annex.K) == 1
        assert len(rows) == 90
    assert page.validate_pdf(path, profile=page.ValidationProfile.PDF_UA_1).is_compliant


def test_metadata_comes_from_the_snapshot(files):
    with pikepdf.open(files["final"]) as document:
        assert str(document.Root.Lang) == "es-CO"
        assert str(document.docinfo.Author) == "Alcaldía de Puerto Sereno"
        assert str(document.docinfo.Title).startswith("Informe final de monitoreo · julio a diciembre de 2020 · Plan")
        assert str(document.docinfo.CreationDate).startswith("D:20210115")
        assert str(document.docinfo.ModDate).startswith("D:20210115")
        assert "2021-01-15" in document.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize(
    "shield",
    [
        "https://example.com/escudo.png",
        "file:///etc/hostname",
        "/etc/hostname",
        "../../manage.py",
        "https://convite.invalid/static/%2e%2e/manage.py",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<image href='file:///etc/hostname' width='9' height='9'/></svg>",
    ],
)
def test_file_that_is_not_ours_ends_the_render(shield):
    with pytest.raises(pdf.ForbiddenResource, match="no es suyo"):
        pdf.render(replace(sample.draft(), entity=replace(ENTITY, shield=shield)), fingerprint=FINGERPRINT)


def test_shield_is_shown_with_its_text():
    picture = BytesIO()
    pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 50)).pil_save(picture, format="PNG")
    shield = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    made = pdf.render(replace(sample.draft(), entity=replace(ENTITY, shield=shield)), fingerprint=FINGERPRINT)
    with pikepdf.open(BytesIO(made)) as document:
        assert "Escudo de Alcaldía de Puerto Sereno" in [
            str(figure.get("/Alt")) for figure in tags(document, "/Figure")
        ]


def test_picture_that_cannot_be_drawn_ends_the_render():
    broken = replace(sample.draft(), entity=replace(ENTITY, shield="data:image/png;base64,AAAA"))
    with pytest.raises(pdf.IncompleteReport, match="Revise el escudo"):
        pdf.render(broken, fingerprint=FINGERPRINT)


def test_progress_is_told_and_never_goes_back():
    told = []
    pdf.render(
        sample.monthly(), fingerprint=FINGERPRINT, on_progress=lambda percent, step: told.append((percent, step))
    )
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > 10
    assert "Componiendo la página 3" in [step for _, step in told]


def test_collector_is_restored_even_when_the_render_ends_badly():
    def stop(percent, step):
        assert gc.isenabled() == (percent in (2, 100))
        if percent > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pdf.render(FINAL, fingerprint=FINGERPRINT, on_progress=stop)
    assert gc.isenabled()


def test_machine_without_libraries_is_told_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libgobject-2.0-0'\")")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint")
    with pytest.raises(pdf.RendererMissing, match="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"):
        pdf.render(FINAL, fingerprint=FINGERPRINT)
