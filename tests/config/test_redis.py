"""A Redis that is stopped, or frozen: nobody waits long, and nobody is shut out."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.core.cache import cache, caches
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from config.cache import SharedCache
from config.settings import beside

PASSWORD = "una-clave-de-prueba"

# Sends one task for each line that it reads, and says how it went.
SENDER = """
import sys
from config.celery import app
for line in sys.stdin:
    try:
        app.send_task("celery.accumulate")
        print("sent", flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


@pytest.fixture
def redis(tmp_path):
    """A Redis of this test: (its Popen, its address)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    while subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).returncode:
        time.sleep(0.05)
    yield process, f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.fixture
def shared_cache(redis, settings):
    settings.CACHES = {"default": {"BACKEND": "config.cache.SharedCache", "LOCATION": redis[1]}}
    SharedCache.away_until = 0
    yield caches["default"]
    SharedCache.away_until = 0
    caches["default"].own.clear()


def hinder(process: subprocess.Popen, how: str) -> None:
    if how == "stopped":
        process.kill()
        process.wait()
    else:
        process.send_signal(signal.SIGSTOP)


@pytest.fixture
def person(planner):
    planner.set_password(PASSWORD)
    planner.save()
    return planner


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


@pytest.mark.worker
@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_sign_in_goes_on_without_redis(redis, shared_cache, client, person, how):
    hinder(redis[0], how)
    began = time.monotonic()

    answer = sign_in(client, person)

    assert (answer.status_code, answer.url) == (302, reverse("accounts:panel"))
    assert time.monotonic() - began < 5
    assert client.get(reverse("portal:home")).status_code == 200


@pytest.mark.worker
def test_guesses_are_still_counted_without_redis(redis, shared_cache, client, person):
    hinder(redis[0], "stopped")
    for _number in range(5):
        assert "ha indicado no son correct" in sign_in(client, person, "mala").content.decode()

    assert "Demasiados intentos fallidos" in sign_in(client, person, "mala").content.decode()


@pytest.mark.worker
def test_redis_that_is_back_counts_again(redis, shared_cache, monkeypatch):
    cache.set("where", "redis")
    redis[0].send_signal(signal.SIGSTOP)
    assert cache.get("where") is None
    redis[0].send_signal(signal.SIGCONT)
    assert cache.get("where") is None  # it is not asked at once
    SharedCache.away_until = time.monotonic()
    assert cache.get("where") == "redis"


@pytest.mark.worker
@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_send_ends_soon_without_redis(redis, how):
    process, address = redis
    environment = {**os.environ, "CELERY_BROKER_URL": address}
    with subprocess.Popen(
        [sys.executable, "-c", SENDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sender:
        said = []
        for _number in range(3):
            began = time.monotonic()
            sender.stdin.write("\n")
            sender.stdin.flush()
            said.append(sender.stdout.readline().strip())
            if len(said) == 1:
                hinder(process, how)
            assert time.monotonic() - began < 12
        sender.stdin.close()
    assert said == ["sent", "OperationalError", "OperationalError"]


def test_cache_is_never_in_the_database_of_the_queue():
    assert beside("redis://localhost:6379/0") == "redis://localhost:6379/1"
    assert beside("redis://localhost") == "redis://localhost/1"
    assert beside("rediss://:secret@redis:6380/15") == "rediss://:secret@redis:6380/0"
    with pytest.raises(ImproperlyConfigured, match="Falta CACHE_URL"):
        beside("sentinel://one:26379;sentinel://two:26379")
