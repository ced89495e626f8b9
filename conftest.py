"""What every test of core and of the plugins gets."""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

pytest_plugins = ["core.testing"]

# Nothing in `make test` depends on time or chance; `make night` looks further.
settings.register_profile("test", deadline=None, derandomize=True, database=None, max_examples=60,
                          suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("night", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))

# A test decides its own settings: none comes from the shell it was started in.
OUR_TESTS_OWN = {"COMMONWEAL_CHROMIUM", "COMMONWEAL_TEST_DATABASES"}
for name in [name for name in os.environ if name.startswith("COMMONWEAL_") and name not in OUR_TESTS_OWN]:
    del os.environ[name]

# Each test has a database of its own. In memory, where there is room, none waits for the disk.
MEMORY = Path("/dev/shm")  # noqa: S108 each run makes a folder of its own there
if ("TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 1024 ** 3
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
