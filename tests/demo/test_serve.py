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

from config.celery import app
from demo.management.commands import serve

pytestmark = pytest.mark.worker
MARK = "SITE_OF_A_TEST"  # every process below a site inherits it, even one that lost its parent


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def site(process_environment, port, tmp_path):
    """The whole site as `make run` starts it, once it serves pages and takes tasks: (its Popen, what it prints)."""
    output = tmp_path / "output"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            env={**process_environment, MARK: str(port)},
            stdout=stream,
            stderr=stream,
        )
    try:
        wait_for(lambda: f"http://localhost:{port}/" in output.read_text(), output)
        wait_for(takes_tasks, output)
        yield process, output
    finally:
        process.kill()
        process.wait()
        wait_for(lambda: not family(port), output)  # else its task worker takes what the next test sends


def wait_for(condition, output: Path, seconds: int = 60) -> None:
    """Until `condition()` holds; fails with what the site printed."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.05)


def takes_tasks() -> bool:
    """Whether a task worker answers on this test's queue."""
    return bool(app.control.ping(timeout=1))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def child(process: subprocess.Popen, command: bytes) -> int | None:
    """The process that the supervisor started with the Celery command `command`."""
    for pid in children(process.pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if command in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
    return None


def status(port: int) -> int:
    with urllib.request.urlopen(f"http://localhost:{port}/") as page:
        return page.status


def family(port: int) -> list[int]:
    """Every process of the site on `port` that lives (of a zombie that nobody has waited for nothing can be read)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if f"{MARK}={port}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


def test_serve_answers_and_sigterm_leaves_no_process(site, port):
    process, output = site
    assert status(port) == 200
    assert len(family(port)) > 1

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0  # 8 s of grace, and a busy machine
    assert family(port) == []
    assert "Deteniendo" in output.read_text()


@pytest.mark.once
def test_serve_killed_outright_leaves_no_process(site, port):
    process, output = site
    assert len(family(port)) > 1

    process.kill()

    wait_for(lambda: not family(port), output, seconds=30)


@pytest.mark.once
def test_serve_starts_a_dead_worker_again(site, port):
    process, output = site
    worker = child(process, b"worker")
    pool = children(worker)
    assert pool

    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: "El procesador de tareas se cayó; arranca de nuevo en 1 s." in output.read_text(), output)
    wait_for(takes_tasks, output)
    assert not {worker, *pool} & set(family(port))


@pytest.mark.once
def test_serve_starts_a_dead_beat_again(site, port):
    process, output = site
    beat = child(process, b"beat")

    os.kill(beat, signal.SIGKILL)

    wait_for(lambda: "El reloj de tareas se cayó; arranca de nuevo en 1 s." in output.read_text(), output)
    wait_for(lambda: child(process, b"beat"), output)
    assert beat not in family(port)


@pytest.mark.once  # the pauses, half a minute, are the same on every queue
def test_worker_that_keeps_dying_never_stops_the_site(site, port):
    process, output = site

    for pause in (1, 2, 4, 8, 16, 32):
        wait_for(lambda: child(process, b"worker"), output)
        os.kill(child(process, b"worker"), signal.SIGKILL)
        said = f"El procesador de tareas se cayó; arranca de nuevo en {pause} s."
        wait_for(lambda said=said: said in output.read_text(), output)

    assert status(port) == 200
    assert process.poll() is None


@pytest.mark.once
@pytest.mark.parametrize(("essential", "ends"), [(True, True), (False, False)])
def test_only_the_site_that_cannot_start_ends_the_command(monkeypatch, essential, ends):
    monkeypatch.setattr(serve, "LONGEST_PAUSE", 0)  # else this test takes two minutes
    said = []
    supervised = serve.Supervised("El sitio", "-c", "raise SystemExit(3)", essential=essential)
    supervised.failures = serve.RESTARTS - 1  # it died four times already

    with pytest.raises(CommandError, match="salida 3") if ends else contextlib.nullcontext():
        while supervised.failures < serve.RESTARTS + 3:
            supervised.watch(said.append)

    supervised.process.wait()
    assert len(said) == (1 if ends else 4)


@pytest.mark.once
def test_serve_on_a_taken_port_says_so(port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CommandError, match=f"El puerto {port} ya está en uso. Elija otro con PORT"):
            call_command("serve", host="127.0.0.1", port=port)
