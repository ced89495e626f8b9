"""Readers that a child is given in test_child.py: each does one thing that a reader should not, or as it should."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from core.errors import Refused
from core.files.reading import Problem, Reader, Reading
from core.language import Words, lazy, lazy_plural


@dataclass(frozen=True)
class Line:
    place: Words
    words: tuple[str, ...]
    number: int | None = None


def sniff(path):
    return 0.5


def surer(path):
    return 0.9


def unsure(path):
    return 0


def stumbling(path):
    raise ValueError("a strange file")


def read(path, settings):
    place = lazy("line %(line)d of %(part)s", line=1, part=lazy("the first part"))
    reason = lazy_plural("%(num)d word is long", "%(num)d words are long", 2)
    with open(path, encoding="utf-8") as file:
        words = tuple(file.read().split())
    return Reading("trial", (Line(place, words, settings.get("number")),), (Problem(place, reason, refused=False),),
                   state="XMD", cycle=4)


def read_other(path, settings):
    return Reading("other", (Line(lazy("line"), ("surer",)),))


def refusing(path, settings):
    raise Refused(lazy("Line %(line)d is crooked. Straighten it.", line=7))


def sleeping(path, settings):
    time.sleep(60)


def spinning(path, settings):
    while True:
        pass


def swallowing_memory(path, settings):
    return Reading("trial", rows=tuple(bytes(100_000_000) for _ in range(10)))


def dying(path, settings):
    os._exit(3)


def aborting(path, settings):
    os.abort()


def stumbling_over(path, settings):
    raise ValueError("the file says: secret words")


def calling_out(path, settings):
    socket.create_connection(("127.0.0.1", 9))


def making_a_socket(path, settings):
    socket.socket()


def starting_a_process(path, settings):
    subprocess.run(["/bin/true"])


def forking(path, settings):
    os.fork()


def writing_a_file(path, settings):
    Path(path).with_suffix(".new").write_text("words")


def writing_by_descriptor(path, settings):
    os.open(path + ".new", os.O_CREAT | os.O_WRONLY)


def removing_the_file(path, settings):
    os.remove(path)


def renaming_the_file(path, settings):
    os.rename(path, path + ".new")


def touching_the_file(path, settings):
    os.utime(path, (0, 0))


def marking_the_file(path, settings):
    os.setxattr(path, "user.mark", b"1")


def printing_nonsense(path, settings):
    os.write(1, b'{"answer": ')
    os._exit(0)


def answering_no_reading(path, settings):
    return Reading("trial", rows=(Problem(lazy("a place"), lazy("no row of its type")),))


def answering_too_much(path, settings):
    return Reading("trial", rows=(Line(lazy("line"), ("a" * (65 * 1024 * 1024),)),))


def environment(path, settings):
    return {"environment": sorted(os.environ), "folder": os.getcwd(), "length": os.path.getsize(path),
            "isolated": sys.flags.isolated}


def reader(read_file, sniff_file=sniff, name="trial"):
    return Reader(name, lazy("On trial"), "lines", (".txt",), sniff_file, read_file, Line)
