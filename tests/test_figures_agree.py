"""After a report is saved every page of the staff, draft and file has the same execution: that which a plain loop
counts here from the rows. What is public has it once it is published, and does not move before.

On the 206 units of a real monthly sheet (tests/guard/inputs).
"""

import csv
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pymupdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from lxml import html

from activities.models import Responsibility, Session
from plans.models import Plan
from records import drift
from reports import actions
from reports.models import Point, Report
from tests.reports.recounting import month_of, percent
from tests.reports.test_recount import TRACKING, imported
from tests.world import ANYBODY, PUBLIC, ROUTES, World

TODAY = date(2020, 12, 31)
WAYS = {"virtual": "Virtual", "in_person": "Presencial", "": "Sin modalidad"}
# What else is a percentage: of the 8 promises that were due, and of the 40 who came, how many answered.
OTHERS = {"75,0 %", "12,5 %"}
OTHER_PAGES = {"activities:survey_results", "activities:survey_session"}
REPORTS = {"final": {"period": "2020"}, "monthly": {"period": "2020-12"}, "components": {"period": "2020"}}
# The pages that show execution and, of each, by what: a page with a percentage that is not here fails.
SHOWN = {
    "dashboard:board": (),
    "dashboard:plan_detail": ("total", "bloque"),
    "dashboard:execution": ("total", "bloque"),
    "dashboard:figure": ("total",),
    "activities:activity_detail": ("actividad",),
    "activities:return_detail": (),
    "commitments:commitment_balance": (),
    "reports:report_detail": ("total", "bloque", "fase"),
    "reports:report_figures": (),
    "reports:report_figure": (),
    "reports:point_update": (),
}
Pair = tuple[int, int]  # planned, executed


# --- Counted again ----------------------------------------------------------------------------------------------------


def counted(plan: Plan) -> dict[tuple[str, str], Pair]:
    """{(by what, name): (planned, executed)} of what was due today, row by row."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    leads = dict(Responsibility.objects.values_list("activity", "dependency__name"))
    groups = defaultdict(list)
    for activity, group in plan.activities.values_list("pk", "groups__name"):
        groups[activity].append(group or "Sin grupo")
    at = "activity__"
    for row in Session.objects.filter(activity__plan=plan).values(
        *("pk", "activity", "planned_on", "planned_units", "held_on", "executed_units", "in_force_from"),
        *("withdrawn_on", f"{at}name", f"{at}line__name", f"{at}phase__number", f"{at}phase__name"),
        *(f"{at}outside_plan", f"{at}locality", f"{at}modality"),
    ):
        if row[f"{at}outside_plan"] or row["planned_on"] > TODAY or row["withdrawn_on"]:
            continue
        assert row["in_force_from"] is None
        done = (row["executed_units"] or 0) if row["held_on"] and row["held_on"] <= TODAY else 0
        lead, month = leads.get(row["activity"], "Sin responsable"), month_of(row["planned_on"])
        for key in (
            ("total", "Todo el plan"),
            ("bloque", row[f"{at}line__name"] or lead),
            ("responde", lead),
            ("dependencia", lead),
            ("fase", f"{row[f'{at}phase__number']}. {row[f'{at}phase__name']}"),
            ("mes", month),
            ("localidad", row[f"{at}locality"] or "Sin localidad"),
            ("modalidad", WAYS[row[f"{at}modality"]]),
            ("actividad", row[f"{at}name"]),
            ("espacio", str(row["pk"])),
            (lead, month),
            (f"{row[f'{at}line__name'] or lead} en el mes", month),
            *(("grupo", group) for group in groups[row["activity"]]),
        ):
            found[key][0] += row["planned_units"]
            found[key][1] += min(done, row["planned_units"])
    return {key: tuple(pair) for key, pair in found.items()}


def of(count: dict, by: str) -> dict[str, Pair]:
    return {name: pair for (what, name), pair in count.items() if what == by}


def written(pair: Pair) -> tuple[str, str]:
    return f"{pair[1]} de {pair[0]}", percent(pair[1], pair[0])


# --- Read -------------------------------------------------------------------------------------------------------------


def lines(content: str | bytes) -> list[str]:
    """The texts of rows, items and figures, and of the whole page last."""
    page = html.fromstring(content)
    for node in page.xpath("//script|//style"):
        node.drop_tree()
    for node in page.xpath("//td|//th|//p|//span|//li|//dd"):
        node.tail = f" {node.tail or ''}"
    nodes = page.xpath("//tr|//li|//*[contains(@class, 'stat')]|//p")
    return [" ".join(node.text_content().split()) for node in (*nodes, page)]


def percentages(text: str) -> set[str]:
    return {f"{found} %" for found in re.findall(r"(?<![\d,.])(\d[\d.]*(?:,\d)?)\s?%", text)}


def tells(line: str, name: str, pair: Pair, *, bare: bool = False) -> bool:
    """That a line says the figure of a name; `bare`: without its percentage, as lists do."""
    n_of, ratio = written(pair)
    has_units = n_of in line or {str(pair[0]), str(pair[1])} <= set(line.split())
    return name.casefold() in line.casefold() and has_units and (bare or ratio in line)


def files_of(pdf: bytes) -> dict[str, bytes]:
    with pymupdf.open(stream=pdf) as document:
        names = [document.embfile_info(at)["filename"] for at in range(document.embfile_count())]
        return {name: document.embfile_get(at) for at, name in enumerate(names)}


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


# --- A plan, its drafts, and what is published of it ------------------------------------------------------------------


@pytest.fixture
def world(db, settings) -> Iterator[World]:
    # A lease is renewed from a thread, which sees no row of the test's transaction: here none lasts so long.
    settings.JOB_LEASE_SECONDS = 3600
    with time_machine.travel("2020-12-31T15:00:00Z"):
        plan = imported(TRACKING, date(2020, 7, 1))
        Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2020, 6, 30))
        world = World("", Session.objects.get(activity__name__startswith="Visitas de", executed_units=2))
        plan = world.plan
        plan.reports.all().delete()  # the world's own, with the facts of a sample
        phases = [world.phase, plan.phases.create(number=2, name="Implementación", stage="implementation")]
        for at, activity in enumerate(plan.activities.in_plan()):
            values = {"phase": phases[at % 2], "locality": ("Suba", "Usme", "")[at % 3], "modality": list(WAYS)[at % 3]}
            plan.activities.filter(pk=activity.pk).update(**values)
        world.monthly.month = TODAY
        world.monthly.save()
        world.activity.refresh_from_db()
        yield world


def lasting(content: bytes) -> bytes:
    """Without what each visit gets of its own: the keys of forms, the moment at which a workbook is written."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("docProps"))
    return re.sub(rb'(?<=value=")[\w-]{30,}(?=")', b"", content)


class Site:
    """The pages of the plan, as somebody of the staff opens them."""

    def __init__(self, world: World, client: Client, commit):
        self.world, self.client, self.commit = world, client, commit
        self.place = [world.entity.slug, world.plan.slug]
        self.client.force_login(world.users["planner"])
        self.drafts = {
            kind: actions.start_report(plan=world.plan, kind=kind, by=world.users["planner"], **fields)
            for kind, fields in REPORTS.items()
        }
        world.report = self.drafts["final"]
        world.point = Point.objects.create(report=world.report, kind="observation", number=1, text="Vino poca gente.")
        earlier = Report(plan=world.plan, kind="monthly", version=9, cutoff=date(2020, 11, 30), period="2020-11")
        earlier.starts_on, earlier.ends_on = date(2020, 11, 1), date(2020, 11, 30)
        earlier.save()
        world.earlier = Point.objects.create(report=earlier, kind="recommendation", number=1, text="Avisar antes.")

    def at(self, name: str, *more) -> str:
        return reverse(name, args=[*self.place, *more])

    def get(self, address: str) -> bytes:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return body(answer)

    def post(self, address: str, data: dict | None = None) -> None:
        with self.commit(execute=True):
            assert self.client.post(address, data or {}).status_code == 302, address

    def save(self) -> None:
        """The head says that the space was held as it was programmed: 4 of 4, where the sheet said 2."""
        head, session = Client(), self.world.session
        head.force_login(self.world.users["head"])
        place = self.at("activities:session_update", session.pk)
        typed = {"answer": "planned", "held_on": "2020-12-16", "attendance_total": "40", "revision": session.revision}
        answer = head.post(place, typed)
        if answer.status_code == 200:  # what was published says otherwise: the head is told, and goes on
            [told] = html.fromstring(answer.content).xpath(f"//button[@name='{drift.ACCEPTED}']/@value")
            answer = head.post(place, typed | {drift.ACCEPTED: told})
        assert answer.status_code == 302, answer.context["form"].errors

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Every page of the staff that opens, by its name."""
        for name, (needs, _row) in ROUTES.items():
            if needs not in (PUBLIC, ANYBODY):
                answer = self.client.get(self.world.address(name))
                if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                    yield name, body(answer)

    def publish(self, report: Report) -> None:
        self.post(self.at("reports:report_publish", report.pk))
        report.refresh_from_db()
        assert report.state == Report.State.PUBLISHED

    def public(self, report: Report) -> dict[str, bytes]:
        """Every public page of the plan with those of a report, and its files; but for the form and the poster of the
        space's evaluation, which say the day on which it was held as soon as it is known, and no figure."""
        visitor, files = Client(), ("pdf/", "datos/datos.json", "datos/datos.xlsx", "datos/tabla-01.csv")
        names = [name for name, (needs, _row) in ROUTES.items() if needs == PUBLIC and name.startswith("portal:")]
        names = [name for name in names if not name.startswith("portal:survey")]
        addresses = [self.world.address(name) for name in names]
        addresses += [f"{report.public_url}{more}" for more in ("", *files, "cifras/", "cifras/total/")]
        answers = {address: visitor.get(address) for address in addresses}
        return {address: lasting(body(answer)) for address, answer in answers.items() if answer.status_code == 200}


@pytest.fixture
def site(world, client, django_capture_on_commit_callbacks) -> Site:
    return Site(world, client, django_capture_on_commit_callbacks)


@pytest.fixture
def now(site) -> tuple[dict, dict]:
    """What was counted before the report was saved, and after."""
    before = counted(site.world.plan)
    site.save()
    after = counted(site.world.plan)
    total = "total", "Todo el plan"
    assert (before[total], after[total]) == ((206, 199), (206, 201))
    return before, after


# --- They agree -------------------------------------------------------------------------------------------------------


def test_every_page_of_the_staff_has_the_figures_counted_again(site, now):
    before, after = now
    right = {percent(done, planned) for planned, done in after.values()} | OTHERS
    units = ("total", "bloque", "mes", "actividad", "espacio")
    gone = {written(pair)[0] for by in units for pair in of(before, by).values()}
    gone -= {written(pair)[0] for pair in after.values()}
    assert {"199 de 206", "10 de 14", "28 de 34"} <= gone
    with_figures = set()
    for name, content in site.pages():
        if name in OTHER_PAGES:
            continue
        told = lines(content)
        assert [text for text in gone if re.search(rf"\b{text}\b", told[-1])] == [], name
        assert percentages(told[-1]) <= right, name
        if percentages(told[-1]):
            with_figures.add(name)
        for by in SHOWN.get(name, ()):
            some = of(after, by)
            if by == "actividad":
                some = {site.world.activity.name: some[site.world.activity.name]}
            assert missing(told, by, some) == [], (name, by)
    assert with_figures == set(SHOWN)


def missing(told: list[str], by: str, some: dict[str, Pair], *, bare: bool = False) -> list[str]:
    """The names whose figure no line has. The whole plan and one activity are named by the title of their page."""
    titled = by in ("total", "actividad") and not bare
    return [
        name
        for name, pair in some.items()
        if not any(tells(line, "" if titled else name, pair, bare=bare) for line in told)
    ]


def test_lists_matrix_calendar_and_monthly_return_have_them(site, now):
    _before, after = now
    listed = lines(site.get(site.at("activities:activity_list")))
    assert missing(listed, "actividad", of(after, "actividad"), bare=True) == []
    for pk, pair in of(after, "espacio").items():
        told = lines(site.get(site.at("activities:session_detail", pk)))
        assert f"Hecho de lo programado {written(pair)[0]} " in told[-1]
    by_month = of(after, "mes")
    assert missing(lines(site.get(site.at("dashboard:plan_detail"))), "mes", by_month, bare=True) == []
    calendar = lines(site.get(site.at("activities:calendar")))[-1]
    assert [month for month, pair in by_month.items() if f"{month} {pair[0]} espacios" not in calendar] == []
    board = lines(site.get(reverse("dashboard:board", args=[site.world.entity.slug])))
    for lead, pair in of(after, "responde").items():
        [line] = [line for line in board if line.startswith(lead) and "/" in line]
        cells = {(int(planned), int(done)) for done, planned in re.findall(r"(\d+)/(\d+)", line)}
        assert cells and cells <= set(of(after, lead).values()) and line.endswith(written(pair)[1])
    own = of(after, site.world.dependency.name)["diciembre de 2020"]
    said = lines(site.get(site.world.address("activities:return_detail")))
    sentence = "Para diciembre de 2020 había 6 espacios, y al terminar el mes se habían hecho 5: 83,3 %."
    assert own == (6, 5) and sentence in said and "Total 6 5" in said


def test_breakdowns_with_their_files_and_the_rows_behind_them_have_them(site, now):
    _before, after = now
    for by in ("bloque", "dependencia", "fase", "mes", "grupo", "localidad", "modalidad"):
        place = f"{site.at('dashboard:execution')}?por={by}"
        content = site.get(place)
        some = {name.casefold(): pair for name, pair in of(after, by).items()}
        assert missing(lines(content), by, some) == [], by
        doors = html.fromstring(content).xpath("//table[contains(@class, 'breakdown')]//th/a")
        behind = {door.text_content().strip().casefold(): lines(site.get(door.get("href"))) for door in doors}
        assert behind.keys() == some.keys()
        assert [name for name, told in behind.items() if missing(told, "total", {name: some[name]})] == [], by
        rows = csv.DictReader(StringIO(site.get(f"{place}&formato=csv").decode("utf-8-sig")))
        table = {list(row.values())[0].casefold(): (int(row["Programado"]), int(row["Ejecutado"])) for row in rows}
        # Where an activity counts in each that it names, nothing is added up.
        total = {} if by in ("dependencia", "grupo") else {"todo el plan": (206, 201)}
        assert table == some | total
        drawn = lines(site.get(f"{place}&formato=svg").decode())[-1]
        assert [name for name, pair in some.items() if not all(text in drawn for text in written(pair))] == [], by


def test_drafts_and_their_data_have_them(site, now):
    _before, after = now
    for kind, draft in site.drafts.items():
        whole = lines(site.get(site.at("reports:report_detail", draft.pk)))
        for by in ("total", "bloque", "fase"):
            assert missing(whole, by, of(after, by)) == [], (kind, by)
        again = site.get(site.at("reports:report_figures", draft.pk))
        assert "No coincide" not in lines(again)[-1]
        for key, pair in {"total": (206, 201), "mes-2020-12": (34, 30)}.items():
            told = lines(site.get(site.at("reports:report_figure", draft.pk, key)))
            assert any(tells(line, "", pair) for line in told), (kind, key)
        site.post(site.at("reports:report_preview", draft.pk))
        files = files_of(site.get(site.at("reports:report_pdf", draft.pk)))
        told = json.loads(files["datos.json"])
        [facts] = [each["facts"] for each in told["sections"] if each["slug"] == "ejecucion"]
        assert pair_of(facts["total"]) == (206, 201)
        assert {each["name"]: pair_of(each["figure"]) for each in facts["blocks"]} == of(after, "bloque")
        assert {each["name"]: pair_of(each["figure"]) for each in facts["phases"]} == of(after, "fase")
        months = {month_of(date.fromisoformat(each["month"])): pair_of(each["figure"]) for each in facts["months"]}
        assert months == of(after, "mes")
        rows = list(csv.DictReader(StringIO(files["tabla-01.csv"].decode("utf-8-sig"))))
        at = [name for name in rows[0] if name.startswith(("Programado", "Ejecutado"))][-2:]  # at the cut-off
        table = {list(row.values())[0]: tuple(int(row[name]) for name in at) for row in rows}
        assert table == of(after, "bloque") | {"Total": (206, 201)}, kind


def pair_of(figure: dict) -> Pair:
    return figure["planned"], figure["executed"]


def test_exports_have_them(site, now):
    _before, after = now
    for kind in ("zip", "xlsx"):
        site.post(site.at("sheets:plan_export"), {"format": kind})
        page = html.fromstring(site.get(site.at("sheets:plan_export")))
        [place] = [one for one in page.xpath("//a/@href") if re.search(r"/exportar/\d+/$", one)]
        rows = spaces_of(site.get(place), kind)
        found = defaultdict(lambda: [0, 0])
        for row in rows:
            for name in ("total", row["Actividad"]):
                found[name][0] += int(row["Cantidad programada"])
                found[name][1] += min(int(row["Cantidad ejecutada"] or 0), int(row["Cantidad programada"]))
        # What was held outside the plan programmed units of its own, and counts in no percentage.
        of_plan = {name: tuple(found[name]) for name in of(after, "actividad")}
        assert of_plan == of(after, "actividad")
        assert sum(done for _planned, done in of_plan.values()) == 201


def spaces_of(content: bytes, kind: str) -> list[dict]:
    if kind == "zip":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            [name] = [name for name in archive.namelist() if "spacios" in name]
            return list(csv.DictReader(StringIO(archive.read(name).decode("utf-8-sig"))))
    heads, *rows = openpyxl.load_workbook(BytesIO(content))["Espacios"].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_public_pages_change_by_publishing_alone(site):
    draft = site.drafts["final"]
    site.publish(draft)
    public = site.public(draft)
    assert {draft.public_url + more for more in ("", "pdf/", "datos/datos.json", "cifras/total/")} < public.keys()
    assert "199 de 206" in lines(public[site.world.address("portal:plan")])[-1]
    site.save()
    assert counted(site.world.plan)["total", "Todo el plan"] == (206, 201)
    assert [address for address, content in site.public(draft).items() if content != public[address]] == []
    correction = actions.start_report(
        plan=site.world.plan, kind="final", period="2020", correction="Se hicieron 4.", by=site.world.users["planner"]
    )
    site.publish(correction)
    plan_page = lines(site.public(correction)[site.world.address("portal:plan")])[-1]
    assert "201 de 206" in plan_page and "199 de 206" not in plan_page
    own = json.loads(site.public(correction)[f"{correction.public_url}datos/datos.json"])
    [facts] = [each["facts"] for each in own["sections"] if each["slug"] == "ejecucion"]
    assert pair_of(facts["total"]) == (206, 201)
    # The one before stays as it was published.
    kept = f"{draft.public_url}datos/datos.json"
    assert site.public(draft)[kept] == public[kept]
