"""Files from outside are parsed in a process of their own: bounded in time and memory, no network, nothing written.

The parent side is `read_in_child`, `read_best`, `ask_child` and `convert_in_child`; `main` is what the child runs. What
comes back is one line of JSON, from which the parent builds dataclasses that it names itself, and after it the bytes of
a converted file: nothing of the child is trusted with code.
"""

import dataclasses
import importlib
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import traceback

import plugins
from core.errors import Refused
from core.files.containers import DAMAGED, check_file
from core.files.reading import Problem, Reading
from core.language import Words, lazy

log = logging.getLogger(__name__)

SECONDS = 20
MEGABYTES = 512
LARGEST_ANSWER = 64 * 1024 * 1024
# `-m` would not find this package: `-I` leaves out the current folder and PYTHONPATH, so the parent names the folders.
START = ("import json, sys; sys.path[:] = json.loads(sys.argv[1]); import plugins; "
         "plugins.__path__ = json.loads(sys.argv[2]); from core.files import child; child.main()")

TOO_LONG = lazy("Reading this file takes too long, so it was stopped. Take out what is not needed, or split it.")
TOO_LARGE = lazy("Reading this file needs too much memory, so it was stopped. Take out what is not needed, or "
                 "split it.")
NO_FORM = lazy("This file has none of the forms that are known here. Look whether it is the right one, or save the "
               "table in it as .xlsx or .csv with one row per entry.")

FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
                    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
                    "os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr", "os.kill", "pty.spawn",
                    "shutil.", "tempfile.", "ctypes.", "sqlite3.")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


# The parent's side.

def read_in_child(reader, path, settings, *, seconds=SECONDS, megabytes=MEGABYTES):
    """The Reading that this reader gives for the file; raises Refused with the reader's sentence or our own."""
    return _read([reader], path, settings, False, seconds, megabytes)


def read_best(readers, path, settings, *, seconds=SECONDS, megabytes=MEGABYTES):
    """The Reading of the reader whose sniff is surest (of equals, the first); Refused where none knows the file.

    `Reading.form` tells which one it was.
    """
    suffix = os.path.splitext(path)[1].lower()
    fitting = [reader for reader in readers if suffix in reader.suffixes]
    check_file(path)
    if not fitting:
        raise Refused(NO_FORM)
    return _read(fitting, path, settings, True, seconds, megabytes)


def ask_child(function, path, settings, *, seconds=SECONDS, megabytes=MEGABYTES, check=check_file):
    """What function(path, settings) answers: plain data only (JSON). A module-level function, run in the child.

    `check` looks at the file before, and raises Refused: for a picture, which check_file() refuses, the caller's own.
    """
    return _run({"call": _address(function)}, path, settings, seconds, megabytes, check)


def convert_in_child(function, path, settings, *, check=check_file, seconds=SECONDS, megabytes=MEGABYTES):
    """What function(path, settings) answers, run in the child: (plain data, bytes). `check` says whether the file may
    be opened at all."""
    return _run({"convert": _address(function)}, path, settings, seconds, megabytes, check)


def _read(readers, path, settings, sniffing, seconds, megabytes):
    task = {"readers": [[_address(reader.sniff), _address(reader.read)] for reader in readers], "sniff": sniffing}
    answer = _run(task, path, settings, seconds, megabytes)
    try:
        return _reading(answer["reading"], readers[answer["chosen"]].row_type)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        log.warning("a child answered nonsense: %s", type(error).__name__)
        raise Refused(DAMAGED) from error


def _run(task, path, settings, seconds, megabytes, check=check_file):
    path = os.path.abspath(path)
    check(path)
    folders = [os.path.abspath(folder) for folder in sys.path]
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", START,
               json.dumps(folders), json.dumps([os.path.abspath(folder) for folder in plugins.__path__])]
    task = {**task, "path": path, "settings": settings, "seconds": seconds, "megabytes": megabytes}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,    # noqa: S603 our own program
                             stderr=subprocess.DEVNULL, cwd="/", env={})
    stopped = threading.Event()

    def stop():
        stopped.set()
        child.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        with child:
            try:
                child.stdin.write(json.dumps(task).encode())
                child.stdin.close()
            except BrokenPipeError:
                pass                                # it died at once; what it answered says no less
            answer = child.stdout.read(LARGEST_ANSWER + 1)
            if len(answer) > LARGEST_ANSWER:
                child.kill()
    finally:
        timer.cancel()
    if stopped.is_set() or child.returncode == -signal.SIGXCPU:
        raise Refused(TOO_LONG)
    # A library that is refused memory aborts where Python would raise.
    if len(answer) > LARGEST_ANSWER or child.returncode == -signal.SIGABRT:
        raise Refused(TOO_LARGE)
    line, _end, content = answer.partition(b"\n")
    plain = _judge(line, child.returncode)
    return _whole(plain, content) if "convert" in task else plain


def _whole(plain, content):
    """(what was said of them, the bytes), when all of them came."""
    try:
        said, size = plain
    except (TypeError, ValueError) as error:
        log.warning("a child answered nonsense: %s", type(error).__name__)
        raise Refused(DAMAGED) from error
    if size != len(content):
        log.warning("a child sent %s bytes of %s", len(content), size)
        raise Refused(DAMAGED)
    return said, content


def _judge(answer, status):
    try:
        answer = json.loads(answer)
        refused, broken = answer.get("refused"), answer.get("broken")
        if refused is not None:
            refused = Words.from_kept(refused)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("a child ended with status %s and no answer", status)
        raise Refused(DAMAGED) from error
    if refused is not None:
        raise Refused(refused)
    if broken == "MemoryError":
        raise Refused(TOO_LARGE)
    if broken is not None or "answer" not in answer:
        log.warning("a file could not be read: %s", str(broken)[:300])
        raise Refused(DAMAGED)
    return answer["answer"]


def _address(function):
    return [function.__module__, function.__qualname__]


def _reading(plain, row_type):
    plain = dict(plain)
    rows = tuple(row_type(**_rebuilt(row)) for row in plain.pop("rows"))
    problems = tuple(Problem(**_rebuilt(problem)) for problem in plain.pop("problems"))
    return Reading(rows=rows, problems=problems, **_rebuilt(plain))


def _rebuilt(values):
    return {name: _value(value) for name, value in values.items()}


def _value(value):
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    return Words.from_kept(value["words"]) if isinstance(value, dict) else value


# The child's side.

def main():
    """Do the task that stands on standard input, and print one line of JSON."""
    task = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, open(os.devnull, "w")         # what a parser prints is no answer
    _limit(task["seconds"], task["megabytes"])
    sys.addaudithook(_refuse_reaching_out)
    content = b""
    try:
        done = _done(task)
        if "convert" in task:
            said, content = done
            done = [said, len(content)]
        answer = json.dumps({"answer": done})
    except Refused as refusal:
        sentence = refusal.sentence
        answer = json.dumps({"refused": (sentence if isinstance(sentence, Words) else Words(str(sentence))).kept()})
    except MemoryError:
        answer = '{"broken": "MemoryError"}'
    except Exception as error:
        # The place without the message, which can hold words of the file.
        last = traceback.extract_tb(error.__traceback__)[-1]
        answer = json.dumps({"broken": f"{type(error).__name__} in {os.path.basename(last.filename)}:{last.lineno}"})
    out.write(answer + "\n")
    out.flush()
    out.buffer.write(content)
    out.buffer.flush()


def _done(task):
    path, settings = task["path"], task["settings"]
    if "call" in task or "convert" in task:
        return _found(task.get("call") or task["convert"])(path, settings)
    readers = [(_found(sniff), _found(read)) for sniff, read in task["readers"]]
    chosen = _surest(readers, path) if task["sniff"] else 0
    return {"chosen": chosen, "reading": plain_reading(readers[chosen][1](path, settings))}


def _surest(readers, path):
    """The place of the surest; where none is sure, the first sentence of one that knows why, or NO_FORM."""
    sure, sentences = [], []
    for sniff, _read_file in readers:
        try:
            sure.append(float(sniff(path)))
        except MemoryError:
            raise
        except Refused as refusal:
            sure.append(0.0)
            sentences.append(refusal)
        except Exception:       # a sniff that stumbles over a strange file does not know it
            sure.append(0.0)
    if max(sure) <= 0:
        raise sentences[0] if sentences else Refused(NO_FORM)
    return sure.index(max(sure))


def _found(address):
    module, name = address
    return getattr(importlib.import_module(module), name)


def plain_reading(reading):
    """The Reading as plain data for JSON, its sentences as {"words": …}."""
    return {field.name: _plain(getattr(reading, field.name)) for field in dataclasses.fields(reading)}


def _plain(value):
    if isinstance(value, Words):
        return {"words": value.kept()}
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _limit(seconds, megabytes):
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse_reaching_out(event, arguments):
    if event == "open":
        _path, mode, flags = arguments
        if isinstance(mode, str) and set(mode) & set("wax+") or isinstance(flags, int) and flags & WRITING:
            raise PermissionError("a reader writes no files")
    elif event.startswith(FORBIDDEN_EVENTS):
        raise PermissionError(f"a reader does not use {event}")
