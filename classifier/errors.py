"""Every error this program raises on purpose, each with a stable code and words for the person who meets it.

A code is part of the contract: it stands in `problems` of a record, in `run.json` and in logs, and never changes its
meaning. The text says what is wrong and what to do.
"""

# ruff: noqa: N818 - each is named for what happened, as its code is; "TooLargeError" would say no more.

from __future__ import annotations


class FoiTriageError(Exception):
    """The root: `code` is stable, `str(error)` is for a person."""

    code = "error"


class UsageError(FoiTriageError):
    """Wrong usage or configuration: nothing is written, exit code 2."""

    code = "usage"


class InputMissing(UsageError):
    """A path that was given does not exist, or holds no letter at all."""

    code = "input-missing"


class OutputExists(UsageError):
    """The output folder holds results, which people may have written notes in."""

    code = "output-exists"


class ForceFileError(UsageError):
    """The force file is not valid."""

    code = "force-file"


class CasebookError(UsageError):
    """The casebook cannot be opened or is of another version."""

    code = "casebook"


class BatchConfigError(UsageError):
    """The configuration of the unattended run is not valid."""

    code = "batch-config"


class RegisterError(UsageError):
    """The referral register, or a force's overlay, is not valid."""

    code = "register"


class ModelError(UsageError):
    """A model is missing, altered, truncated or of another version."""

    code = "model"


class ClusterError(UsageError):
    """The Dask cluster cannot be reached, or its workers have another program or model."""

    code = "cluster"


class CorpusError(UsageError):
    """A labelled letter does not follow the form."""

    code = "corpus"


class DecisionError(UsageError):
    """A decision names a letter, an item or a label that there is not."""

    code = "decision"


class ReviewError(UsageError):
    """The review pages may not be served in the way that was asked for, or the users file is not valid."""

    code = "review"


class ExtraMissing(UsageError):
    """An optional package is needed for what was asked."""

    code = "extra-missing"


class Stopped(FoiTriageError):
    """The run was stopped before its end; what was done is kept, exit code 3."""

    code = "stopped"


class ClusterLost(Stopped):
    """The Dask cluster went away, or a worker of another program or model joined it, exit code 3."""

    code = "cluster-lost"


class DiskFull(Stopped):
    """The disk filled up; what was done is kept, and the run goes on when there is room, exit code 3."""

    code = "disk-full"


class Busy(FoiTriageError):
    """Another unattended run is at work in the same folder; this one did nothing, exit code 3."""

    code = "busy"


class SourceFailed(FoiTriageError):
    """A mailbox, folder or file of an unattended run could not be reached; the others were read, exit code 3."""

    code = "source-failed"


class ProgramError(FoiTriageError):
    """A mistake of this program ended an unattended run. Its own words may quote a letter: only its place is told."""

    code = "crashed"


class ReadError(FoiTriageError):
    """Something in an input could not be read: becomes a `problems` entry, never stops a run."""

    code = "unreadable"


class Encrypted(ReadError):
    """A password is needed."""

    code = "encrypted"


class Empty(ReadError):
    """No bytes, or no words in them."""

    code = "empty"


class TooLarge(ReadError):
    """More bytes, pages or parts than the limits allow."""

    code = "too-large"


class TooDeep(ReadError):
    """Archives or messages inside one another, further down than the limits allow."""

    code = "too-deep"


class TimedOut(ReadError):
    """A document that took longer to read than the limits allow."""

    code = "timed-out"


class OutOfMemory(ReadError):
    """A document that took more memory than the limits allow."""

    code = "out-of-memory"


class Crashed(ReadError):
    """The process that reads documents ended over one."""

    code = "reader-crashed"


class UnknownFormat(ReadError):
    """Bytes that are none of the formats this program reads."""

    code = "unknown-format"


class Irregular(ReadError):
    """A link, a device, a pipe: something in a folder that is no file of its own."""

    code = "not-a-file"


class NeedsOcr(ReadError):
    """Pages without text, and no program here that can read pictures."""

    code = "needs-ocr"
