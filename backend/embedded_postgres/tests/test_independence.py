"""The package can be copied into another project as it is."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
MODULES = sorted(PACKAGE.glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_it_imports_nothing_of_the_project_around_it(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1
            names = [] if node.level else [str(node.module)]
        else:
            continue
        for name in names:
            assert name.split(".")[0] not in {"backend", "referral_api", "schemas"}
