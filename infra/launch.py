"""Become another program that ends when its parent does; standard library only.

    python -I -S infra/launch.py PARENT SIGNAL IDENTITY PROGRAM [ARGUMENT...]

The kernel sends SIGNAL to the program as soon as the process PARENT is gone, however it went. IDENTITY
is `self`, `namespace` (an unprivileged user in a user namespace of its own: PostgreSQL refuses root) or
`UID:GID`. A change of user clears the wish, so it is made last.
"""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
INNER_ID = 1000
REFUSED = 97


def main(arguments: list[str]) -> int:
    """Take on the identity, tie the process to its parent, and run the program."""
    parent, death_signal, identity, *command = arguments
    try:
        take_on(identity)
    except OSError as error:
        print(f"identity {identity}: {error}", file=sys.stderr)
        return REFUSED
    tie(int(parent), int(death_signal))
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command is a list of words
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return REFUSED


def tie(parent: int, death_signal: int) -> None:
    """Ask the kernel for the signal at the parent's death; leave at once if it is gone already."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(REFUSED)


def take_on(identity: str) -> None:
    """Change who this process is."""
    if identity == "self":
        return
    if identity == "namespace":
        enter_user_namespace()
        return
    uid, gid = identity.split(":")
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))


def enter_user_namespace() -> None:
    """Become uid 1000 of a new user namespace: outside still the same owner of the same files."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INNER_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{INNER_ID} {gid} 1")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
