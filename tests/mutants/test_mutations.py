"""The mutations themselves; `make mutants` runs them, this only keeps them fit to run."""

import shutil
from pathlib import Path

import pytest
from mutants.mutations import MUTATIONS, Misfit, Mutation

ROOT = Path(__file__).resolve().parents[2]


def copy_of(mutation: Mutation, folder: Path) -> Path:
    path = folder / mutation.file
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / mutation.file, path)
    return path


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_every_mutation_fits_the_code_as_it_is(mutation: Mutation, tmp_path: Path) -> None:
    changed = copy_of(mutation, tmp_path)
    mutation.apply(tmp_path)
    code = changed.read_text(encoding="utf-8")
    assert code != (ROOT / mutation.file).read_text(encoding="utf-8")
    compile(code, mutation.file, "exec")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_every_test_that_is_to_notice_a_mutation_exists(mutation: Mutation) -> None:
    assert [test for test in mutation.tests if not (ROOT / test.partition("::")[0]).exists()] == []


def test_a_mutation_that_no_longer_fits_is_told(tmp_path: Path) -> None:
    mutation = MUTATIONS[0]
    copy_of(mutation, tmp_path).write_text("rewritten\n", encoding="utf-8")
    with pytest.raises(Misfit, match="0 times"):
        mutation.apply(tmp_path)
