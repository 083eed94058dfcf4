"""A published report with its rows, and a PDF that carries its data as ours do."""

import io
import json
from datetime import date

import pikepdf

from plans.models import Plan
from reports import snapshot
from reports.envelope import canonical
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_session
from tests.reports.reporting import CUT, approve, make_published
from tests.reports.taking import held


def told(plan: Plan) -> Plan:
    """An approved plan of two blocks: units in three months, some short, and a promise overdue at the year's end."""
    approve(plan)
    names = [f"Secretaría de {name}" for name in ("Gobierno", "Salud")]
    government, health = (plan.entity.dependencies.get_or_create(name=name)[0] for name in names)
    first = make_activity(plan, government, number="1.1", name="Mesas con la ciudadanía")
    held(first, date(2026, 3, 10), executed=2, planned_units=3, reason="Hubo lluvias.", attendance_total=40)
    make_session(first, date(2026, 6, 1))
    second = make_activity(plan, health, number="1.2", name="Foro de salud")
    held(second, date(2026, 4, 7))
    make_commitment(plan, text="Publicar el acta", made_on=date(2026, 3, 10), due_on=date(2026, 4, 1))
    return plan


def facts(plan: Plan, **fields) -> dict:
    """The snapshot as it is frozen at publication."""
    report = Report(plan=plan, **{"kind": "final", "period": "2026", "cutoff": CUT, **fields})
    taken = snapshot.take(report, on=date(2027, 1, 15), number="2027-001")
    return json.loads(canonical(taken))


def frozen(plan: Plan, **fields) -> Report:
    stored = facts(plan)
    content = pdf_with(canonical(stored))
    given = {"number": "2027-001", "snapshot": stored, "snapshot_sha256": snapshot.sha256(stored), "content": content}
    return make_published(plan, **{**given, **fields})


def pdf_with(data: bytes, name: str = "datos.json", **options) -> bytes:
    document, target = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.attachments[name] = pikepdf.AttachedFileSpec(document, data)
    document.save(target, **options)
    return target.getvalue()


def row(stored: dict, at: int, name: str = "sessions") -> dict:
    return next(section["facts"][name] for section in stored["sections"] if section["slug"] == "registros")[at]
