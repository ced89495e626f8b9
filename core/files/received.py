"""What was sent, as a file for a moment."""

import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_file(content: bytes, name: str):
    """A path to these bytes that ends as the name does, before anything is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()[:10]}"
        path.write_bytes(content)
        yield str(path)
