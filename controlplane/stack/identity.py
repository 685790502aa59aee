"""PostgreSQL refuses to run as root. This finds another identity for it and its data folder.

As an ordinary user nothing has to be done. As root the server runs as `postgres` or `nobody`, and
keeps one single capability, CAP_DAC_OVERRIDE: with it the server reaches its data and its own
program below folders that only root may enter, such as a home with mode 0700, and nobody has to
open those folders to others. Where root may not become anyone else (a container with one mapped
user), the server gets a user namespace in which root goes by another number.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
from collections.abc import Callable
from pathlib import Path

from controlplane.stack.launch import LIBC, LINUX
from controlplane.stack.problems import Problem

CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CLONE_NEWUSER = 0x10000000


def server_identity(data: Path) -> Callable[[], None] | None:
    """Make `data` (an existing folder) belong to the server; what its process has to do first.

    None: the server may run as we are.
    """
    data.chmod(0o700)
    if os.geteuid() != 0:
        return None
    entry = _unprivileged_user(data)
    try:
        _give(data, entry.pw_uid, entry.pw_gid)
    except OSError:
        return lambda: _enter_user_namespace(entry.pw_uid)
    return lambda: become(entry.pw_uid, entry.pw_gid)


def _unprivileged_user(data: Path) -> pwd.struct_passwd:
    """Who has the data already, else `postgres`, else `nobody`."""
    entry = _entry_of(data.stat().st_uid) or _entry_named("postgres") or _entry_named("nobody")
    if entry is None:
        raise Problem(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody`: "
            "start as an ordinary user, or set DATABASE_URL."
        )
    return entry


def _entry_of(uid: int) -> pwd.struct_passwd | None:
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(uid) if uid else None
    return None


def _entry_named(name: str) -> pwd.struct_passwd | None:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name)
    return None


def _give(data: Path, uid: int, gid: int) -> None:
    if data.stat().st_uid == uid:
        return
    for path in [data, *data.rglob("*")]:
        os.chown(path, uid, gid, follow_symlinks=False)


def become(uid: int, gid: int) -> None:
    """In the child: change user, and keep CAP_DAC_OVERRIDE across the change and the exec."""
    if LINUX:
        LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        # Else access(2), by which initdb looks for its programs, leaves capabilities out.
        LIBC.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if LINUX:
        _keep_one_capability()


def _keep_one_capability() -> None:
    """Without it (an old kernel) the server still works where the folders are open to it."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    LIBC.capset(ctypes.byref(header), ctypes.byref(sets))
    LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _enter_user_namespace(uid: int) -> None:
    """In the child: root outside goes by `uid` inside."""
    if not LINUX or LIBC.unshare(CLONE_NEWUSER) != 0:
        raise PermissionError("no other identity for PostgreSQL")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{uid} 0 1")
