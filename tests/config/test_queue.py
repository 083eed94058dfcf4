"""The queue of files: senders that come at once, a disk that is full, and nothing lost."""

import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError
from kombu.transport.virtual import Channel

from config.celery import app

pytestmark = pytest.mark.skipif(not app.conf.broker_url.startswith("filesystem"), reason="a queue of Redis")

# Waits for its moment, then sends 50 tasks that do nothing, each as the first one of its process.
SENDER = """
import sys, time
from config.celery import app
from config.queue import Transport
time.sleep(max(0, float(sys.argv[1]) - time.time()))
for _ in range(50):
    Transport.global_state.clear()
    print(app.send_task("celery.accumulate").id)
"""


@pytest.fixture
def folders(tmp_path):
    """Transport options of a queue of its own."""
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    queue = str(tmp_path / "queue")
    return {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(tmp_path / "control")}


@contextmanager
def channel_of(folders: dict) -> Iterator[Channel]:
    transport = settings.CELERY_BROKER_TRANSPORT
    with Connection("filesystem://", transport=transport, transport_options=folders) as connection:
        yield connection.default_channel


def declare(folders: dict, names: list[str], at: float = 0) -> None:
    time.sleep(max(0, at - time.time()))
    with channel_of(folders) as channel:
        for name in names:
            Queue(name, Exchange("celery"), routing_key=name)(channel).declare()


def test_queues_that_two_processes_declare_at_once_are_all_bound(folders):
    at, spawn = time.time() + 3, multiprocessing.get_context("spawn")
    names = [[f"queue-{process}-{number}" for number in range(50)] for process in range(2)]
    processes = [spawn.Process(target=declare, args=(folders, mine, at)) for mine in names]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    with channel_of(folders) as channel:
        assert {row.queue for row in channel.get_table("celery")} == {*names[0], *names[1]}


def test_queue_that_is_deleted_is_no_longer_bound(folders):
    with channel_of(folders) as channel:
        for name in ("stays", "goes"):
            Queue(name, Exchange("celery"), routing_key=name)(channel).declare()
        channel.queue_delete("goes")
        assert [row.queue for row in channel.get_table("celery")] == ["stays"]


def test_bindings_that_were_left_empty_are_written_anew(folders):
    Path(folders["control_folder"], "celery.exchange").write_text("")
    with channel_of(folders) as channel:
        channel._queue_bind("celery", "celery", None, "celery")
        assert [row.queue for row in channel.get_table("celery")] == ["celery"]


def test_message_that_the_disk_does_not_take_is_refused_whole(folders, monkeypatch):
    def half(path, text):
        path.write_bytes(text.encode()[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with channel_of(folders) as channel, pytest.raises(ChannelError):
        channel._put("celery", {"body": "x" * 100})
    assert list(Path(folders["data_folder_in"]).iterdir()) == []


@pytest.mark.worker
def test_no_send_of_two_processes_is_lost(worker, process_environment):
    log = Path(settings.VAR_DIR, "worker-0.log")  # of tests/conftest.py
    command = [sys.executable, "-c", SENDER, str(time.time() + 5)]
    senders = [
        subprocess.Popen(command, env=process_environment, stdout=subprocess.PIPE, text=True) for _number in range(2)
    ]
    sent = {line for sender in senders for line in sender.communicate()[0].split()}
    deadline = time.monotonic() + 60
    done = set()
    while done != sent and time.monotonic() < deadline and worker.poll() is None:
        time.sleep(0.2)
        done = set(re.findall(r"accumulate\[([\w-]+)\] succeeded", log.read_text()))

    assert len(sent) == 100
    assert done == sent
    assert worker.poll() is None
