"""Today's text of everything that is written in SQL; migrations keep frozen copies."""

from pathlib import Path

FOLDER = Path(__file__).parent


def without_comments(text: str) -> str:
    """The comments are for readers: they do not travel to PostgreSQL with each call."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return "\n".join(lines)


FUNCTIONS = {file.stem: file.read_text() for file in sorted(FOLDER.glob("functions/*.sql"))}
QUERIES = {
    file.stem: without_comments(file.read_text()) for file in sorted(FOLDER.glob("queries/*.sql"))
}
