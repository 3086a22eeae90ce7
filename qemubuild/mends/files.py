"""What any file may have against being opened: these come last, for their words are in many."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "file-is-directory",
        "a file belongs there, not a directory",
        "name the file in it; to show a guest a directory, use virtfs()",
        (
            "driver requires '{path}' to be a regular file",
            ": Is a directory",
            "mmap() failed: No such device",
        ),
    ),
    Mend(
        "directory-missing",
        "the directory that this is to be made in is not there",
        "make it first: QEMU makes files, never directories",
        (
            "Could not create '{path}': No such file or directory",
            "Error opening logfile {path}: No such file or directory",
            "open backing store {path} for guest RAM: No such file or directory",
            "Failed to bind socket to {path}: No such file or directory",
            "net dump: can't open {path}: No such file or directory",
        ),
    ),
    Mend(
        "socket-missing",
        "nobody listens at {path}",
        "start the program that does first (swtpm, virtiofsd, a switch ...), or listen oneself:"
        " server=True",
        ("Failed to connect to '{path}': No such file or directory",),
    ),
    Mend(
        "file-missing",
        "it is not there",
        "see that the file exists; a path counts from the directory that Python runs in",
        (": No such file or directory",),
    ),
    Mend(
        "file-denied",
        "this user may not open that file, or may read and not write it",
        "see `ls -l` for it, and for the directories above (`namei -l`); where reading is"
        " enough: drive(..., readonly=True)",
        (": Permission denied",),
    ),
    Mend(
        "file-system-read-only",
        "that file system is mounted read-only",
        "copy the file to one that can be written; where reading is enough:"
        " drive(..., readonly=True)",
        (": Read-only file system",),
    ),
    Mend(
        "file-system-full",
        "there is no room left on that file system",
        "make room (`df -h`, `df -i`); snapshot() keeps what is written in $TMPDIR, or /var/tmp",
        (": No space left on device",),
    ),
    Mend(
        "file-name-too-long",
        "a name in that path has more than the 255 bytes that Linux allows",
        "shorten it",
        (": File name too long",),
    ),
)
