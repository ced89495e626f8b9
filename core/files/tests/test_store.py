"""The file store: whole files under the name of their content, and nothing else."""

import hashlib
import os
from datetime import timedelta

import pytest

from core.db import utc_now
from core.files.store import content_of, drop, keep, path_of


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


def test_what_was_just_brought_again_is_not_dropped_before_its_row_is_written(app, tmp_path):
    sha256, now = keep(tmp_path, b"again"), utc_now()
    os.utime(path_of(tmp_path, sha256), (0, 0))
    assert keep(tmp_path, b"again") == sha256
    drop(tmp_path, sha256, now)
    assert content_of(tmp_path, sha256) == b"again"
    drop(tmp_path, sha256, now + timedelta(hours=2))
    drop(tmp_path, sha256, now + timedelta(hours=2))        # gone already
    assert not path_of(tmp_path, sha256).exists()
