"""Imports point down only, as the contracts in pyproject.toml say."""

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.contract.project import PROJECT


def test_every_import_keeps_to_the_contracts_of_pyproject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = lint_imports(str(PROJECT / "pyproject.toml"), cache_dir=str(tmp_path), no_logo=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
