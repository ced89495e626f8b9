"""The file store: whole files under the name of their content, and nothing else."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from core.db import utc_now
from core.files.store import as_file, content_of, drop, keep, path_of, sweep


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


@pytest.mark.parametrize("name", ["../there.key", "", "x", "A" * 64, "0" * 63, "0" * 65, f"{'0' * 64}\n", "/etc"])
def test_only_a_sum_leads_to_a_file(tmp_path, name):
    with pytest.raises(ValueError, match="no SHA-256"):
        path_of(tmp_path, name)


def test_a_file_that_is_read_before_it_is_kept_lies_beside_the_store_for_its_owner_alone(app, tmp_path):
    with as_file(b"names", "list.CSV", tmp_path / "files") as path:
        place = Path(path)
        assert (place.suffix, place.parent.parent) == (".csv", tmp_path / "files")
        assert place.parent.stat().st_mode & 0o077 == 0
        sweep(tmp_path / "files", utc_now())
        assert place.exists()
        sweep(tmp_path / "files", utc_now() + timedelta(hours=2))      # as after a kill
        assert not place.exists()
