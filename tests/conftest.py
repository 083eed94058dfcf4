"""What every test stands on: a state folder of its own, tasks that run at once, a browser, a real worker when asked."""

import os
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest

# The environment is all that differs between installations (config/settings.py); the tests are one more installation.
# It is said before Django reads its settings; the gate names another database and queue for its second run.
STATE = tempfile.TemporaryDirectory(prefix="convite-tests-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{STATE.name}/convite.sqlite3")
os.environ.setdefault("CELERY_BROKER_URL", "filesystem://localhost")
# Of `pytest -n`, each process is an installation too ("gw0", "gw1"…): it has its own folder, pytest-django gives it its
# own database, and a Redis lends each two of its numbered databases, for its queue and beside it for its cache.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
if PROCESS and os.environ["CELERY_BROKER_URL"].startswith("redis"):
    shared = urlsplit(os.environ["CELERY_BROKER_URL"])
    os.environ["CELERY_BROKER_URL"] = shared._replace(path=f"/{2 * int(PROCESS.removeprefix('gw'))}").geturl()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "VAR_DIR": STATE.name,
    "MEDIA_ROOT": f"{STATE.name}/media",
    "SECRET_KEY": "only-for-tests",
    "DEBUG": "False",
    "SITE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "STATIC_MANIFEST": "False",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's loop and the database share a thread
}
django.setup()

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation

from accounts.models import Role
from config.celery import app
from demo.management.commands.serve import kill_group, start
from tests.factories import make_dependency, make_entity, make_plan, make_user

assert Path(STATE.name) == settings.VAR_DIR, "Django read its settings before this file: unset DJANGO_SETTINGS_MODULE"

# --- Several processes (pytest -n) ------------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """In the first process, before it starts the others: they too come here before Django reads its settings."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items):
    """Marks `once` what asks for no database. The longest first and side by side: one process drives Chromium."""
    for item in items:
        marked = item.get_closest_marker("django_db") or item.get_closest_marker("worker")
        if not (marked or {"db", "transactional_db"} & set(item.fixturenames)):
            item.add_marker("once")
    if PROCESS:
        items.sort(key=lambda item: [not item.get_closest_marker(name) for name in ("browser", "worker")])


# --- Every test -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def installation():
    """Tasks run where they are sent, and passwords are hashed quickly."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits and cached pages of one test do not reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_language():
    """Nor does the language of the last page that one asked for."""
    yield
    translation.deactivate()


# --- Real processes (mark these tests `worker`) -----------------------------------------------------------------------


@pytest.fixture
def process_environment(transactional_db):
    """The environment in which another process sees this test's database, files and queue."""
    if connection.vendor == "sqlite":
        address = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {**os.environ, "DATABASE_URL": address, "WORKER_NICE": "0"}  # the tests wait for it


@pytest.fixture
def start_worker(process_environment):
    """A function that starts one more Celery worker and returns its Popen once it takes tasks.

    Tasks sent while this fixture is in use go through the real broker. End a worker as a crash would with
    `kill_group(process)` of the `serve` command; those that still run end with the test.
    """
    processes = []
    app.conf.task_always_eager = False
    app.control.purge()

    def start_one(*options: str):
        log = Path(STATE.name, f"worker-{len(processes)}.log")
        with log.open("w") as output:
            process = start(
                *("-m", "celery", "--app=config", "worker", "--concurrency=1", "--loglevel=INFO", *options),
                env=process_environment,
                stdout=output,
                stderr=output,
            )
        processes.append(process)
        deadline = time.monotonic() + 60
        while " ready." not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The worker does not start:\n{log.read_text()}")
            time.sleep(0.05)
        return process

    yield start_one
    for process in processes:
        kill_group(process)
    app.conf.task_always_eager = True


@pytest.fixture
def worker(start_worker):
    """A real Celery worker on this test's database and queue, as a Popen."""
    return start_worker()


# --- The browser (mark these tests `browser`) -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, quiet and without its sandbox (the tests may run as root)."""
    quiet = ["gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage"]
    return {
        **browser_type_launch_args,
        "executable_path": "/usr/bin/chromium",
        "chromium_sandbox": False,
        "args": ["--no-first-run", *(f"--disable-{what}" for what in quiet)],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A reader in Colombia who asked for less motion."""
    return {
        **browser_context_args,
        "locale": "es-CO",
        "timezone_id": "America/Bogota",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def visit(page, live_server):
    """A function that opens an address of the site in Chromium, signed in as `by` if given: visit("/", by=planner)."""

    def open_page(address: str, by=None, width: int = 1280, height: int = 800):
        page.set_viewport_size({"width": width, "height": height})
        page.context.clear_cookies()
        if by is not None:
            client = Client()
            client.force_login(by)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    return open_page


@pytest.fixture(scope="session")
def violations():
    """A function that lists what axe finds against WCAG 2.2 AA on a page, one line per finding; empty when nothing."""
    axe = Axe()
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        "resultTypes": ["violations"],  # of what passes axe then describes no element, which is most of its work
        "preload": False,  # its copies of style sheets, which the content policy refuses in the shadow roots of sheets
    }

    def found(page) -> list[str]:
        report = axe.run(page, options=options).response
        return [
            f"{violation['id']} · {node['target'][0]} · {node['failureSummary']}"
            for violation in report["violations"]
            for node in violation["nodes"]
        ]

    return found


# --- Who --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def entity(db):
    return make_entity(name="Alcaldía de San Jacinto")


@pytest.fixture
def dependency(entity):
    return make_dependency(entity, "Secretaría de Gobierno")


@pytest.fixture
def administrator(entity):
    return make_user(entity, Role.ADMINISTRATOR)


@pytest.fixture
def planner(entity):
    return make_user(entity, Role.PLANNER)


@pytest.fixture
def head(entity, dependency):
    """Of the Secretaría de Gobierno (`dependency`)."""
    return make_user(entity, Role.HEAD, dependency)


@pytest.fixture
def control(entity):
    return make_user(entity, Role.CONTROL)


@pytest.fixture
def outsider(db):
    """A planner of another entity."""
    return make_user(make_entity("otra-entidad"), Role.PLANNER)


@pytest.fixture
def plan(entity):
    """A draft plan of 2026."""
    return make_plan(entity)
