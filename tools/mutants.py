"""Small faults, one at a time, in the modules that must not be wrong; each has to make a test fail (`make mutants`).

What a fault is: tools/faults.py. Why not mutmut or cosmic-ray, and the last scores: docs/testing.md. Every fault is
in a copy of the tree by a process forked from one that has loaded the libraries, `PROCESSES` at a time. Words after the
command choose modules: `tools/mutants.py jobs balance`. Exit 1 when an area is under FLOOR.
"""

import contextlib
import difflib
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from faults import Fault, faults_of

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = min(8, len(os.sched_getaffinity(0)))
FLOOR = 90  # % killed of each area
# Area → module → the tests that hold it, the quickest to fail first.
STATES = ("tests/records/test_transitions.py", "tests/commitments/test_states.py", "tests/plans/test_approval.py")
EXECUTION = ("tests/activities/test_progress.py", "tests/activities/test_plan_progress.py")
AREAS = {
    "Execution": {
        "activities/progress.py": EXECUTION,
        "activities/counting.py": EXECUTION,
    },
    "Balance of commitments": {
        "commitments/balance.py": ("tests/commitments/test_balance.py",),
        "commitments/standing.py": ("tests/commitments/test_balance.py",),
    },
    "Leases": {
        "records/jobs.py": ("tests/records/test_jobs.py",),
    },
    "States": {
        "records/transitions.py": STATES,
        "plans/states.py": ("tests/plans/test_states.py", "tests/plans/test_approval.py", STATES[0]),
        "commitments/states.py": STATES[:2],
        "reports/states.py": (STATES[0], "tests/reports/test_states.py"),
    },
    "Importing again": {
        "sheets/loading/related.py": (
            "tests/sheets/loading/test_related.py",
            "tests/sheets/loading/test_existing.py",
            "tests/sheets/loading/test_load.py",
        ),
    },
}
# Faults that change nothing, beyond those that faults.py leaves out by rule: module → what the line becomes → why.
EQUIVALENT = {
    "activities/progress.py": {
        "months.append(Month(month_end(date(year, month, (2))), tallies[year, month].figure()))": "any of its days",
        "(due.annotate(capped=capped).filter())": "the loop leaves them out again: only slower",
        """.filter(((~PERCENTAGE | Q(capped__lt=F('planned_units')))) | ~Q(footnote=""))""": "the same",
        """.filter((~PERCENTAGE & (Q())) | ~Q(footnote=""))""": "the same",
        "notes[block][note] = (False)": "only its key is read",
        "entered = Q(in_force_from=None) | (Q())": "a constraint: none is withdrawn before it is in force",
    },
    "sheets/loading/related.py": {
        "elif (people is not None):": "of one group alone, and then it was touched",
    },
    "records/jobs.py": {
        "if (now - self.told_at <= TOLD_EVERY) or percent < self.reached:": "an instant of the clock of intervals",
        "while not over.wait(patience().total_seconds() / (4)):": "as good a part of the lease as a third",
        "pass  # Django opens one per thread": "the connection ends with its thread, a little later",
        'thread = threading.Thread(target=renew, name=f"lease-{self.job.pk}", daemon=(False))': "it is joined anyway",
    },
}
# Loaded before forking. Nothing of the project: its modules are read anew, one of them with a fault.
LIBRARIES = (
    "pytest_django.plugin django.test celery.app.base weasyprint pikepdf openpyxl import_export.formats.base_formats"
)
# xdist, playwright and the like cost half a second each time.
PYTEST = "-q -x --no-migrations -p pytest_django.plugin -p no:cacheprovider -m".split() + ["not browser and not worker"]


class Copy:
    """A copy of the tree in which one fault at a time is tried."""

    def __init__(self, folder: Path):
        self.tree, self.scratch = folder / "tree", folder / "tmp"
        aside = shutil.ignore_patterns(".git", ".venv", "var", "node_modules")
        shutil.copytree(ROOT, self.tree, ignore=aside, symlinks=True)
        for module in (module for modules in AREAS.values() for module in modules):
            for cached in (self.tree / module).parent.glob(f"__pycache__/{Path(module).stem}.*"):
                cached.unlink()  # it is chosen by time and size, which a fault may leave as they are

    def start(self, module: str, source: str, tests: tuple[str, ...], seconds: int) -> int:
        """The pid of a process that runs the tests with this source: it ends with 0 when none of them fails."""
        (self.tree / module).write_text(source)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        if pid := os.fork():
            return pid
        signal.alarm(seconds)  # ends a loop without end
        os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": str(self.scratch)}
        tempfile.tempdir = None
        sys.dont_write_bytecode = True
        sys.path[0] = str(self.tree)
        os.chdir(self.tree)
        silence = os.open(self.scratch / "log", os.O_WRONLY | os.O_CREAT)
        os.dup2(silence, 1), os.dup2(silence, 2)
        code = 1
        with contextlib.suppress(BaseException):
            import pytest

            code = pytest.main([*PYTEST, *tests])
        os._exit(code)


def difference(fault: Fault, before: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), fault.source.splitlines(), n=0, lineterm="")
    return "\n".join(f"    {line}" for line in lines if not line.startswith(("---", "+++", "@@")))


def stand(copy: Copy, module: str, source: str, tests: tuple[str, ...]) -> None:
    """SystemExit when the tests fail without any fault: then no failure would mean anything."""
    _pid, status = os.waitpid(copy.start(module, source, tests, 600), 0)
    if status:
        sys.exit(f"The tests of {module} fail as it stands:\n{(copy.scratch / 'log').read_text()[-3000:]}")


def survivors(copies: list[Copy], module: str, tests: tuple[str, ...]) -> tuple[int, int]:
    """How many faults were tried, and with how many all tests pass; these are printed."""
    source = (ROOT / module).read_text()
    began = time.monotonic()
    stand(copies[0], module, source, tests)
    patience = 20 + 5 * round(time.monotonic() - began)
    faults, equivalent = faults_of(source), EQUIVALENT.get(module, {})
    if gone := equivalent.keys() - {fault.line_after for fault in faults}:
        sys.exit(f"EQUIVALENT names lines that {module} no longer has: {gone}")
    waiting = [fault for fault in faults if fault.line_after not in equivalent]
    tried, alive, running, free = len(waiting), 0, {}, list(copies)
    while waiting or running:
        while waiting and free:
            fault, copy = waiting.pop(0), free.pop()
            running[copy.start(module, fault.source, tests, patience)] = fault, copy
        pid, status = os.wait()
        fault, copy = running.pop(pid)
        free.append(copy)
        if status == 0:
            alive += 1
            print(f"  {module}:{fault.line} {fault.what}\n{difference(fault, source)}", flush=True)
    for copy in copies:
        stand(copy, module, source, tests)
    return tried, alive


def main(words: list[str]) -> None:
    for name in LIBRARIES.split():
        importlib.import_module(name)
    table, weak = ["| area | module | mutants | killed | survived | score |", "|---|---|--:|--:|--:|--:|"], []
    with tempfile.TemporaryDirectory(prefix="convite-mutants-") as folder:
        copies = [Copy(Path(folder, str(number))) for number in range(PROCESSES)]
        for area, modules in AREAS.items():
            total = killed = 0
            for module, tests in modules.items():
                if words and not any(word in module for word in words):
                    continue
                print(f"\n── {module}", flush=True)
                began = time.monotonic()
                tried, alive = survivors(copies, module, tests)
                total, killed = total + tried, killed + tried - alive
                score = f"{tried - alive} | {alive} | {100 * (tried - alive) / tried:.0f} %"
                table.append(f"| {area} | `{module}` | {tried} | {score} |")
                print(f"   {tried} mutants, {alive} survived, {time.monotonic() - began:.0f} s", flush=True)
            if total and 100 * killed < FLOOR * total:
                weak.append(f"{area}: {100 * killed / total:.1f} % killed, under {FLOOR} %")
    print("", *table, sep="\n")
    sys.exit("\n".join(weak) or None)


if __name__ == "__main__":
    main(sys.argv[1:])
