"""`manage.py serve`: what the operator of `make run` sees, and that nothing stays behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.worker
FAMILY = 7  # the site and its two workers; the task worker, its two processes and the one that keeps the schedule


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def site(process_environment, port, tmp_path):
    """The whole site as `make run` starts it, once its first page answers: (its Popen, what it prints)."""
    output = tmp_path / "output"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            env=process_environment,
            stdout=stream,
            stderr=stream,
        )
    try:
        wait_for(lambda: f"http://localhost:{port}/" in output.read_text(), output)
        wait_for(lambda: len(descendants(process.pid)) == FAMILY, output)
        yield process, output
    finally:
        process.kill()
        process.wait()


def wait_for(condition, output: Path, seconds: int = 60) -> None:
    """Until `condition()` holds; fails with what the site printed."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """Every process below `pid`."""
    with contextlib.suppress(FileNotFoundError):
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return children + [below for child in children for below in descendants(child)]
    return []


def alive(pids: list[int]) -> list[int]:
    """Those that still run (a zombie that nobody has waited for does not)."""
    found = []
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append(pid)
    return found


def test_serve_answers_and_sigterm_leaves_no_process(site, port):
    process, output = site
    with urllib.request.urlopen(f"http://localhost:{port}/") as page:
        assert page.status == 200
    family = descendants(process.pid)

    process.send_signal(signal.SIGTERM)

    assert process.wait(15) == 0
    assert alive(family) == []
    assert "Deteniendo" in output.read_text()


def test_serve_killed_outright_leaves_no_process(site):
    process, output = site
    family = descendants(process.pid)

    process.kill()

    wait_for(lambda: not alive(family), output, seconds=30)


def test_serve_starts_a_dead_worker_again(site):
    process, output = site
    worker = next(pid for pid in descendants(process.pid) if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes())
    pool = descendants(worker)

    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: "El procesador de tareas se cayó; arranca de nuevo en 1 s." in output.read_text(), output)
    wait_for(lambda: len([pid for pid in descendants(process.pid) if pid not in pool]) == FAMILY, output)
    assert alive(pool) == []


def test_serve_on_a_taken_port_says_so(port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CommandError, match=f"El puerto {port} ya está en uso. Elija otro con PORT"):
            call_command("serve", host="127.0.0.1", port=port)
