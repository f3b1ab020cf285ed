"""cell: what is locked before a hostile body is opened?

Three walls, each for itself: limits of the kernel on what a process may take; a filter of system calls, so that even
code that breaks out of a parser opens no connection and starts no program (Linux on x86-64 and ARM64, elsewhere the other two
hold); and Python's own audit hook, which says so in words.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
import sys

_EVENTS = {
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "subprocess.Popen", "os.exec",
    "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.kill", "os.remove", "os.rename", "os.link", "os.symlink",
    "os.truncate",
}  # fmt: skip
_ALLOW, _DENY = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM
_LOAD, _EQUAL, _OVER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_CLONE_VM = 0x100  # a thread, not a process
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
# (audit architecture, clone, then socket connect bind listen socketpair sendto sendmsg execve execveat ptrace kill
# process_vm_writev fork vfork unlinkat renameat2 mount)
_MACHINES = {
    "x86_64": (0xC000003E, 56, (41, 42, 49, 50, 53, 44, 46, 59, 322, 101, 62, 311, 57, 58, 87, 263, 82, 264, 316, 165)),
    "aarch64": (0xC00000B7, 220, (198, 203, 200, 201, 199, 206, 211, 221, 281, 117, 129, 271, 35, 38, 276, 40)),
}


def lock(memory: int) -> None:
    """From here on: no file is written, no process or connection started, at most `memory` bytes more than now."""
    limits = [(resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0)]
    if memory:
        limits.append((resource.RLIMIT_AS, size() + memory))
    for which, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a stricter limit of the machine stays
            resource.setrlimit(which, (most, most))
    _filter_calls()
    sys.addaudithook(_refuse)


def limit_cpu(seconds: float) -> None:
    """The kernel ends this process when it has used that many seconds more (rounded up)."""
    if seconds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def size() -> int:
    """Bytes of address space in use; a guess where the kernel does not tell."""
    return _pages(0) or 2 * rss()


def rss() -> int:
    """Bytes of memory in use."""
    return _pages(1) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _pages(column: int) -> int:
    try:
        with open("/proc/self/statm", "rb") as table:  # noqa: PTH123 - asked after every body
            return int(table.read().split()[column]) * resource.getpagesize()
    except OSError:
        return 0


def _filter_calls() -> bool:
    machine = _MACHINES.get(os.uname().machine) if sys.platform == "linux" else None
    if machine is None:
        return False
    program = _program(*machine)
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    library = ctypes.CDLL(None, use_errno=True)
    call = ctypes.create_string_buffer(head, len(head))
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(call)), 0, 0) == 0)


def _program(architecture: int, clone: int, denied: tuple[int, ...]) -> bytes:
    """The filter: a foreign architecture and listed calls are denied, `clone` only for threads, all else allowed."""
    calls = len(denied)
    allow, about_clone, deny, allow_thread = 5 + calls, 6 + calls, 8 + calls, 9 + calls
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, deny - 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_OVER, deny - 4, 0, 0x40000000),  # the x32 calls
        (_EQUAL, about_clone - 5, 0, clone),
        *((_EQUAL, deny - (6 + place), 0, call) for place, call in enumerate(denied)),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, allow_thread - (about_clone + 2), 0, _CLONE_VM),
        (_RETURN, 0, 0, _DENY),
        (_RETURN, 0, 0, _ALLOW),
    ]
    assert steps[allow][3] == _ALLOW and steps[deny][3] == _DENY
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS:
        raise PermissionError(f"{event} is not allowed where bodies are read")
    if event == "open" and isinstance(arguments[1], str) and any(mode in arguments[1] for mode in "wax+"):
        raise PermissionError("writing is not allowed where bodies are read")
