"""A process that has everything imported and forks a child per line that it reads, so that twenty kills take seconds.

    python -m tests.forking INSTANCE
    serve               → a child serves the app; it prints {"pid", "port"}
    run N WORD WORD …   → a child runs the command `commonweal WORD WORD …`, and kills itself before its N-th statement

When a child has ended, however it ended, {"ended": pid, "status": …} is printed, for a command that was not killed with
its "statements"; the words of a line are JSON.
"""

import importlib
import itertools
import json
import os
import signal
import sys

import peewee


def main(instance: str) -> None:
    importlib.import_module("core.commands")
    for line in sys.stdin:
        verb, *words = json.loads(line)
        pid = os.fork()
        if pid == 0:
            serve(instance) if verb == "serve" else run(instance, *words)
        _pid, status = os.waitpid(pid, 0)
        tell(ended=pid, status=os.waitstatus_to_exitcode(status))


def tell(**said) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def serve(instance: str) -> None:
    from waitress.server import create_server  # slow import

    from core.app import create_app
    from core.config import read_settings
    server = create_server(create_app(read_settings(instance, {})), host="127.0.0.1", port=0, threads=2)
    tell(pid=os.getpid(), port=server.effective_port)
    server.run()


def run(instance: str, most: int, *words: str) -> None:
    from core.cli import commonweal
    out = os.dup(1)
    for handle in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), handle)
    seen, execute = itertools.count(1), peewee.Database._execute_cursor

    def counted(self, sql, params, **options):
        if next(seen) == most:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(self, sql, params, **options)
    peewee.Database._execute_cursor = counted
    status = 0
    try:
        commonweal(["--instance", instance, *words])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    os.write(out, (json.dumps({"statements": next(seen) - 1}) + "\n").encode())
    os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1])
