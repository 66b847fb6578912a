"""What becomes of single lines of the log."""

import logging

LONGEST = 300  # characters


class ShortLine(logging.Filter):
    """Without a traceback: the line says all, and any stranger can cause as many as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = record.getMessage()[:LONGEST]
        record.args = ()
        record.exc_info = None
        return True
