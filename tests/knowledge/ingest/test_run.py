"""Runs: incremental, idempotent, deletions honoured, killed without harm."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents import DocumentStore
from knowledge.documents_search import DocumentSearch
from knowledge.ingest.run import CannotIngest
from tests.knowledge.ingest.make import RULES, TERMS_HTML, docx_bytes, pair, run

ROOT = Path(__file__).parents[3]


def _fill(folder: Path) -> None:
    (folder / "rules.md").write_text(RULES, encoding="utf-8")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "terms.html").write_text(TERMS_HTML, encoding="utf-8")
    (folder / "fx.docx").write_bytes(docx_bytes())


def test_only_what_changed_is_done_again(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    first = run(folder, store)
    assert (sorted(first.read), first.changed) == (["deeper/terms.html", "fx.docx", "rules.md"], True)
    generation = store.generation()
    again = run(folder, store)
    assert (again.read, len(again.kept), again.gone, again.changed) == ([], 3, [], False)
    assert store.generation() == generation
    (folder / "rules.md").write_text(RULES.replace("八百元", "九百元"), encoding="utf-8")
    (folder / "fx.docx").unlink()
    third = run(folder, store)
    assert (third.read, third.kept, third.gone) == (["rules.md"], ["deeper/terms.html"], ["fx.docx"])
    assert "九百元" in (store.article("rules", "3") or "")
    assert store.article("fx", "1") is None


def test_that_what_becomes_unusable_is_no_longer_in_service(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    run(folder, store)
    (folder / "rules.md").write_bytes(b"")
    assert [one.reason for one in run(folder, store).refused] == ["empty"]
    assert store.article("rules", "1") is None


def test_two_folders_do_not_touch_each_other(tmp_path: Path, folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    run(folder, store)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("第一条 别的。", encoding="utf-8")
    run(other, store)
    assert len(store.documents()) == 4
    (other / "a.txt").unlink()
    with pytest.raises(CannotIngest, match="empty"):
        run(other, store)
    assert len(store.documents()) == 4
    assert run(other, store, empty_ok=True).gone == ["a.txt"]
    assert len(store.documents()) == 3


def test_what_is_not_there_changes_nothing(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    run(folder, store)
    with pytest.raises(CannotIngest, match="not a folder"):
        run(folder / "nowhere", store)
    assert len(store.documents()) == 3


def test_a_folder_that_cannot_be_looked_into_changes_nothing(
    folder: Path, store: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(folder)
    run(folder, store)
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("deeper"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(CannotIngest, match="deeper cannot be read"):
        run(folder, store)
    assert len(store.documents()) == 3


def test_a_file_that_goes_while_a_run_looks_is_gone(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    report = run(folder, store, progress=lambda *_: (folder / "rules.md").unlink(missing_ok=True))
    assert report.refused == []
    assert len(store.documents()) == 2


def test_two_runs_do_not_meet(folder: Path, store: DocumentStore) -> None:
    _fill(folder)

    def meanwhile(_: object) -> None:
        with pytest.raises(CannotIngest, match="another run"):
            run(folder, store)

    assert run(folder, store, prepare=meanwhile).changed


def test_nothing_is_seen_before_all_is_ready(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    seen: list[int] = []
    steps: list[tuple[int, int]] = []
    run(
        folder, store,
        prepare=lambda documents: seen.extend([len(store.documents()), len(documents)]),
        progress=lambda _, done, of: steps.append((done, of)),
    )  # fmt: skip
    assert seen == [0, 3]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_run_that_breaks_off_is_taken_up_again(folder: Path, store: DocumentStore) -> None:
    _fill(folder)

    class Broken(Exception):
        pass

    def break_off(_: object) -> None:
        raise Broken

    with pytest.raises(Broken):
        run(folder, store, prepare=break_off)
    assert store.documents() == []
    report = run(folder, store)
    assert (report.read, len(report.kept)) == ([], 3)  # read before, not again
    assert len(store.documents()) == 3


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from knowledge.documents import DocumentStore
from knowledge.ingest.run import ingest
store = DocumentStore(Path(sys.argv[2]))
def slowly(what, done, of):
    print(done, flush=True)
    time.sleep(0.05)
ingest(Path(sys.argv[1]), store, datetime(2026, 11, 25, tzinfo=UTC), progress=slowly)
"""


@pytest.mark.parametrize("after", [0, 3, 7])
def test_a_killed_run_leaves_what_was(after: int, folder: Path, store: DocumentStore) -> None:
    for at in range(8):
        (folder / f"{at}.md").write_text(f"第一条 旧{at}。", encoding="utf-8")
    run(folder, store)
    before = [(one.path, one.id) for one in store.documents()]
    for at in range(8):
        (folder / f"{at}.md").write_text(f"第一条 新{at}。", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), str(store.path.parent)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == after:
            break
    process.kill()
    process.communicate()
    assert [(one.path, one.id) for one in store.documents()] == before
    assert store.article("5", "1") == "第一条 旧5。"
    assert len(run(folder, store).read) <= 8 - after + 1  # what was read before the end is not read again
    assert store.article("5", "1") == "第一条 新5。"


def test_search_follows_what_is_in_service(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    embedders = pair()
    search = DocumentSearch(store, embedders)
    assert search.find("保管箱怎么收费") == []
    run(folder, store, prepare=search.prepare)
    embedded = embedders[0].embedded
    assert embedded > 0
    hits = search.find("退箱时，未满一年的费用怎么退")
    assert (hits[0].document, hits[0].passage.article, hits[0].anchor) == ("rules.md", "4", "article-4")
    assert hits[0].where == "《云桥银行保管箱规则》第四条"
    assert embedders[0].embedded == embedded  # what was prepared is not embedded again
    assert all(hit.document != "rules.md" for hit in search.find("保管箱按年收费", on=date(2025, 2, 28)))
    assert search.find("保管箱按年收费", on=date(2025, 3, 1))[0].document == "rules.md"
    (folder / "rules.md").unlink()
    run(folder, store, prepare=search.prepare)
    search.tidy_up()
    assert all(hit.document != "rules.md" for hit in search.find("保管箱按年收费", most=50))
    assert search.find("   ") == []


def test_search_is_quick_enough_to_be_asked(folder: Path, store: DocumentStore) -> None:
    _fill(folder)
    run(folder, store)
    search = DocumentSearch(store, pair())
    search.find("保管箱")
    start = time.perf_counter()
    search.find("保管箱")
    assert time.perf_counter() - start < 1
