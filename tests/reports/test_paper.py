"""How every document looks and reads: measured on the pages themselves, of good and of bad plans."""

import contextlib
import fcntl
import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import unescape
from itertools import pairwise
from pathlib import Path

import outloud
import page
import pikepdf
import pymupdf
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from demo import load as demo
from display.typeface import printable
from plans.models import Plan
from reports import documents, pages, pdf, published, snapshot
from reports.models import Report
from tests.activities.executions import answered, held, percentage
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_plan, make_session
from tests.reports.held_plans import one_page, signed_on_paper, three_lists

pytestmark = [pytest.mark.paper, pytest.mark.django_db]  # or the database is not made

MM = 72 / 25.4
GUARD = Path(__file__).parent.parent / "guard"
MATRICES = {
    "01-formato-planeacion": ("2026-01-01", "2026-12-31"),
    "02-paac-rendicion-de-cuentas": ("2020-01-01", "2020-12-31"),
    "03-seguimiento-mensual-2020": ("2020-07-01", "2020-12-31"),
}
NAMES = (
    "workbook 1 final",
    "workbook 2 final",
    "workbook 3 final",
    "workbook 3 october",
    "workbook 3 november",
    "demonstration final",
    "demonstration month",
    "long names",
    "four years",
    "nothing planned",
    "targets alone",
    "other scripts",
    "many blocks",
    "plan of one page",
    "plan of three lists",
    "plan signed on paper",
)
OLD = ("final-2025", "monthly-2025-10")  # of schema 1
LONG = "articulación interinstitucional de los derechos de las víctimas, la paz, la reconciliación y la convivencia, "
ENDLESS = "electroencefalografistas" * 2 + "otorrinolar"


@dataclass(frozen=True)
class Paper:
    path: Path
    facts: published.AnySnapshot
    fingerprint: str

    @cached_property
    def html(self) -> str:
        with translation.override("es-co"):
            return printable(published.paper(self.facts, self.fingerprint))

    @cached_property
    def pages(self) -> list[pymupdf.Page]:
        return list(pymupdf.open(self.path))


def final(plan: Plan) -> Report:
    return of(plan, "final")


def of(plan: Plan, kind: str, month: date | None = None) -> Report:
    period = documents.known()[kind].period(plan, month)
    return Report(plan=plan, kind=kind, period=period, cutoff=documents.known()[kind].cutoff_of(plan, period))


def workbook(name: str) -> Plan:
    start, end = MATRICES[name]
    entity = make_entity(name, name="Secretaría General de la Alcaldía Mayor de Bogotá, D.C.")
    path = str(GUARD / "inputs" / f"{name}.xlsx")
    options = (f"--entity={entity.slug}", "--title=Plan", f"--start={start}", f"--end={end}", "--create-missing")
    call_command("import_plan", path, *options, stdout=io.StringIO())
    return entity.plans.get()


def long_names() -> Plan:
    entity = make_entity("largo", name=(LONG * 2)[:200], municipality=(LONG * 2)[:119])
    plan = make_plan(entity, title=(LONG * 3)[:200])
    for n in range(3):
        dependency = make_dependency(entity, f"{n} {ENDLESS} {LONG * 2}"[:200])
        for at in range(4):
            activity = make_activity(plan, dependency, name=(f"{at} {ENDLESS} " + LONG * 3)[:300])
            make_session(activity, date(2026, 3 + at, 16), planned_units=2, reason=LONG * 2)
            held(activity, date(2026, 4 + at, 20))
    make_commitment(plan, text=(LONG * 4)[:400], instance=ENDLESS)
    return plan


def four_years() -> Plan:
    plan = make_plan(make_entity("cuatro"), starts_on=date(2023, 7, 1), ends_on=date(2027, 6, 30))
    activity = make_activity(plan, make_dependency(plan.entity))
    for n in range(48):
        when = date(2023 + (n + 6) // 12, (n + 6) % 12 + 1, 12)
        if n % 5:
            held(activity, when, executed=1 + n % 7, planned_units=7)
        else:
            make_session(activity, when)
    return plan


def targets_alone() -> Plan:
    plan = make_plan(make_entity("metas"))
    for n in range(3):
        answered(percentage(plan, 90, name=f"Respuesta a peticiones {n}"), date(2026, 3, 31), 85 + 5 * n, 100)
    return plan


def other_scripts() -> Plan:
    plan = make_plan(make_entity("letras", name="Община Свети Влас"), title="参加計画 · خطة المشاركة")
    activity = make_activity(plan, make_dependency(plan.entity, "Πολιτεία <b>y</b> λαός"), name="Встреча с гражданами")
    make_session(activity, reason="Pegado de un procesador: “comillas”\u200b, ﬁrma\u00ad y viñeta \uf0b7")
    return plan


def many_blocks() -> Plan:
    plan = make_plan(make_entity("muchos"))
    for n in range(24):
        activity = make_activity(
            plan, make_dependency(plan.entity, f"Secretaría número {n} de los asuntos del territorio")
        )
        held(activity, date(2026, 1 + n % 12, 5), executed=1 + n % 2, planned_units=2)
    return plan


def reports(folder: Path):
    """(name, report) of each of NAMES, in that order. `folder`: where some of their sheets are written."""
    first, second, third = (workbook(name) for name in MATRICES)
    demo.load(date(2026, 11, 21))
    yield from zip(
        NAMES,
        (
            final(first),
            final(second),
            final(third),
            of(third, "monthly", date(2020, 10, 1)),
            of(third, "monthly", date(2020, 11, 1)),
            final(Plan.objects.get(slug="san-jacinto-plan-2025")),
            of(Plan.objects.get(slug="san-jacinto-plan-2026"), "monthly", date(2026, 10, 1)),
            final(long_names()),
            final(four_years()),
            final(make_plan(make_entity("nada"))),
            final(targets_alone()),
            final(other_scripts()),
            final(many_blocks()),
            of(one_page(folder), "plan"),
            of(three_lists(folder), "plan"),
            of(signed_on_paper(folder), "plan"),
        ),
        strict=True,
    )


@pytest.fixture(scope="session")
def papers(django_db_setup, django_db_blocker, tmp_path_factory):
    """Every document of NAMES and OLD, rendered once; the database is left as it was."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "papers"
    folder.mkdir(exist_ok=True)
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "add_reports", lambda *content: None)  # its plans are wanted, not its reports
        taken = {name: snapshot.take(report) for name, report in reports(tmp_path_factory.mktemp("sheets"))}
        taken |= {name: published.load(json.loads((GUARD / "published" / f"{name}.json").read_text())) for name in OLD}
        found = {name: Paper(folder / f"{name}.pdf", facts, sha256(name)) for name, facts in taken.items()}
        render_all(found.values())  # here, while its shield is in the database
        transaction.set_rollback(True)
    return found


def walk(element):
    """The structure element and its descendants with their kinds, in reading order."""
    left = [(element, element.S)]
    while left:
        parent = left.pop()
        yield parent
        kids = [kid for kid in parent[0].K if not isinstance(kid, int)]  # numbers are content of the page
        left += reversed([(kid, kid.S) for kid in kids if "/S" in kid])  # what has no kind is an annotation


def sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def render_all(papers: Collection[Paper]) -> None:
    """Each by the process of `pytest -n` that comes to it first; then the ones of the others are waited for."""
    for mode in (fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_EX):
        for paper in papers:
            with paper.path.with_suffix(".lock").open("w") as lock, contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, mode)
                if not paper.path.exists():
                    paper.path.write_bytes(pdf.render(paper.facts, fingerprint=paper.fingerprint))


@pytest.fixture(params=NAMES)
def paper(request, papers) -> Paper:
    return papers[request.param]


@pytest.fixture(params=[*NAMES, *OLD])
def any_paper(request, papers) -> Paper:
    return papers[request.param]


def spans(paper: Paper):
    """(page, text, size) of everything printed."""
    for number, sheet in enumerate(paper.pages):
        for block in sheet.get_text("dict")["blocks"]:
            for line in block.get("lines", ()):
                for span in line["spans"]:
                    if span["text"].strip():
                        yield number, span["text"], span["size"]


# --- Type -------------------------------------------------------------------------------------------------------------


def test_nothing_is_smaller_than_eight_points(paper):
    assert [found for found in spans(paper) if found[2] < 7.99] == []


def test_texts_are_read_at_ten_and_a_half_points_and_tables_at_nine(papers):
    sizes = Counter()
    for name in NAMES:
        for number, text, size in spans(papers[name]):
            if number:
                sizes[round(size, 1)] += len(text)
    small = sum(count for size, count in sizes.items() if size < 9)
    assert small / sizes.total() < 0.35, sizes  # running heads, heads of columns, asides, notes
    assert sizes[9.0] > sizes[8.5]


def test_no_word_is_cut_but_with_a_hyphen(paper):
    words = set(printable(unescape(paper.html.replace("<", " <").replace(">", "> "))).replace("\u00a0", " ").split())
    for sheet in paper.pages:
        for block in sheet.get_text("dict")["blocks"]:
            lines = ["".join(span["text"] for span in line["spans"]).split() for line in block.get("lines", ())]
            for above, below in zip(lines, lines[1:], strict=False):
                if above and below and above[-1][-1] not in "-–/" and above[-1] + below[0] in words:
                    assert {above[-1], below[0]} <= words, (above[-1], below[0])


def test_nothing_runs_over_the_margins(paper):
    for sheet in paper.pages[1:]:
        words = sheet.get_text("words")
        assert min(word[0] for word in words) >= 20 * MM - 1
        assert max(word[2] for word in words) <= sheet.rect.width - 20 * MM + 1
        assert max(word[3] for word in words) <= sheet.rect.height - 8 * MM


def test_no_words_lie_over_others(paper):
    for sheet in paper.pages:
        boxes = sorted(sheet.get_text("words"), key=lambda word: word[1])
        for at, (left, top, right, bottom, text, *_rest) in enumerate(boxes):
            for left2, top2, right2, bottom2, text2, *_rest2 in boxes[at + 1 :]:
                if top2 > bottom:
                    break
                over = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
                assert over[0] < 1.5 or over[1] < 4.5, f"{sheet.number + 1}: {text} · {text2}"


# --- Pages ------------------------------------------------------------------------------------------------------------


def blanks(paper: Paper) -> list[float]:
    """Share of each inner page that is blank at its foot, without the cover and the last page of each part."""
    found = []
    for at, sheet in enumerate(paper.pages):
        following = paper.pages[at + 1] if at + 1 < len(paper.pages) else None
        if at < 2 or following is None or following.rect != sheet.rect:
            continue
        foot = sheet.rect.height - 22 * MM
        lowest = max(
            [word[3] for word in sheet.get_text("words") if word[3] < foot + 2]
            + [path["rect"].y1 for path in sheet.get_drawings() if path["rect"].y1 < foot + 2]
        )
        found.append((foot - lowest) / sheet.rect.height)
    return found


def test_paper_is_used(papers):
    found = {name: blanks(papers[name]) for name in NAMES}
    every = [share for shares in found.values() for share in shares]
    assert len(every) > 12
    assert sum(every) / len(every) <= 0.15, found
    assert max(every) <= 0.4, found


def test_page_that_sums_up_is_well_filled(papers):
    found = {}
    for name in NAMES:
        sheet = papers[name].pages[1]
        foot = sheet.rect.height - 22 * MM
        lowest = [word[3] for word in sheet.get_text("words") if word[3] < foot + 2]
        lowest += [path["rect"].y1 for path in sheet.get_drawings() if path["rect"].y1 < foot + 2]
        found[name] = (foot - max(lowest)) / sheet.rect.height
    assert max(found.values()) <= 0.35, found


def page_of(element) -> int:
    """The page of the first content inside a tagged element; 0 without any."""
    found = (page for inner, _kind in walk(element) if (page := inner.get("/Pg")))
    return next((page.index + 1 for page in map(pikepdf.Page, found)), 0)


def test_table_that_goes_on_leaves_no_row_alone_and_no_head_behind(paper):
    with pikepdf.open(paper.path) as document:
        found = list(walk(document.Root.StructTreeRoot.K[0]))
        for table in (element for element, kind in found if str(kind) == "/Table"):
            inside = list(walk(table))
            [caption] = [element for element, kind in inside if str(kind) == "/Caption"]
            lines = [(page_of(row), len(row.K)) for body, kind in inside if str(kind) == "/TBody" for row in body.K]
            assert page_of(caption) == lines[0][0]
            for (number, cells), (following, _cells) in pairwise(lines):
                assert number == following or cells > 1  # a line that heads others stays with them
            rows = Counter(number for number, cells in lines if cells > 1)
            if len(rows) > 1 and paper.facts.entity.slug != "largo":  # whose rows fill a third of a page
                assert rows[min(rows)] > 1, rows
                assert rows[max(rows)] > 1, rows


def test_space_at_the_end_of_a_text_goes_beside_a_block_or_into_what_follows():
    written = '<td>\n Cortar el césped <span class="aside">C-01</span> </td><p>Vías. <b>Temas:</b> agua\n</p>'
    assert (
        pages.tidy(written) == '<td>Cortar el césped<span class="aside">C-01</span></td><p>Vías.<b> Temas:</b> agua</p>'
    )


def test_quotes_inside_quotes_are_the_others():
    assert pages.tidy("<b>Más en «3.17 Concurso «Cuéntame tu río»».</b>") == (
        "<b>Más en «3.17 Concurso “Cuéntame tu río”».</b>"
    )
    assert pages.tidy("<p>«Uno» y «otro»</p><p>«sin fin «</p>") == "<p>«Uno» y «otro»</p><p>«sin fin «</p>"


def test_answer_is_on_the_second_page_with_the_contents(paper):
    said = paper.pages[1].get_text()
    assert said.count("En una página") == 1
    assert ("Qué promete" if paper.facts.edition.kind == "plan" else "Cuánto se hizo") in said
    assert "Contenido" in said
    assert (
        len([link for link in paper.pages[1].get_links() if link["kind"] == pymupdf.LINK_NAMED or "page" in link]) >= 1
    )


def test_section_of_a_plan_with_nothing_planned_says_so_under_its_heading(papers):
    said = " ".join(papers["nothing planned"].pages[1].get_text().split())
    assert "01 Cómo cerró el plan No había espacios por hacer hasta el corte." in said


def test_cover_says_what_its_figure_is(papers):
    told = {name: " ".join(papers[name].pages[0].get_text().split()) for name in NAMES}
    assert "96,6 % de ejecución 199 de 206 espacios" in told["workbook 3 final"]
    assert (
        "100,0 % del plan a la fecha 134 de 134 espacios 38 de 38 espacios en octubre de 2020"
        in (told["workbook 3 october"])
    )
    assert "Sin reporte 14 espacios por hacer" in told["workbook 2 final"]
    assert "2 de 3 metas en porcentaje cumplidas" in told["targets alone"]
    assert "no aplica sin espacios por hacer" in told["nothing planned"]
    assert "Julio a diciembre de 2020" in told["workbook 3 final"]


def test_cover_keeps_together_what_is_read_together(papers):
    lines = [line.strip() for name in NAMES for line in papers[name].pages[0].get_text().splitlines()]
    assert "D.C." not in lines
    assert "Versión" not in lines


def test_summary_says_where_it_failed_and_what_is_unexplained(papers):
    said = " ".join(papers["workbook 3 final"].pages[1].get_text().split())
    assert "Se ejecutaron 199 de 206 espacios (96,6 %). Faltaron 7: de 6 se registró la causa y de 1 no." in said
    assert "De 7 espacios que faltaron, 6 son de diciembre de 2020 y 4 de «Alta Consejería Distrital TIC»." in said
    assert "Hay 1 espacio sin causa registrada («Mesas de agendas sectoriales», noviembre de 2020)." in said
    assert "Pasan 3 espacios a la vigencia 2021." in said


def test_each_exhibit_says_its_number_once(paper):
    said = " ".join(" ".join(sheet.get_text().split()) for sheet in paper.pages)
    tables = [at for at in range(1, 20) if f"Tabla {at}." in said]
    assert tables == list(range(1, len(tables) + 1))
    assert all(said.count(f"Tabla {at}. ") == 1 for at in tables)


# --- Tags -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("norm", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A], ids=str)
def test_document_meets_the_norms_of_access_and_of_archives(any_paper, norm):
    report = page.validate_pdf(any_paper.path, profile=norm)
    assert [failure.message for failure in report.failures] == []


def test_screen_reader_meets_no_obstacle(paper):
    result = outloud.check(str(paper.path))
    assert result.error is None
    assert [(found.message, found.page) for found in result.findings if found.severity in ("error", "warning")] == []


@pytest.mark.parametrize("name", OLD)
def test_screen_reader_meets_no_obstacle_in_what_was_published(papers, name):
    result = outloud.check(str(papers[name].path))
    assert result.error is None
    assert [found.message for found in result.findings if found.severity == "error"] == []


def test_headings_form_one_tree(any_paper):
    with pikepdf.open(any_paper.path) as document:
        found = list(walk(document.Root.StructTreeRoot.K[0]))
        heads = [(element, int(str(kind)[2])) for element, kind in found if str(kind) in ("/H1", "/H2", "/H3")]
        levels = [level for _element, level in heads]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))
        for element, _level in heads:
            assert not [kind for _each, kind in list(walk(element))[1:] if str(kind).startswith("/H")]


def test_contents_and_notes_are_named_for_what_they_are(papers):
    with pikepdf.open(papers["workbook 3 final"].path) as document:
        found = list(walk(document.Root.StructTreeRoot.K[0]))
        kinds = Counter(str(kind) for _element, kind in found)
        assert kinds["/TOC"] == 1
        on_paper = [each for each in papers["workbook 3 final"].facts.sections if each.slug != "registros"]
        assert kinds["/TOCI"] == len(on_paper) - 1
        assert kinds["/Sect"] == len(on_paper) + 1
        notes = [str(element.ID) for element, kind in found if str(kind) == "/Note"]
        assert notes == ["nota-a", "nota-b", "nota-c", "nota-d"]
        named = [str(link.Contents) for sheet in document.pages for link in sheet.get("/Annots", ())]
        assert "Cómo cerró el plan" in named
        assert "Nota a" in named
        assert "ejecucion" not in named


def test_table_over_several_pages_is_one_table(papers):
    with pikepdf.open(papers["many blocks"].path) as document:
        found = list(walk(document.Root.StructTreeRoot.K[0]))
        tables = [element for element, kind in found if str(kind) == "/Table"]
        assert all([str(part.S) for part in table.K].count("/Caption") == 1 for table in tables)
        assert all([str(part.S) for part in table.K].count("/THead") == 1 for table in tables)
        rows = [len(part.K) for part in tables[0].K if str(part.S) == "/TBody"]
        assert sum(rows) == 25  # and the total


def test_running_heads_are_no_content_in_a_short_document(papers):
    assert len(papers["nothing planned"].pages) < 6
    with pikepdf.open(papers["nothing planned"].path) as document:
        assert b"/Artifact" in document.pages[1].Contents.read_bytes()


def test_second_render_has_the_same_bytes(papers):
    # Both here: another process may have rendered the kept one, of rows with other keys.
    kept = papers["long names"]
    first, second = (pdf.render(kept.facts, fingerprint=kept.fingerprint) for _time in range(2))
    assert first == second
