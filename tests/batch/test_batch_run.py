"""A batch over folders: what is done, what is not done again, and what the report says of it."""

import asyncio
import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from wuhen import fill
from wuhen.action import NOTHING_FOUND, Find, Job, Labelling, News, Outcome
from wuhen.batch import JobTemplate
from wuhen.batch.eraser import Eraser, Setup
from wuhen.batch.errors import StoreFailed
from wuhen.batch.folders import Folder
from wuhen.batch.journal import Journal
from wuhen.batch.places import open_folder
from wuhen.batch.report import writing
from wuhen.batch.rows import Row
from wuhen.batch.run import Batch
from wuhen.batch.todo import Folders, Masks, Todo
from wuhen.finders.overlay import Overlays
from wuhen.mark import Issuer, Wording
from wuhen.photo import Rectangle
from wuhen.workers import LocalWorkers

TEMPLATE = JobTemplate(
    options=fill.Options(),
    models=None,
    keep_out=None,
    invert=False,
    fit_mask=False,
    marked=True,
    wording=Wording(),
    labelling=Labelling(),
    quality=None,
    output_format=None,
)


class Copying:
    """Stands in for workers: a result is its photo and its mask, one after the other."""

    def __init__(self, *, ends_after: int = 1000) -> None:
        self.done: list[str] = []
        self._ends_after = ends_after

    def __call__(self, setup: Setup, todos: Sequence[Todo], *, tell: Callable[[Row], None]) -> None:
        folders, masks = setup.folders, setup.folders.masks
        for todo in todos:
            if len(self.done) == self._ends_after:
                raise KeyboardInterrupt
            photo = open_folder(folders.photos).read(todo.photo)
            mask = open_folder(masks.folder).read(todo.mask) if masks.folder else masks.single or b""
            results = open_folder(folders.results)
            results.write(todo.output, photo + mask)
            found = results.find(todo.output)
            assert found is not None
            self.done.append(todo.photo)
            row = folders.row(todo, setup.template.fingerprint)
            tell(row.finish(status="done", output_version=found.version))


class Here:
    """Folders of this machine, and batches over them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("photos", "masks", "out"):
            (root / name).mkdir()
        for name in ("a.jpg", "deep/b.jpg", "c.heic"):
            self.put(f"photos/{name}", name)
            self.put(f"masks/{Path(name).with_suffix('.png')}", "mask")

    def put(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def setup(self, template: JobTemplate = TEMPLATE, masks: Masks | None = None) -> Setup:
        near = {name: Folder.near(self.root / name) for name in ("photos", "masks", "out")}
        return Setup(Folders(near["photos"], masks or Masks(near["masks"]), near["out"]), template)

    def run(
        self, setup: Setup | None = None, *, overwrite: bool = False, ends_after: int = 1000
    ) -> list[str]:
        """Run a batch and return the photos that it did."""
        means = Copying(ends_after=ends_after)
        try:
            Batch(setup or self.setup(), overwrite=overwrite).run(means, report="csv", tell=lambda _: None)
        except KeyboardInterrupt:
            assert len(means.done) == ends_after
        return means.done

    def report(self) -> dict[str, dict[str, str]]:
        with (self.root / "out/report.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = {str(Path(row["input"]).relative_to(self.root / "photos")): row for row in rows}
        assert len(found) == len(rows)
        return found

    def results(self) -> dict[str, str]:
        out = self.root / "out"
        files = (file for file in out.rglob("*") if file.is_file() and not file.match(".wuhen/*"))
        return {str(file.relative_to(out)): file.read_text() for file in files if file.name != "report.csv"}


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def test_every_file_has_a_row_and_every_photo_one_result(here: Here) -> None:
    here.put("photos/alone.png", "alone")
    here.put("photos/notes.txt", "notes")
    here.put("photos/.hidden.jpg", "hidden")
    assert here.run() == ["a.jpg", "c.heic", "deep/b.jpg"]
    assert here.results() == {"a.jpg": "a.jpgmask", "c.jpg": "c.heicmask", "deep/b.jpg": "deep/b.jpgmask"}
    report = here.report()
    assert {name: row["status"] for name, row in report.items()} == {
        "a.jpg": "done", "alone.png": "failed", "c.heic": "done", "deep/b.jpg": "done", "notes.txt": "skipped"
    }  # fmt: skip
    assert report["alone.png"]["message"] == "no mask of that name"


@pytest.mark.parametrize("ends_after", [0, 1, 2, 3])
def test_a_batch_that_was_stopped_goes_on_where_it_was(here: Here, ends_after: int) -> None:
    first = here.run(ends_after=ends_after)
    assert {name for name, row in here.report().items() if row["status"] == "done"} == set(first)
    assert sorted(first + here.run()) == ["a.jpg", "c.heic", "deep/b.jpg"]
    assert {row["status"] for row in here.report().values()} == {"done"}
    assert here.run() == []
    assert len(here.report()) == 3


def change_photo(here: Here) -> None:
    here.put("photos/a.jpg", "another")


def change_mask(here: Here) -> None:
    here.put("masks/a.png", "another")


def delete_result(here: Here) -> None:
    (here.root / "out/a.jpg").unlink()


def replace_result(here: Here) -> None:
    here.put("out/a.jpg", "somebody else's")


@pytest.mark.parametrize("change", [change_photo, change_mask, delete_result, replace_result])
def test_what_has_changed_is_done_again_and_nothing_else(here: Here, change: Callable[[Here], None]) -> None:
    here.run()
    change(here)
    assert here.run() == ["a.jpg"]
    assert here.run() == []
    assert (
        here.results()["a.jpg"]
        == (here.root / "photos/a.jpg").read_text() + (here.root / "masks/a.png").read_text()
    )


@pytest.mark.parametrize(
    "other",
    [
        {"options": fill.Options(seed=7)},
        {"marked": False},
        {"labelling": Labelling(issuer=Issuer(producer="ours"))},
        {"keep_out": b"mask"},
        {"quality": 80},
        {"shapes": (Rectangle.parse("0,0,5,5"),)},
        {"find": Find(("text",))},
        {"find": Find(("text",), sensitivity=0.9)},
        {"learns": True},
    ],
)
def test_another_way_of_erasing_makes_other_results(here: Here, other: dict[str, object]) -> None:
    here.run()
    assert here.run(here.setup(replace(TEMPLATE, models=Path("elsewhere")))) == []
    assert len(here.run(here.setup(replace(TEMPLATE, **other)))) == 3  # type: ignore[arg-type]


def test_what_was_learned_of_a_folder_does_not_have_all_done_again(here: Here) -> None:
    learning = replace(TEMPLATE, find=Find(("text",)), learns=True)
    assert len(here.run(here.setup(learning))) == 3
    learned = replace(learning, find=Find(("text",), overlays=Overlays((), 9)))
    assert here.run(here.setup(learned)) == []


class FindingNothing(LocalWorkers):
    """Stands in for workers: in no photo is anything found."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def run(
        self,
        job: Job,
        *,
        seconds: float | None = None,  # noqa: ARG002
        tell: Callable[[News], None] | None = None,  # noqa: ARG002
    ) -> Outcome:
        assert job.mask is None
        assert isinstance(job.photo, bytes)
        self.asked.append(job.photo)
        raise NOTHING_FOUND(what="text")


def test_photos_in_which_nothing_is_found_are_copied_once(here: Here) -> None:
    workers = FindingNothing()
    template = replace(TEMPLATE, find=Find(("text",)), output_format="JPEG")
    here.put("photos/d.bmp", "bitmap")

    def means(setup: Setup, todos: Sequence[Todo], *, tell: Callable[[Row], None]) -> None:
        eraser = Eraser(setup, workers)
        for todo in todos:
            tell(asyncio.run(eraser.erase(todo)))

    for _ in range(2):
        batch = Batch(here.setup(template, Masks()), overwrite=False)
        batch.run(means, report="csv", tell=lambda _: None)
    assert workers.asked == [b"a.jpg", b"c.heic", b"bitmap", b"deep/b.jpg"]
    photos = {name: name for name in ("a.jpg", "c.heic", "deep/b.jpg")} | {"d.bmp": "bitmap"}
    assert here.results() == photos
    rows = here.report()
    assert {(row["status"], row["found"], row["mask"]) for row in rows.values()} == {
        ("unchanged", "text 0", "")
    }
    (here.root / "out/c.heic").unlink()
    assert [todo.photo for todo in Batch(here.setup(template, Masks()), overwrite=False).waiting] == [
        "c.heic"
    ]


def test_all_is_done_again_where_that_is_asked_for(here: Here) -> None:
    here.run()
    assert len(here.run(overwrite=True)) == 3


def test_one_mask_is_for_all_photos_but_itself(here: Here) -> None:
    here.put("photos/mask.png", "one")
    one = Masks(single=b"one", name=str(here.root / "photos/mask.png"), version="1")
    assert here.run(here.setup(masks=one)) == ["a.jpg", "c.heic", "deep/b.jpg"]
    assert here.results()["a.jpg"] == "a.jpgone"
    assert here.report()["mask.png"]["message"] == "a mask"
    assert here.run(here.setup(masks=Masks(single=b"two", name="two", version="2"))) != []


def test_folders_of_masks_and_results_may_lie_among_the_photos(here: Here) -> None:
    for name in ("a.png", "c.png", "deep/b.png"):
        here.put(f"photos/masks/{name}", "mask")
    photos = here.root / "photos"
    folders = Folders(Folder.near(photos), Masks(Folder.near(photos / "masks")), Folder.near(photos / "out"))
    for _ in range(2):
        assert here.run(Setup(folders, TEMPLATE), overwrite=True) == ["a.jpg", "c.heic", "deep/b.jpg"]


def test_rows_of_another_folder_of_photos_stay_and_those_of_deleted_photos_go(here: Here) -> None:
    here.run()
    (here.root / "photos/c.heic").unlink()
    here.put("more/d.jpg", "d")
    here.put("masks/d.png", "mask")
    setup = here.setup()
    more = Setup(
        Folders(Folder.near(here.root / "more"), setup.folders.masks, setup.folders.results), TEMPLATE
    )
    assert here.run(more) == ["d.jpg"]
    here.run()
    with (here.root / "out/report.csv").open(encoding="utf-8", newline="") as file:
        inputs = sorted(str(Path(row["input"]).relative_to(here.root)) for row in csv.DictReader(file))
    assert inputs == ["more/d.jpg", "photos/a.jpg", "photos/deep/b.jpg"]


def test_two_batches_at_a_time_lose_none_of_each_others_rows(tmp_path: Path) -> None:
    results = open_folder(Folder.near(tmp_path))
    rows = [Row(name, "done") for name in "abcd"]
    one, two = Journal(results), Journal(results)

    def close(journal: Journal, kind: str) -> None:
        with writing(tmp_path / kind, "csv") as report:
            journal.close(report, lambda _: True)

    one.add(rows[0])
    two.add(rows[1])
    close(one, "one")
    two.add(rows[2])
    close(two, "two")
    three = Journal(results)
    three.add(rows[3])
    close(three, "three")
    close(Journal(results), "four")
    with (tmp_path / "four").open(encoding="utf-8", newline="") as file:
        assert sorted(row["input"] for row in csv.DictReader(file)) == ["a", "b", "c", "d"]
    assert len(list((tmp_path / ".wuhen").iterdir())) == 1


def test_a_journal_that_was_damaged_loses_that_line_alone(tmp_path: Path) -> None:
    (tmp_path / ".wuhen").mkdir()
    good = Row("a", "done").as_line()
    damaged = '{"input": "b", "sta\n[1]\n{"other": 1}\n\n'
    (tmp_path / ".wuhen/20260101T000000-aaaaaa-000001.jsonl").write_text(damaged + good)
    assert list(Journal(open_folder(Folder.near(tmp_path))).earlier()) == [Row("a", "done")]


def test_rows_are_kept_while_the_store_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = open_folder(Folder.near(tmp_path))
    journal = Journal(results)
    monkeypatch.setattr("wuhen.batch.journal.KEPT_SECONDS", -1.0)

    def fail(*_: object) -> None:
        raise StoreFailed("away")

    with monkeypatch.context() as away:
        away.setattr(results, "write", fail)
        journal.add(Row("a", "done"))
    journal.add(Row("b", "done"))
    assert [row.input for row in Journal(results).earlier()] == ["a", "b"]


def test_names_that_a_spreadsheet_would_compute_are_text(tmp_path: Path) -> None:
    with writing(tmp_path / "report.csv", "csv") as report:
        report.write(Row("=1+1", "done", seconds=-1.5))
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["input"], row["seconds"]) == ("'=1+1", "-1.5")


def test_both_kinds_of_report_say_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        Row("s3://b/ä.jpg", "done", width=10, seconds=0.25, sha256="00"),
        Row("s3://b/x.jpg", "failed", code="FailedOperation.ImageDecodeFailed", message="broken, alas"),
    ]
    for kind in ("csv", "parquet"):
        with writing(tmp_path / kind, kind) as report:
            for row in rows:
                report.write(row)
    table = parquet.read_table(tmp_path / "parquet")
    assert table.to_pylist() == [{**dict.fromkeys(table.column_names), **row.as_json()} for row in rows]
    with (tmp_path / "csv").open(encoding="utf-8", newline="") as file:
        texts = list(csv.DictReader(file))
    for text, row in zip(texts, rows, strict=True):
        assert list(text) == table.column_names
        assert {name: value for name, value in text.items() if value} == {
            name: str(value) for name, value in row.as_json().items()
        }


async def test_a_photo_that_changed_since_it_was_listed_is_not_erased_from(here: Here) -> None:
    setup = here.setup()
    (todo,) = (todo for todo in Batch(setup, overwrite=False).waiting if todo.photo == "a.jpg")
    # No worker is started: what is read is looked at first.
    eraser = Eraser(setup, LocalWorkers(count=1, memory=512))
    change_photo(here)
    row = await eraser.erase(todo)
    assert (row.status, row.output_version) == ("failed", None)
    assert "changed since it was listed" in (row.message or "")
    (here.root / "photos/a.jpg").unlink()
    assert "not there" in ((await eraser.erase(todo)).message or "")
