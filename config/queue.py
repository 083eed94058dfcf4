"""The queue of files: kombu's filesystem transport, none of whose files is ever seen half written.

kombu opens a file under its final name, which empties it, and only then locks and writes it. Whoever reads in between
kombu opens a file under its final name, which empties it, and only then locks and writes it. Who reads in between
bindings of an exchange, when two senders declare it at once or the disk is full. Here a file is written aside, then
renamed.
"""

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.transport.virtual import base
from kombu.utils.json import dumps, loads

Bindings = list[filesystem.exchange_queue_t]


def replace(file: Path, content: object) -> None:
    """Writes `content` as JSON, whole or not at all. ChannelError when the disk does not take it."""
    aside = file.with_name(f"{uuid.uuid4()}.part")
    try:
        aside.write_text(dumps(content))
        os.replace(aside, file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {file}") from error


class Channel(filesystem.Channel):
    def get_table(self, exchange: str) -> Bindings:
        try:
            return [filesystem.exchange_queue_t(*row) for row in loads(self._exchange_file(exchange).read_text())]
        except (FileNotFoundError, ValueError):  # one that kombu itself left empty: whoever reads or sends binds again
            return []

    def _queue_bind(self, exchange, routing_key, pattern, queue) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: table if row in table else [row, *table])

    def _delete(self, queue, exchange, routing_key, pattern, *args, **kwargs) -> None:
        base.Channel._delete(self, queue)
        gone = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._rewrite(exchange, lambda table: [row for row in table if row != gone])

    def _put(self, queue, payload, **kwargs) -> None:
        # The name that `_get` looks for; it sorts by time.
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        replace(Path(self.data_folder_out, name), payload)

    def _rewrite(self, exchange: str, change: Callable[[Bindings], Bindings]) -> None:
        with self._alone():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                replace(self._exchange_file(exchange), after)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes bindings; those who read them need not wait."""
        with Path(self.control_folder, "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # released as the file is closed
            yield


class Transport(filesystem.Transport):
    Channel = Channel
