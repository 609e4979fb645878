"""Commands that the disk refuses: full, limited, read-only or another user's. Is all as it was?

python -m tests.proof full_disks 50
"""

from __future__ import annotations

import ctypes
import os
import pwd
import resource
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .processes import Action, ended
from .table import Row
from .works import Projects, Tree, Work, copied, tree, wrong_at_the_end, wrong_meanwhile

FULL = 40  # tries of each command on each disk

_DISK = 32 * 2**20  # bytes of the small file system
_PAGE = 4096
_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS, unshare(2)


@dataclass(frozen=True)
class Refusal:
    """A way in which a disk refuses. hinder: spoils a project, and returns what to run in it; mend: undoes that.

    missing: why it cannot be tried here.
    """

    name: str
    tried: str
    hinder: Callable[[Path, Work, Random], Action]
    mend: Callable[[Path], object]
    missing: str = ""


def main(count: int) -> list[Row]:
    """count: how often each command meets each refusal."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        root.chmod(0o755)
        works = Projects(root).works()
        small, why_not = _small_disk(root)
        try:
            refusals = _refusals(why_not, _why_no_other_user())
            return [_refused(refusal, works, count, small / "tried") for refusal in refusals]
        finally:
            if not why_not:
                subprocess.run(["umount", small], check=True)


def _refusals(no_mounts: str, no_user: str) -> Sequence[Refusal]:
    nothing = Path.exists
    return (
        Refusal("disk full", "ENOSPC on a small tmpfs", _fill, _empty, no_mounts),
        Refusal("file too large", "EFBIG by RLIMIT_FSIZE", _limit, nothing),
        Refusal("disk read-only", "EROFS on a tmpfs", _freeze, _thaw, no_mounts),
        Refusal("folders read-only", "EACCES as another user", _protect, _unprotect, no_user),
    )


def _refused(refusal: Refusal, works: Sequence[Work], count: int, box: Path) -> Row:
    tried = f"{refusal.tried}, then the command again"
    if refusal.missing:
        return Row(refusal.name, tried, 0, (), f"skipped: {refusal.missing}")
    dice, log = Random(refusal.name), box.parent.parent / "log"
    failures: list[str] = []
    refused = 0
    for work in works:
        for number in range(count):
            action = refusal.hinder(copied(work.before, box), work, dice)
            first = ended(action, box, log)
            hidden = [path for path in tree(box) if "/.codegen" in path]
            refusal.mend(box)
            wrong = [f"{path} is left over" for path in hidden]
            found = tree(box)
            wrong += wrong_meanwhile(work, found)
            if first.code != work.code:
                refused += 1
                if _generated(found) != _generated(tree(work.before)):
                    wrong.append("it was refused, but changed generated/")
                if first.code not in (1, 2) or not _explained(first.said):
                    wrong.append(f"it ended with {first.code}: {first.said[-300:]}")
            last = ended(work.action, box, log)
            if last.code != work.code:
                wrong.append(f"the next run ended with {last.code}: {last.said[-300:]}")
            wrong += wrong_at_the_end(work, tree(box))
            failures += [f"{work.name} {number}: {each}" for each in wrong]
    return Row(refusal.name, tried, refused, failures)


def _explained(said: str) -> bool:
    reasons = ("No space left", "too large", "Read-only file system", "ermission denied")
    return "Traceback" not in said and any(reason in said for reason in reasons)


def _generated(files: Tree) -> Tree:
    return {path: files[path] for path in files if path.startswith("generated/")}


# -- a full disk ---------------------------------------------------------------------------


def _small_disk(root: Path) -> tuple[Path, str]:
    """Mount a file system that nobody else sees. Return why where that is impossible."""
    small = root / "small"
    small.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare") or libc.unshare(_NEW_MOUNTS):
        return small, "no mount of our own can be made (needs Linux and root)"
    options = ["-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs"]
    for arguments in (["--make-rprivate", "/"], [*options, str(small)]):
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            return small, f"mount: {done.stderr.strip()}"
    return small, ""


def _fill(box: Path, work: Work, dice: Random) -> Action:
    before = tree(box)
    with (box.parent / "ballast").open("wb") as ballast:
        left = os.statvfs(box).f_bavail * os.statvfs(box).f_frsize
        changed = [content for path, content in work.after.items() if before.get(path) != content]
        needed = sum(-(-len(content) // _PAGE) for content in changed)
        os.posix_fallocate(ballast.fileno(), 0, left - dice.randint(0, needed) * _PAGE)
    return work.action


def _empty(box: Path) -> None:
    (box.parent / "ballast").unlink()


# -- a limit -------------------------------------------------------------------------------


def _limit(box: Path, work: Work, dice: Random) -> Action:
    most = dice.randint(1_500, 20_000)  # bytes of a file; the messages have to fit

    def limited() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return work.action()

    return limited


# -- read-only -----------------------------------------------------------------------------


def _freeze(box: Path, work: Work, dice: Random) -> Action:
    subprocess.run(["mount", "-o", "remount,ro", box.parent], check=True)
    return work.action


def _thaw(box: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", box.parent], check=True)


def _why_no_other_user() -> str:
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("nobody")
        except KeyError:
            return "there is no user nobody"
    return ""


def _protect(box: Path, work: Work, dice: Random) -> Action:
    """Take the right to write from some folders.

    Root has it anyway, so it becomes somebody else.
    """
    paths = _own(box)
    folders = [path for path in paths if path.is_dir()]
    somebody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if somebody:
        for path in paths:
            os.chown(path, somebody.pw_uid, somebody.pw_gid)
    for folder in dice.sample(folders, dice.randint(1, len(folders))):
        folder.chmod(0o555)

    def as_somebody() -> int:
        if somebody:
            os.setgroups([])
            os.setgid(somebody.pw_gid)
            os.setuid(somebody.pw_uid)
        return work.action()

    return as_somebody


def _own(box: Path) -> list[Path]:
    """Return all of a project but links: what is done to one is done to what it leads to."""
    return [path for path in (box, *box.rglob("*")) if not path.is_symlink()]


def _unprotect(box: Path) -> None:
    for path in _own(box):
        if path.is_dir():
            path.chmod(0o755)
