"""Every page in a real browser, on a desk and on a phone: what axe finds, what overflows, what the console says."""

import pytest

from accounts.models import Role
from accounts.permissions import RIGHTS
from tests.reports.reporting import approve, make_published, make_published_facts
from tests.world import ANYBODY, PUBLIC, ROUTES, World

pytestmark = pytest.mark.browser
POST_ONLY = (
    "accounts:person_invite_again",
    "accounts:notice_open",
    "accounts:notices_read",
    "accounts:language",
    "plans:plan_archive",
    "plans:phase_move",
    "plans:line_move",
    "plans:chapter_lists",
    "plans:chapter_move",
    "dashboard:remind",
    "activities:activity_duplicate",
    "activities:justification_delete",
    "activities:change_decide",
    "activities:change_cancel",
    "activities:change_told",
    "activities:return_withdraw",
    "activities:return_decide",
    "activities:proposal_call",
    "activities:proposal_remind",
    "activities:proposal_none",
    "activities:activity_several",
    "activities:activity_undo",
    "activities:grid_duplicate",
    "activities:grid_cell",
    "activities:grid_move",
    "chapters:chapter_switch",
    "chapters:chapter_move",
    "reports:text_save",
    "reports:report_preview",
    "reports:report_cancel",
    "sheets:import_cancel",
    "sheets:import_mend",
)
DOWNLOADS = (
    "portal:report_pdf",
    "portal:report_data",
    "portal:promise_file",
    "portal:promise_proof",
    "reports:report_pdf",
    "portal:identity_css",
    "accounts:service_worker",
    "portal:shield",
    "sheets:export_file",
    "sheets:plan_format",
    "sheets:execution_blank",
    "activities:survey_file",
    "archive:year_file",
    "sheets:source_file",
    "sheets:import_returned",
    "activities:evidence_file",
    "activities:evidence_picture",
    "portal:report_picture",
    "reports:report_picture",
)
FRAGMENTS = ("reports:section_preview", "activities:coverage_live")
# Their form comes after what it is about: roles or evidence that is there, a file that is ready, what a report says.
ASK_LAST = (
    "activities:session_detail",
    "activities:session_evidence",
    "accounts:person_detail",
    "activities:change_detail",
    "activities:change_list",
    "activities:proposal_list",
    "activities:return_detail",
    "archive:year_list",
    "commitments:extension_decide",
    "reports:report_detail",
    "reports:report_publish",
    "reports:report_sign",
    "sheets:plan_export",
)
# Where a page that asks for something has its title and the first of its fields, in pixels from the top.
TASK = """() => {
  const fields = [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)")];
  const first = fields.find((field) => field.type !== "hidden" && field.checkVisibility());
  const top = (element) => element.getBoundingClientRect().top + scrollY;
  return first ? { title: top(document.querySelector("h1")), field: top(first) } : null;
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_page_is_accessible_fits_and_is_quiet(transactional_db, visit, violations, page, width):
    world = World("propia")
    approve(world.plan)
    make_published(world.plan, period="2025")
    world.report.version = 2
    world.report.save()
    make_published_facts(world.plan, period="2026", number="2026-002", content=b"%PDF-1.7 two")
    said = []
    page.on("console", lambda message: said.append((page.url, message.text)) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append((page.url, str(error))))
    wrong = []
    for name, (needs, _row) in ROUTES.items():
        if name in (*DOWNLOADS, *POST_ONLY, *FRAGMENTS):
            continue
        role = None if needs == PUBLIC else Role.PLANNER
        if needs not in (PUBLIC, ANYBODY) and needs not in RIGHTS[Role.PLANNER]:
            role = Role.ADMINISTRATOR
        seen = visit(world.address(name), by=world.users.get(role), width=width, height=740 if width == 360 else 800)
        seen.evaluate("scrollTo(0, document.body.scrollHeight)")  # below its fields, the bar that saves hides none
        wrong += [(name, finding) for finding in violations(seen)]
        if seen.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((name, "wider than the screen"))
        is_there = seen.url.endswith(world.address(name))  # where else it leads is measured under its own name
        at = seen.evaluate(TASK) if width == 360 and is_there else None
        if at and (at["title"] > 200 or (at["field"] > 420 and name not in ASK_LAST)):
            wrong.append((name, at))
    assert wrong == []
    assert said == []
