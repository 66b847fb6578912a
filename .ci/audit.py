"""Names the packages with known weaknesses: `make audit`.

pip-audit finds nothing where the advisory service knows no package at all, as behind some mirrors.
So a package that is known to be weak is asked about first.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

KNOWN_TO_BE_WEAK = "django==2.0\n"


def answers_about(requirements: Path) -> list[dict[str, Any]]:
    """One for each package; none where the service does not answer."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "--requirement", str(requirements)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if not asked.stdout.startswith("{"):
        return []
    answers: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    return answers


def service_answers() -> bool:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(KNOWN_TO_BE_WEAK)
        requirements.flush()
        answers = answers_about(Path(requirements.name))
    return any(answer.get("vulns") for answer in answers)


def main() -> int:
    if not service_answers():
        sys.stdout.write("Not audited: the advisory service does not answer here.\n")
        return 0
    weak = False
    for name in sys.argv[1:]:
        answers = answers_about(Path(name))
        if not answers:
            sys.stdout.write(f"{name}: not audited\n")
            return 1
        for answer in answers:
            ids = [found["id"] for found in answer.get("vulns", [])]
            if ids:
                weak = True
                sys.stdout.write(f"{answer['name']} {answer['version']}: {', '.join(ids)}\n")
            elif "skip_reason" in answer:
                sys.stdout.write(f"{answer['name']}: not audited, {answer['skip_reason']}\n")
        sys.stdout.write(f"{name}: {len(answers)} packages asked about\n")
    return int(weak)


if __name__ == "__main__":
    sys.exit(main())
