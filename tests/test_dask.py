"""Reading on a Dask cluster: a real scheduler and workers, each a process of its own, on the loopback address."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier.errors import ClusterError
from classifier.handout import check_cluster
from classifier.resources import model_folder
from classifier.run import Options, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from classifier.rooms import Rooms

distributed = pytest.importorskip("distributed", reason="needs the extra [dask]")

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "inbox"
NAMES = ("01-response-times.eml", "04-week-of-mail.mbox", "06-letter-on-paper.pdf", "11-front-counters.docx",
         "12-lost-property.txt", "14-two-in-a-zip.zip", "29-locked.pdf", "31-nothing-in-it.txt")  # fmt: skip


class Cluster:
    """A scheduler and its workers as separate processes."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._folder = folder
        port = self.address.rpartition(":")[2]
        self._processes = [self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")]

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        # A worker that stands in another folder has none of the run's paths but what it is sent.
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what, *words],
            cwd=self._folder, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker, of one thread and without a nanny that would start it again."""
        words = (self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        self._processes.append(self._start("worker", *words, "--local-directory", str(self._folder)))
        return self._processes[-1]

    def wait(self, workers: int) -> None:
        """Until so many workers are there."""
        with distributed.Client(self.address, timeout=60, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=60)

    def close(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait(10)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.wait(0)
        yield made
    finally:
        made.close()


def test_a_scheduler_without_workers_is_a_plain_error(scheduler: Cluster) -> None:
    with pytest.raises(ClusterError, match="no workers"):
        check_cluster(scheduler.address, model_folder())


@pytest.fixture(scope="module")
def cluster(scheduler: Cluster) -> Cluster:
    scheduler.worker()
    scheduler.worker()
    scheduler.wait(2)
    return scheduler


def _give(rooms: Rooms) -> Callable[..., Rooms]:
    """Stands in for `open_rooms`: the model is loaded once for all runs."""

    def opened(*_: object, **__: object) -> Rooms:
        return rooms

    return opened


@pytest.fixture(autouse=True)
def _loaded(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.run.open_rooms", _give(rooms))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for name in NAMES:
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    letter = (SAMPLE / "01-response-times.eml").read_text(encoding="utf-8")
    for n in range(5):
        text = letter.replace("Message-ID: <", f"Message-ID: <{n}.").replace("thirty-five", f"{n + 20}")
        (folder / f"50-more-{n:02}.eml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def alone(inbox: Path, rooms: Rooms, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The records of one process."""
    out = tmp_path_factory.mktemp("alone") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("classifier.run.open_rooms", _give(rooms))
        run(Options([inbox], out))
    return _records(out)


def _records(out: Path) -> list[str]:
    return sorted((out / "triage.jsonl").read_text(encoding="utf-8").splitlines())


def test_two_workers_give_the_records_of_one_machine(
    cluster: Cluster, inbox: Path, alone: list[str], tmp_path: Path
) -> None:
    summary = run(Options([inbox], tmp_path / "out", dask=cluster.address))
    assert summary.read == len(alone) == summary.classified + summary.set_aside
    assert _records(tmp_path / "out") == alone
    assert json.loads(alone[0])["id"]


def test_a_worker_that_is_killed_in_the_middle_costs_no_letter(
    cluster: Cluster, inbox: Path, alone: list[str], tmp_path: Path
) -> None:
    doomed = cluster.worker()
    cluster.wait(3)
    killed: list[int] = []

    def kill(done: int) -> None:
        if done >= 3 and not killed:
            doomed.kill()
            doomed.wait(10)
            killed.append(done)

    run(Options([inbox], tmp_path / "out", dask=cluster.address), progress=kill)
    assert killed == [3]
    assert _records(tmp_path / "out") == alone


def test_no_scheduler_is_a_plain_error_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, inbox: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("classifier.handout.CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="no Dask scheduler answers"):
        run(Options([inbox], tmp_path / "out", dask="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out").exists()


def test_workers_with_another_model_are_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    check_cluster(cluster.address, model_folder())

    def other(_: Path | None) -> str:
        return "0123456789ab"

    monkeypatch.setattr("classifier.handout._model_version", other)
    with pytest.raises(ClusterError, match="model 0123456789ab"):
        check_cluster(cluster.address, model_folder())
