"""The house: who may import whom. The contracts are in pyproject.toml; each is seen here to refuse what it forbids."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = [
    "display",
    "recalculation",
    "matrices",
    "records",
    "accounts",
    "plans",
    "activities",
    "commitments",
    "sheets",
    "reports",
]
APPS += ["dashboard", "portal", "demo", "config"]
FLOOR = {app: floor for floor, app in enumerate(APPS)} | {"portal": 10, "dashboard": 10}
# Tag libraries of ours, by the app that has them.
TAGS_OF = {"ui": "display", "figures": "display", "exhibits": "display"}


def modules() -> dict[str, Path]:
    """Every production module by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    }


def test_nothing_is_imported_inside_a_function_to_hide_a_circle():
    hidden = {
        f"{module}.{function.name}"
        for module, path in modules().items()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in APPS
    }
    assert hidden == set()


def tags_from_above(owner: str, text: str, tags_of: dict[str, str] = TAGS_OF) -> list[str]:
    """The tag libraries that a template of `owner` (an app's folder) loads from an app above it."""
    names = [name for names in re.findall(r"{% load ([\w ]+)", text) for name in names.split()]
    return [name for name in names if name in tags_of and FLOOR.get(owner, 99) < FLOOR[tags_of[name]]]


def test_templates_load_only_tags_of_apps_below():
    folder = ROOT / "templates"
    pages = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.html")}
    assert [(path, above) for path, text in pages.items() if (above := tags_from_above(path.parts[0], text))] == []


def test_planted_tags_from_above_are_refused():
    boards = TAGS_OF | {"boards": "dashboard"}
    assert tags_from_above("plans", "{% load i18n boards ui %}", boards) == ["boards"]
    assert tags_from_above("portal", "{% load boards %}", boards) == []


def test_every_tag_library_of_ours_is_named_here():
    ours = {path.stem: path.parts[-3] for path in ROOT.glob("*/templatetags/*.py") if path.stem != "__init__"}
    assert ours == TAGS_OF


def test_no_package_holds_more_than_a_third_of_the_code():
    lines = dict.fromkeys(APPS, 0)
    for path in modules().values():
        lines[path.relative_to(ROOT).parts[0]] += len(path.read_text().splitlines())
    shares = {app: count / sum(lines.values()) for app, count in lines.items()}
    assert {app for app, share in shares.items() if share > 0.35} == set()


LAYERS, CIRCLES = "Apps import one way", "No circle inside an app"
SHEETS, AUDIT = "Spreadsheets: bytes, grids, rows, tables", "The audit library stands behind one door"
VIEWS, FORMS = "Views are imported by urls only", "Forms of {} stay in it"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A copy of the apps and of the contracts."""
    folder = tmp_path_factory.mktemp("house")
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return folder


def broken_contracts(folder: Path) -> list[str]:
    """The names of the contracts that do not hold in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return re.findall(r"^(.+) BROKEN", answer.stdout, re.MULTILINE)


def test_contracts_hold(house):
    assert broken_contracts(house) == []


@pytest.mark.parametrize(
    ("importer", "planted", "contract"),
    [
        ("display/text.py", "from records import locks", LAYERS),
        ("records/locks.py", "from accounts.models import User", LAYERS),
        ("accounts/actions.py", "from plans.models import Plan", LAYERS),
        ("plans/actions.py", "from activities.models import Activity", LAYERS),  # only approval and versions may
        ("plans/approval.py", "from activities.actions import renumber", LAYERS),  # and nothing but the models
        ("activities/access.py", "from commitments.models import Commitment", LAYERS),
        ("commitments/actions.py", "from sheets.actions import upload", LAYERS),
        ("sheets/actions.py", "from reports.models import Report", LAYERS),
        ("reports/actions.py", "from dashboard.mine import board_of", LAYERS),
        ("dashboard/mine.py", "from portal.verification import of_code", LAYERS),
        ("portal/verification.py", "from dashboard.mine import board_of", LAYERS),
        ("portal/verification.py", "from demo.load import load", LAYERS),
        ("reports/publication.py", "from reports.work import perform", CIRCLES),
        ("matrices/workbook/grid.py", "from matrices.reading.rows import Matrix", f"{CIRCLES}, {SHEETS}"),
        ("records/uses.py", "from auditlog.models import LogEntry", AUDIT),
        ("recalculation/people.py", "from activities.figures import Figure", LAYERS),
        ("portal/verification.py", "from reports.views import report_list", VIEWS),
        ("activities/views/metrics.py", "from activities.views.activities import activity_list", VIEWS),
        ("dashboard/mine.py", "from accounts.forms import EntityForm", FORMS.format("accounts")),
        ("dashboard/mine.py", "from plans.forms import PlanForm", FORMS.format("plans")),
        ("dashboard/mine.py", "from activities.forms.activity import ActivityForm", FORMS.format("activities")),
        ("dashboard/mine.py", "from commitments.forms import MoveForm", FORMS.format("commitments")),
        ("dashboard/mine.py", "from sheets.forms import FileForm", FORMS.format("sheets")),
        ("portal/verification.py", "from reports.forms import NarrativeForm", FORMS.format("reports")),
        ("demo/load.py", "from portal.forms import CodeForm", FORMS.format("portal")),
    ],
)
def test_planted_import_is_refused(house, importer, planted, contract):
    victim = house / importer
    before = victim.read_text()
    victim.write_text(f"{before}\n{planted}\n")
    try:
        assert ", ".join(broken_contracts(house)) == contract
    finally:
        victim.write_text(before)
