"""Work handed out to other processes through joblib: on this machine, or on a Dask cluster by its address.

Results come in the order of the items, and items are drawn as results are taken, so that a huge export never stands in
memory. Processes that die cost nothing but time: what they had in hand is read here, and the rest handed out anew.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from classifier import __version__
from classifier.errors import ClusterError, ClusterLost, ReadError
from classifier.records import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from classifier.intake import RawItem
    from classifier.pipeline import Context, Read

    Reader = Callable[[RawItem, Context], list[Read]]

CONNECT_SECONDS = 15
AHEAD = "4*n_jobs"
"""Items that are handed out before the first result comes back."""
OUT = 64
"""Items of a process that are out, or back and not yet taken, at most: enough that no process waits for this one, few
enough to hold in memory. joblib itself goes on drawing while nobody takes what is ready."""
DEATHS = 20
"""How often processes may die in a run before it is given up: a single item that kills its reader does so a few times
in all, since it is read here after that."""


class Here(NamedTuple):
    """So many processes on this machine."""

    processes: int


class Cluster(NamedTuple):
    """A Dask scheduler: `tcp://HOST:PORT`, `tls://HOST:PORT`, or the path of a scheduler file."""

    address: str


def hand_out(items: Iterable[RawItem], context: Context, read: Reader, where: Here | Cluster) -> Iterator[list[Read]]:
    """`read(item, context)` of every item, in order.

    Raises ClusterError, before the first item, where the cluster cannot be reached; ClusterLost where it goes away
    meanwhile (`run --resume` goes on) or a worker joins it that does not fit; and whatever `read` raises.
    """
    if isinstance(where, Here):
        from joblib import Parallel

        def processes() -> Any:
            return Parallel(n_jobs=where.processes, return_as="generator", pre_dispatch=AHEAD)

        draws = _Draws(iter(items), OUT * where.processes)
        yield from _in_order(draws, context, read, read, processes, (BrokenExecutor,))
        return
    with _connected(where.address) as (parallel, cores, lost):
        # Other machines see neither this one's files nor its models: bytes travel, models are compared by version.
        carried = (_carried(item, context) for item in items)
        there = Elsewhere(read, __version__, _model_version(context.model))
        try:
            draws = _Draws(carried, OUT * cores)
            yield from _in_order(draws, context._replace(model=None), there, _here(read, context), parallel, lost)
        except (CancelledError, OSError) as e:
            raise ClusterLost(
                f"{where.address}: the cluster has gone ({type(e).__name__}). What was done is kept: 'run --resume' "
                "goes on, with or without --dask."
            ) from e


def _in_order(
    draws: _Draws, context: Context, there: Reader, here: Reader, parallel: Callable[[], Any],
    lost: tuple[type[BaseException], ...],
) -> Iterator[list[Read]]:  # fmt: skip
    from joblib import delayed

    deaths = 0
    while deaths < DEATHS and not draws.ended:
        # A new one each time: what is left over in one that broke would come out again.
        results = parallel()(delayed(there)(item, context) for item in draws)
        try:
            for reads in results:
                draws.taken()
                yield reads
        except lost:
            deaths += 1
            for item in draws.out():
                yield here(item, context)
    # Processes die whatever they are given: slowly, then, but to the end.
    for item in draws:
        draws.taken()
        yield here(item, context)


class _Draws:
    """Items on their way out and not yet taken back, in rounds: each ends where `most` are out. Drawn by joblib's own
    threads, taken by the caller's."""

    def __init__(self, items: Iterator[RawItem], most: int) -> None:
        self.ended = False
        """Whether the last item has been drawn."""
        self._items = items
        self._most = most
        self._out: deque[RawItem] = deque()
        self._lock = threading.Lock()
        self._round = 0

    def __iter__(self) -> Iterator[RawItem]:
        mine = self._round
        while True:
            with self._lock:
                # A thread of a round that was given up draws nothing any more.
                if mine != self._round or len(self._out) >= self._most:
                    return
                item = next(self._items, None)
                if item is None:
                    self.ended = True
                    return
                self._out.append(item)
            yield item

    def taken(self) -> None:
        """The result of the item that has been out longest has come."""
        self._out.popleft()

    def out(self) -> list[RawItem]:
        """Give the round up: the items that were out, in order."""
        with self._lock:
            self._round += 1
            left = list(self._out)
            self._out.clear()
            return left


def _here(read: Reader, context: Context) -> Reader:
    def reader(item: RawItem, _: Context) -> list[Read]:
        return read(item, context)

    return reader


class Elsewhere(NamedTuple):
    """Reads an item in another machine's process, where program and model are the ones that this run began with."""

    read: Reader
    program: str
    model: str

    def __call__(self, item: RawItem, context: Context) -> list[Read]:
        """As `read`. Raises ClusterLost."""
        import socket

        if (found := versions()) != (wanted := (self.program, self.model)):
            raise ClusterLost(_unlike(socket.gethostname(), found, wanted))
        return self.read(item, context)


def versions(folder: Path | None = None) -> tuple[str, str]:
    """The versions of program and model (in `folder`, or the one in use) in this process: records hang on both."""
    return __version__, _model_version(folder)


def _unlike(worker: str, found: tuple[str, str], wanted: tuple[str, str]) -> str:
    return (
        f"worker {worker}: has program {found[0]} and model {found[1]}, the run has program {wanted[0]} and model "
        f"{wanted[1]}. Install the same on all machines."
    )


def check_cluster(address: str, folder: Path) -> None:
    """Raise ClusterError where no scheduler answers at `address`, it has no workers, or one of them has another
    program, or another model than that in `folder`."""
    with _client(address) as client:
        wanted = versions(folder)
        for worker, found in client.run(versions).items():
            if found != wanted:
                raise ClusterError(_unlike(worker, found, wanted))


def _model_version(folder: Path | None) -> str:
    """The version of the model in `folder`, or of the one in use here; its sums are checked once."""
    from classifier.resources import model_folder

    where = folder or model_folder()
    if where not in _VERSIONS:
        from classifier.model.store import Model

        _VERSIONS[where] = Model.open(where).version
    return _VERSIONS[where]


_VERSIONS: dict[Path, str] = {}


def _carried(item: RawItem, context: Context) -> RawItem:
    """The item with its bytes, where it only names them."""
    if item.data is not None or item.problem is not None:
        return item
    try:
        data = item.read(context.limits.message_bytes + 1)
    except OSError as e:
        problem = Problem(code=ReadError.code, part=item.source, detail=f"cannot be read: {e.strerror or e}")
        return msgspec.structs.replace(item, problem=problem)
    return msgspec.structs.replace(item, data=data, path="", offset=0, length=None)


@contextmanager
def _client(address: str) -> Generator[Any]:
    try:
        from distributed import Client
    except ImportError as e:
        raise ClusterError("--dask needs the extra [dask]: pip install 'foi-triage[dask]'") from e
    file = None if "://" in address else address
    try:
        client = Client(
            None if file else address, scheduler_file=file, timeout=CONNECT_SECONDS, set_as_default=False
        )  # fmt: skip
    except (OSError, ValueError) as e:
        raise ClusterError(
            f"{address}: no Dask scheduler answers there ({type(e).__name__}). Start one with 'dask scheduler', and "
            "its workers with 'dask worker ADDRESS'."
        ) from e
    with client:
        if not client.ncores():
            raise ClusterError(f"{address}: the scheduler has no workers. Start some with 'dask worker {address}'.")
        yield client


@contextmanager
def _connected(address: str) -> Generator[tuple[Callable[[], Any], int, tuple[type[BaseException], ...]]]:
    """What makes joblib's `Parallel` on the cluster, how many cores it has, and what is raised when an item's workers
    die of it."""
    from joblib import Parallel, parallel_config

    with _client(address) as client:
        from distributed import KilledWorker

        def workers() -> Any:
            with parallel_config(backend="dask", client=client):
                return Parallel(n_jobs=-1, return_as="generator", pre_dispatch=AHEAD)

        yield workers, sum(client.ncores().values()), (KilledWorker,)
