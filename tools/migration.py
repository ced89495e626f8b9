"""Writes the next migration of core or of a plugin that ships: what its models have and its migrations lack.

    python tools/migration.py core first_tables
    python tools/migration.py midterm keep_claims

The file is a frozen copy: it imports nothing of ours. Read it, mend what it cannot know, commit it. For a plugin of an
instance there is `commonweal plugin migration`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from core.plugin_author.migrating import write_migration  # noqa: E402

if __name__ == "__main__":
    print(write_migration(*sys.argv[1:]))
