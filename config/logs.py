"""What the log says of a request that was refused."""

import logging


class Refusals(logging.Filter):
    """A 403 or a 404 is an answer, no fault: one line, without the traceback, so that faults can be seen."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) in (403, 404):
            record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
        return True
