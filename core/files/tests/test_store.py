"""The file store: whole files under the name of their content, and nothing else."""

import hashlib
import os

import pytest

from core.files.store import content_of, keep


def test_the_same_bytes_are_kept_once_under_their_hash(tmp_path):
    names = {keep(tmp_path, b"one"), keep(tmp_path, b"one")}
    assert names == {hashlib.sha256(b"one").hexdigest()}
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == list(names)
    assert content_of(tmp_path, *names) == b"one"


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_full_disk_leaves_no_half_file_behind(tmp_path, monkeypatch, where):
    def full(*arguments):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, where, full)
    with pytest.raises(OSError, match="No space left"):
        keep(tmp_path, b"x" * 100_000)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
