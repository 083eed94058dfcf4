"""What the environment changes, as another process reads it."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from config.celery import remove_what_killed_renderings_left


def ask(expression: str, **environment: str) -> str:
    """What a new process with this environment says of its settings."""
    known = {name: value for name, value in os.environ.items() if name not in ("SITE_URL", "PORT")}
    command = [sys.executable, "-c", f"from django.conf import settings; print({expression})"]
    return subprocess.check_output(command, env={**known, **environment}, text=True).strip()


def test_links_carry_the_port_where_the_site_listens():
    assert ask("settings.SITE_URL", PORT="8104") == "http://localhost:8104"
    assert ask("settings.SITE_URL") == "http://localhost:8000"
    assert ask("settings.SITE_URL", PORT="8104", SITE_URL="https://p.example.org/") == "https://p.example.org"


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o750), (0o750, 0o750), (0o1777, 0o1777)])
def test_folder_that_stood_there_is_closed_to_other_accounts_but_never_a_shared_one(tmp_path, before, after):
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(before)
    ask("settings.VAR_DIR", VAR_DIR=str(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == after


def test_deployment_check_tells_that_links_to_set_a_password_go_to_the_log(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(SystemCheckError, match="Sin EMAIL_URL"):
        call_command("check", deploy=True, fail_level="WARNING")


def test_deployment_check_tells_that_others_read_the_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    tmp_path.chmod(0o755)
    with pytest.raises(SystemCheckError, match="chmod o-rwx"):
        call_command("check", deploy=True, fail_level="WARNING")


def test_worker_that_starts_removes_what_killed_renderings_left(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, living = Path(tempfile.mkdtemp("", "weasyprint-")), Path(tempfile.mkdtemp("", "weasyprint-"))
    old = time.time() - 2 * 3600
    os.utime(left, (old, old))

    remove_what_killed_renderings_left()

    assert not left.exists() and living.exists()
    shutil.rmtree(living)
