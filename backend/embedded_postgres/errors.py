"""What can go wrong."""


class Refused(Exception):
    """It will not work until a person changes something; the text says what."""


class NotStarted(Exception):
    """The server could not be started or stopped this time.

    The text ends with what PostgreSQL said.
    """
