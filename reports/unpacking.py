"""The data inside a PDF that anybody may have made, taken out by a process of its own with little memory and time.

Run as a program it reads a PDF and writes its `datos.json`; a file that breaks it, or that grows without end, breaks
it alone.
"""

from __future__ import annotations

import subprocess
import sys
import zlib
from enum import IntEnum
from io import BytesIO
from pathlib import Path

NAME = "datos.json"
MOST_BYTES = 32 * 1024 * 1024  # of the data
MEMORY = 768 * 1024 * 1024
SECONDS = 10


class Reason(IntEnum):
    """Why there are no data: how the program ends."""

    DAMAGED = 10  # or no PDF
    ENCRYPTED = 11
    NO_DATA = 12
    TOO_LARGE = 13
    TOO_SLOW = 14


class NoData(Exception):
    def __init__(self, reason: Reason):
        super().__init__(reason.name)
        self.reason = reason


def data_in(content: bytes) -> bytes:
    """The attached data of a PDF. Raises NoData."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).resolve())],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise NoData(Reason.TOO_SLOW) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode in list(Reason):
        raise NoData(Reason(done.returncode))
    raise NoData(Reason.DAMAGED)  # it broke the program


def main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pikepdf

    try:
        with pikepdf.open(BytesIO(sys.stdin.buffer.read())) as document:
            if NAME not in document.attachments:
                return Reason.NO_DATA
            data = _content(document.attachments[NAME].get_file())
    except pikepdf.PasswordError:
        return Reason.ENCRYPTED
    except MemoryError:
        return Reason.TOO_LARGE
    except Exception:  # a library in C++ on a file of anybody
        return Reason.DAMAGED
    if len(data) > MOST_BYTES:
        return Reason.TOO_LARGE
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


def _content(file) -> bytes:
    """Deflated data, which is what we write, no further than they may be; what is written otherwise, as memory lets."""
    if str(file.obj.get("/Filter")) != "/FlateDecode" or "/DecodeParms" in file.obj:
        return file.read_bytes()
    return zlib.decompressobj().decompress(file.obj.read_raw_bytes(), MOST_BYTES + 1)


if __name__ == "__main__":
    sys.exit(main())
