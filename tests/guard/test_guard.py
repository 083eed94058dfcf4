"""What must not change by accident: what three real matrices become, what the demonstration adds up to, what was
published.

Each test compares with a file of `expected/`. A difference is a change of rule: name it in the commit, delete the file,
and run the test twice (the first run writes it anew and fails). Rows name each other by their place in their table, so
that the files read alike on every database.
"""

import hashlib
import io
import json
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from accounts.models import AuditEntry, Entity
from activities import progress
from activities.models import Activity, Session
from demo.load import load
from plans.models import Plan
from portal import verification
from reports import published, snapshot
from reports.models import Report
from tests.factories import make_entity
from tests.reports.reporting import approve, make_published

HERE = Path(__file__).parent
OURS = {"accounts", "plans", "activities", "commitments", "reports"}
MATRICES = {
    "01-formato-planeacion": ("2026-01-01", "2026-12-31"),
    "02-paac-rendicion-de-cuentas": ("2020-01-01", "2020-12-31"),
    "03-seguimiento-mensual-2020": ("2020-07-01", "2020-12-31"),
}
DEMO_DAY = date(2026, 11, 21)
MONTHS = [date(year + month // 12, month % 12 + 1, 1) for year in (2025, 2026) for month in range(1, 13)]


def expect(name: str, found: str) -> None:
    """`found` is what `expected/name` holds; a file that is missing is written, and the test fails once."""
    path = HERE / "expected" / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(found)
        pytest.fail(f"{path} is written anew: look at it and run again")
    assert found.splitlines() == path.read_text().splitlines()


def lines(rows: dict[str, list]) -> str:
    """JSON with a row a line, so that a difference is one line."""
    parts = (
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in found) + "\n]"
        for name, found in rows.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


class Places:
    """The place of each row in its table, by its key."""

    def __init__(self):
        self.known: dict = {}

    def of(self, model, pk) -> int | None:
        if pk is None:
            return None
        if model not in self.known:
            keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
            self.known[model] = {key: at for at, key in enumerate(keys, 1)}
        return self.known[model][pk]


def stored_rows() -> dict[str, list[dict]]:
    """Every row of our tables with every field; of the trail, how many entries there are of each verb."""
    places, tables = Places(), {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in OURS or model is AuditEntry:
            continue
        rows = []
        for row in model._base_manager.order_by("pk"):
            values = {}
            for field in model._meta.concrete_fields:
                value = field.value_from_object(row)
                if field.primary_key or field.get_internal_type() in ("DateTimeField", "UUIDField"):
                    continue
                values[field.name] = places.of(field.related_model, value) if field.is_relation else plain(value)
            rows.append(values)
        if rows:
            tables[model._meta.label] = rows
    verbs = Counter(AuditEntry.objects.values_list("verb", flat=True))
    return {**tables, "verbs of the trail": [dict(sorted(verbs.items()))]}


def plain(value):
    """A value as JSON has it, exact."""
    if value is None or isinstance(value, str | int | bool | float):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date | datetime | Fraction):
        return str(value)
    return str(value)


@pytest.mark.parametrize("name", MATRICES)
def test_matrix_becomes_what_it_became(db, name):
    entity = make_entity("guarda")
    start, end = MATRICES[name]
    out = io.StringIO()
    path = str(HERE / "inputs" / f"{name}.xlsx")
    options = {"entity": entity.slug, "title": "Plan", "start": start, "end": end}
    call_command(
        "import_plan",
        path,
        *(f"--{key}={value}" for key, value in options.items()),
        "--create-missing",
        "--json",
        stdout=out,
    )
    expect(f"{name}.json", out.getvalue())
    expect(f"{name}.rows.json", lines(stored_rows()))


def test_matrix_of_accountability_has_14_spaces_and_2_percentage_targets(db):
    start, end = MATRICES["02-paac-rendicion-de-cuentas"]
    options = {"entity": make_entity("guarda").slug, "title": "Plan", "start": start, "end": end}
    path = str(HERE / "inputs" / "02-paac-rendicion-de-cuentas.xlsx")
    call_command("import_plan", path, "--create-missing", *(f"--{key}={value}" for key, value in options.items()))
    found = progress.of_plan(Plan.objects.get(), date(2020, 12, 31))
    assert (found.total.planned, found.baseline, found.targets.total) == (14, 14, 2)
    assert sum(found.activities[target.activity].sessions for target in found.percentages) == 3


def known_of(plan: Plan, on: date) -> dict:
    """Every field of `progress.of_plan`, with rows named instead of numbered."""
    found = progress.of_plan(plan, on)
    places = Places()
    kinds = {
        "line": plan.lines.model,
        "dependency": plan.entity.dependencies.model,
        "phase": plan.phases.model,
    }

    def key(part):
        kind, pk = part["key"]
        return {**part, "key": f"{kind} {places.of(kinds[kind], pk)}" if kind in kinds else kind}

    known = plain(found)

    def target(one):
        return one and {**one, "activity": places.of(Activity, one["activity"])}

    return {
        **known,
        "percentages": [target(one) for one in known["percentages"]],
        "blocks": [key(part) for part in known["blocks"]],
        "phases": [key(part) for part in known["phases"]],
        "activities": {
            places.of(Activity, pk): [*plain(one.figure).values(), *list(plain(one).values())[1:-1]]
            for pk, one in found.activities.items()  # their targets stand in `percentages`
        },
        "misses": [
            {
                **miss,
                "activity": places.of(Activity, miss["activity"]),
                "session": places.of(Session, miss["session"]),
            }
            for miss in known["misses"]
        ],
    }


def test_demonstration_adds_up_to_what_it_did_at_the_end_of_every_month(db):
    load(DEMO_DAY)
    for entity in Entity.objects.order_by("slug"):
        rows = {}
        for plan in entity.plans.order_by("starts_on"):
            for first in MONTHS:
                last = date.fromordinal(first.toordinal() - 1)
                if plan.starts_on <= last and plan.starts_on.year == last.year:
                    for part, value in known_of(plan, last).items():
                        named = [{part: value}]
                        if isinstance(value, list):
                            named = value
                        elif isinstance(value, dict) and part == "activities":
                            named = [{at: one} for at, one in value.items()]
                        rows.setdefault(f"{plan.slug} {last} {part}", []).extend(named)
        expect(f"{entity.slug}.progress.json", lines(rows))


@pytest.mark.django_db(transaction=True, reset_sequences=True)  # the rows behind the figures have their ids
def test_demonstration_publishes_the_very_same_bytes():
    with time_machine.travel(f"{DEMO_DAY}T15:00:00+00:00", tick=False):
        load(DEMO_DAY)
    published = [
        f"{report.plan.slug} {report.kind} {report.period} v{report.version} {report.number} "
        f"snapshot {report.snapshot_sha256} file {report.pdf_sha256} {report.pages} pages"
        for report in Report.objects.public().order_by("plan__slug", "kind", "period")
    ]
    assert len(published) == 6
    expect("published.txt", "\n".join(published) + "\n")


@pytest.mark.parametrize(
    ("name", "fingerprint", "sha256"),
    [
        (
            "monthly-2025-10",
            "410aa2c44fa1a2f4b5f1f4fa11c15bf2ace9797846f7f244d055304c6d9af8df",
            "24e7fd8bd36cbc6b0bdaf9fdb27a6cc56ee8819d3756994a338a27f348e6d965",
        ),
        (
            "final-2025",
            "423fdb37b201aaa0c933f01530ac9a033dc6a03933e85e3428e5285c21a8d4f0",
            "6e7d48824944f2a98ab2feb56a402ebab2f4b008e98715a03acb103c0b68e86f",
        ),
    ],
)
def test_published_report_opens_and_verifies_for_ever(client, plan, name, fingerprint, sha256):
    content = (HERE / "published" / f"{name}.pdf").read_bytes()
    facts = json.loads((HERE / "published" / f"{name}.json").read_text())
    assert snapshot.sha256(facts) == fingerprint
    assert published.load(facts).schema == 1
    assert hashlib.sha256(content).hexdigest() == sha256
    approve(plan)
    kind, _dash, period = name.partition("-")
    report = make_published(
        plan, content=content, kind=kind, period=period, snapshot=facts, snapshot_sha256=fingerprint, number="2026-001"
    )
    assert report.pdf_sha256 == sha256
    address = reverse("portal:report", args=[plan.entity.slug, plan.slug, kind, period, 1])
    page = client.get(address)
    assert page.status_code == 200
    assert fingerprint[:8] in page.content.decode()
    answer = client.get(reverse("portal:report_pdf", args=[plan.entity.slug, plan.slug, kind, period, 1]))
    assert b"".join(answer.streaming_content) == content
    copy = io.BytesIO(content)
    copy.name = "copia.pdf"
    verdict = client.post(reverse("portal:verify"), {"archivo": copy})
    assert "2026-001" in verdict.content.decode()
    assert verification.of_file(sha256).outcome == verification.AUTHENTIC
    assert verification.of_code(fingerprint[:16]).reports == (report,)
