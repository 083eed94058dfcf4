"""The engine: what it may read, what it tells, what it leaves as it found it. What pages look like: test_paper.py."""

import gc
import hashlib
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from io import BytesIO

import pikepdf
import pymupdf
import pytest
import segno
from django.conf import settings

from records import files
from reports import cover, finisher, pdf
from tests.reports import sample
from tests.reports.sample import DRAFT, ENTITY, FINAL, FINGERPRINT

pytestmark = [pytest.mark.once, pytest.mark.django_db]  # of the database it reads one table, of pictures


@pytest.fixture(scope="module")
def final(tmp_path_factory, django_db_blocker):
    path = tmp_path_factory.mktemp("reports") / "final.pdf"
    with django_db_blocker.unblock():
        path.write_bytes(pdf.render(FINAL, fingerprint=FINGERPRINT))
    return path


def words_of(path) -> str:
    with pymupdf.open(path) as document:
        return " ".join(" ".join(sheet.get_text().split()) for sheet in document)


def test_same_snapshot_gives_the_same_bytes_here_and_in_another_process(final):
    again = pdf.render(FINAL, fingerprint=FINGERPRINT)
    assert again == final.read_bytes()
    program = (
        "import hashlib, django; django.setup()\n"
        "from reports import pdf; from tests.reports import sample\n"
        "print(hashlib.sha256(pdf.render(sample.FINAL, fingerprint=sample.FINGERPRINT)).hexdigest())"
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


def test_draft_says_so_on_every_page(tmp_path):
    path = tmp_path / "draft.pdf"
    path.write_bytes(pdf.render(DRAFT, fingerprint=FINGERPRINT))
    with pymupdf.open(path) as document:
        assert all("borrador" in sheet.get_text().lower() for sheet in document)


def test_published_report_prints_its_fingerprint_and_never_that_it_is_a_draft(final):
    said = words_of(final)
    assert "7f3a 91c2 e04b 55d8" in said
    assert "7f3a91c2" in said
    assert "borrador" not in said.lower()


def test_published_report_prints_its_address_as_a_code(tmp_path):
    address = "https://convite.example/puerto-sereno/plan-2020/informes/final/2020/v1/"
    path = tmp_path / "coded.pdf"
    edition = replace(FINAL.edition, address=address)
    path.write_bytes(pdf.render(replace(FINAL, edition=edition), fingerprint=FINGERPRINT))
    modules = [list(row) for row in segno.make(address, error="m").matrix_iter(border=2)]
    with pymupdf.open(path) as document:
        side = 22 * 72 / 25.4
        right = 188 * 72 / 25.4
        whole = document[0].get_pixmap(dpi=144)
        # The code is the only thing of pure white as wide as that, at the foot of the cover.
        rows = [
            y for y in range(whole.height * 4 // 5, whole.height) if whole.pixel(int(right * 2) - 3, y) == (255,) * 3
        ]
        top = rows[1] / 2
        drawn = document[0].get_pixmap(dpi=360, clip=pymupdf.Rect(right - side, top, right, top + side))
    step = drawn.width / len(modules)
    seen = [
        [int(drawn.pixel(int((x + 0.5) * step), int((y + 0.5) * step))[0] < 128) for x in range(len(modules))]
        for y in range(len(modules))
    ]
    assert seen == modules


def test_draft_has_no_code_for_it_is_nowhere_yet():
    assert cover.code(replace(DRAFT, edition=replace(DRAFT.edition, address="https://convite.example/"))) == ""


def test_stream_that_ends_in_a_carriage_return_keeps_its_length():
    for length in range(600):
        if zlib.compress(b"y" * length, 9).endswith(b"\r"):  # one in 256
            break
    document = pikepdf.new()
    stream = document.make_stream(zlib.compress(b"y" * length, 9), Filter=pikepdf.Name.FlateDecode)
    document.Root.Private = stream
    content = finisher.written(document)
    assert content.count(b"\r\rendstream") == 1
    assert b"\r\nendstream" not in content
    with pikepdf.open(BytesIO(content)) as again:
        assert again.Root.Private.read_bytes() == b"y" * length
        assert again.check_pdf_syntax() == []


def test_markup_that_people_type_is_text(tmp_path):
    path = tmp_path / "typed.pdf"
    [section] = FINAL.sections
    typed = replace(section, texts={"reading": "Así fue <script>alert(1)</script>"})
    path.write_bytes(pdf.render(replace(FINAL, sections=(typed,)), fingerprint=FINGERPRINT))
    assert "<script>alert(1)</script>" in words_of(path)


def test_metadata_comes_from_the_snapshot(final):
    with pikepdf.open(final) as document:
        assert str(document.Root.Lang) == "es-CO"
        assert str(document.docinfo.Author) == "Alcaldía de Puerto Sereno"
        assert str(document.docinfo.Title).startswith("Informe final de monitoreo · julio a diciembre de 2020 · Plan")
        assert str(document.docinfo.CreationDate).startswith("D:20210115")
        assert str(document.docinfo.ModDate).startswith("D:20210115")
        assert "2021-01-15" in document.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize(
    "shield",
    ["7f3a", "../../manage.py", "..%2f..%2fmanage.py", "https://example.com/escudo.png", "file:///etc/hostname"],
)
def test_file_that_is_no_picture_of_the_snapshot_ends_the_render(shield):
    with pytest.raises(pdf.ForbiddenResource, match="no es suyo"):
        pdf.render(replace(DRAFT, entity=replace(ENTITY, shield=shield), assets=(shield,)), fingerprint=FINGERPRINT)


def test_stored_file_that_the_snapshot_does_not_name_is_not_shown():
    file = files.keep(picture())
    with pytest.raises(pdf.ForbiddenResource, match="no es suyo"):
        pdf.render(replace(DRAFT, entity=replace(ENTITY, shield=file.sha256)), fingerprint=FINGERPRINT)


def test_shield_is_shown_with_its_text():
    made = pdf.render(with_shield(picture()), fingerprint=FINGERPRINT)
    with pikepdf.open(BytesIO(made)) as document:
        said = [
            str(item["/Alt"]) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert "Escudo de Alcaldía de Puerto Sereno" in said


def test_picture_that_cannot_be_drawn_ends_the_render():
    with pytest.raises(pdf.IncompleteReport, match="Revise el escudo"):
        pdf.render(with_shield(b"\x89PNG nothing"), fingerprint=FINGERPRINT)


def test_picture_that_was_lost_ends_the_render():
    facts = with_shield(picture())
    files.default_storage.delete(files.StoredFile.objects.get(sha256=facts.entity.shield).name)
    with pytest.raises(pdf.IncompleteReport, match="dañada o se perdió"):
        pdf.render(facts, fingerprint=FINGERPRINT)


def picture() -> bytes:
    made = BytesIO()
    pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 50)).pil_save(made, format="PNG")
    return made.getvalue()


def with_shield(content: bytes) -> sample.Snapshot:
    file = files.keep(content)
    return replace(DRAFT, entity=replace(ENTITY, shield=file.sha256), assets=(file.sha256,))


def test_progress_is_told_and_never_goes_back():
    told = []
    pdf.render(FINAL, fingerprint=FINGERPRINT, on_progress=lambda percent, step: told.append((percent, step)))
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > 8
    assert "Componiendo la página 2" in [step for _, step in told]


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
