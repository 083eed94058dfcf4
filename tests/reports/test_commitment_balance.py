"""The balance of commitments as a report of its own: each figure counted again, commitment by commitment."""

import json
from datetime import date, timedelta

import holidays
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.models import Commitment
from plans.models import StakeholderGroup
from reports import checks, documents, pages, published, snapshot
from reports.models import Report
from tests.factories import make_commitment, make_dependency
from tests.reports.reporting import approve, make_published
from tests.reports.taking import printed, shown

CUT, DAYS = date(2026, 8, 31), (date(2026, 5, 1), date(2026, 8, 31))


def of(plan, days=None, cutoff=CUT):
    period = documents.known()["commitments"].period(plan, days=days)
    return snapshot.take(Report(plan=plan, kind="commitments", period=period, cutoff=cutoff))


@pytest.fixture
def promised(entity, plan):
    """Sixty commitments of three dependencies and two groups, in all their standings; what each is, as plain values."""
    dependencies = [make_dependency(entity, name) for name in ("Salud", "Obras", "Cultura")]
    groups = [StakeholderGroup.objects.create(entity=entity, name=name) for name in ("Jóvenes", "Mujeres")]
    rows = []
    for n in range(60):
        made = date(2026, 1, 5) + timedelta(days=3 * n)
        due = made + timedelta(days=20 + 7 * (n % 9))
        closed = due + timedelta(days=(n % 5 - 2) * 9) if n % 3 else None
        state = ("recorded", "reported_done", "breached" if n % 4 == 0 else "verified")[n % 3]
        fields = {"made_on": made, "due_on": due, "state": state, "closed_on": closed}
        fields |= {"verified_on": closed} if state == "verified" else {}
        fields |= {"reason": "No hubo con qué."} if state == "breached" else {}
        commitment = make_commitment(plan, text=f"Compromiso {n}", all_dependencies=n % 10 == 9, **fields)
        named = [dependency for at, dependency in enumerate(dependencies) if n % (at + 2) == 0]
        met = [group for at, group in enumerate(groups) if n % (at + 2) == 1]
        commitment.responsible.set(named)
        commitment.groups.set(met)
        rows.append(
            {
                "made": made,
                "due": due,
                "closed": closed,
                "kept": state in ("reported_done", "verified"),
                "names": {each.name for each in named} | ({"Todas las dependencias"} if n % 10 == 9 else set())
                or {"Sin responsable"},
                "groups": {group.name for group in met} or {"Sin grupo registrado"},
            }
        )
    return rows


def recount(rows, on=CUT) -> dict[str, int]:
    made = [row for row in rows if row["made"] <= on]
    ended = [row for row in made if row["closed"] and row["closed"] <= on]
    still = [row for row in made if row not in ended]
    return {
        "made": len(made),
        "fulfilled": sum(row["kept"] for row in ended),
        "closed": sum(not row["kept"] for row in ended),
        "overdue": sum(row["due"] < on for row in still),
        "open": sum(row["due"] >= on for row in still),
        "due": sum(row["due"] <= on for row in made),
        "fulfilled_due": sum(row["kept"] and row["due"] <= on for row in ended),
    }


def counted(part) -> dict[str, int]:
    return {name: getattr(part, name) for name in recount([])}


def test_each_dependency_and_group_counts_its_own(plan, promised):
    facts = of(plan).facts("responsables")
    names = ["Salud", "Obras", "Cultura", "Todas las dependencias", "Sin responsable"]
    assert sorted(part.name for part in facts.dependencies) == sorted(names)
    for part in facts.dependencies:
        assert counted(part) == recount([row for row in promised if part.name in row["names"]]), part.name
    assert [part.name for part in facts.groups] == ["Jóvenes", "Mujeres", "Sin grupo registrado"]
    for part in facts.groups:
        assert counted(part) == recount([row for row in promised if part.name in row["groups"]]), part.name


def test_table_of_the_days_counts_what_was_made_due_and_closed_in_them(plan, promised):
    table = printed(shown(of(plan, DAYS), "responsables")["flow_table"])
    first, last = DAYS
    made = [row for row in promised if row["made"] <= CUT]

    def inside(rows, what):
        return sum(first <= row[what] <= last for row in rows)

    kept = [row for row in made if row["kept"] and row["closed"] and row["closed"] <= CUT]
    timely = [row for row in kept if row["closed"] <= row["due"]]
    late = [row for row in kept if row["closed"] > row["due"]]
    unkept = [row for row in made if row["closed"] and row["closed"] <= CUT and not row["kept"]]
    overdue = [row for row in made if row["due"] < CUT and not (row["closed"] and row["closed"] <= CUT)]
    due = [row for row in made if row["due"] <= CUT]
    assert table == [
        ["Compromisos", "Mayo a agosto de 2026", "Hasta el corte"],
        ["Adquiridos", str(inside(made, "made")), str(len(made))],
        ["Con plazo hasta el corte", str(inside(due, "due")), str(len(due))],
        ["Cumplidos a tiempo", str(inside(timely, "closed")), str(len(timely))],
        ["Cumplidos después del plazo", str(inside(late, "closed")), str(len(late))],
        ["Cerrados sin cumplir", str(inside(unkept, "closed")), str(len(unkept))],
        ["Vencidos al corte", str(inside(overdue, "due")), str(len(overdue))],
    ]


def test_overdue_are_aged_and_the_rows_add_up(plan, promised):
    table = printed(shown(of(plan), "responsables")["age_table"])
    free = set(holidays.country_holidays("CO", years=2026))

    def working(due: date) -> int:
        passed = (due + timedelta(days=n) for n in range(1, (CUT - due).days + 1))
        return sum(day.weekday() < 5 and day not in free for day in passed)

    days = [
        working(row["due"])
        for row in promised
        if row["made"] <= CUT and row["due"] < CUT and not (row["closed"] and row["closed"] <= CUT)
    ]
    bounds = {
        "Hasta 15 días hábiles": (0, 15),
        "De 16 a 30 días hábiles": (16, 30),
        "De 31 a 60 días hábiles": (31, 60),
        "Más de 60 días hábiles": (61, 10_000),
    }
    told = {name: sum(low <= day <= high for day in days) for name, (low, high) in bounds.items()}
    assert {row[0]: int(row[1]) for row in table[1:-1]} == {name: number for name, number in told.items() if number}
    assert table[-1][:2] == ["Total", str(len(days))]


def test_ring_and_findings_speak_of_commitments_alone(plan, promised):
    taken = of(plan, DAYS)
    paper = pages.paper(taken, "0" * 64)
    told = recount(promised)
    assert f"{told['fulfilled_due']} de {told['due']} que vencían" in " ".join(paper.replace("\n", " ").split())
    assert [head for head, _said in shown(taken, "resumen")["findings"]] == [
        "Cuánto se prometió",
        "Cuánto se cumplió",
        "En esos días",
        "Lo vencido",
        "Quién responde",
    ]
    assert [rule.name for rule in taken.facts("metodo").rules] == ["Personas participantes", "Compromisos", "Signos"]
    assert [rule.name for rule in shown(taken, "metodo")["rules"]] == ["Compromisos", "Signos"]


@pytest.mark.parametrize("days", [None, (CUT, CUT)])
def test_plan_without_commitments_says_so(plan, days):
    taken = of(plan, days)
    assert taken.facts("compromisos") is None
    assert shown(taken, "resumen")["findings"] == [("Compromisos", "No hay compromisos registrados al corte.")]
    assert "sin compromisos registrados" in pages.paper(taken, "0" * 64)
    report = Report(plan=plan, kind="commitments", period="2026", cutoff=CUT)
    taken = snapshot.take(report)
    assert checks.of(report, taken, pages.placed(taken)).unexplained == ""


def test_queries_do_not_grow_with_the_commitments(plan, promised):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            of(plan, DAYS)
        return len(found)

    few = queries()
    Commitment.objects.bulk_create(Commitment(plan=plan, text=f"Más {n}", made_on=CUT, due_on=CUT) for n in range(100))
    assert queries() == few


def test_published_balance_has_its_page_and_leaves_the_plans_figures_alone(client, plan, promised):
    taken = of(approve(plan))
    report = make_published(
        plan,
        kind="commitments",
        snapshot=json.loads(snapshot.canonical(taken)),
        snapshot_sha256=snapshot.sha256(taken),
    )
    assert published.load(report.snapshot) == taken
    page = client.get(report.public_url)
    assert page.status_code == 200
    assert "de cumplimiento" in page.content.decode()
    plan_page = client.get(reverse("portal:plan", args=[plan.entity.slug, plan.slug])).content.decode()
    assert "Balance de compromisos · 2026" in plan_page
    assert "Según el último informe publicado" not in plan_page
