"""Broken and hostile files end in one sentence; files are written whole or not at all."""

import random
import struct
import time

import pytest

from models import midi_file
from models.music.clip import Clip
from models.music.errors import BadValue, UnreadableFile
from models.music.note import Note


def a_clip(*notes, length=4.0, **fields):
    return Clip(tuple(Note(pitch, onset, duration) for onset, pitch, duration in notes), length, **fields)


def track(body):
    return b"MTrk" + struct.pack(">L", len(body)) + body


def header(kind=0, tracks=1, division=480):
    return b"MThd" + struct.pack(">LHHH", 6, kind, tracks, division)


ONE_NOTE = bytes([0, 0x90, 60, 100, 0x83, 0x60, 0x80, 60, 0, 0, 0xFF, 0x2F, 0])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MThd",
        b"RIFF" + bytes(40),
        bytes(1000),
        header(),
        header()[:12],
        header(tracks=3) + track(ONE_NOTE),  # tracks that aren't there
        header() + track(ONE_NOTE)[:-6],  # cut
        header(kind=7) + track(ONE_NOTE),
        header(division=0) + track(ONE_NOTE),
        header(division=0xE728) + track(ONE_NOTE),  # film frames
        header() + track(bytes([0xFF, 0xFF, 0xFF, 0x7F]) + ONE_NOTE),  # a note after 559 240 beats
        header() + track(bytes([0x90, 60]) * 5),
        header() + b"MTrk\xff\xff\xff\xff" + ONE_NOTE,
        header() + track(b"\x00\xff\x59\x02\x40\x00" + ONE_NOTE),  # 64 sharps
        header() + track(bytes([0, 0x90, 60, 1]) + bytes([0, 60, 1]) * 300_000),
        header() + bytes(5_000_000),
    ],
    ids=lambda data: f"{len(data)}-bytes-{data[:20].hex()}",
)
def test_a_hostile_file_is_refused_with_one_sentence(tmp_path, data):
    path = tmp_path / "bad.mid"
    path.write_bytes(data)
    start = time.perf_counter()
    with pytest.raises(UnreadableFile, match=r"^[^\n]+\.$"):
        midi_file.read(path)
    assert time.perf_counter() - start < 10


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.mid", tmp_path, "a\0b.mid"):
        with pytest.raises(UnreadableFile, match="can't be opened"):
            midi_file.read_tracks(path)


def test_no_mutation_of_a_file_raises_anything_else(tmp_path):
    rng = random.Random(5)
    original = midi_file.encode(
        [
            Clip(tuple(Note(rng.randrange(128), n / 4, 0.25) for n in range(40)), 16.0, "lead", key="A minor"),
            a_clip((0, 36, 1), role="drums"),
        ]
    )
    path, refused = tmp_path / "fuzz.mid", 0
    for _ in range(600):
        data = bytearray(original)
        for _ in range(rng.choice((1, 1, 2, 4, 16))):
            at = rng.randrange(len(data))
            choice = rng.randrange(4)
            if choice == 0:
                data[at] = rng.randrange(256)
            elif choice == 1:
                del data[at : at + rng.randrange(1, 9)]
            elif choice == 2:
                data[at:at] = rng.randbytes(rng.randrange(1, 9))
            else:
                data[at] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        try:
            for clip in (*midi_file.read_tracks(path), midi_file.read(path)):
                assert all(note.duration > 0 and 0 <= note.onset < clip.length for note in clip.notes)
        except UnreadableFile:
            refused += 1
    assert 0 < refused < 600


# ---- writing whole or not at all


def test_a_place_that_cannot_be_written_keeps_what_was_there(tmp_path):
    (tmp_path / "folder.mid").mkdir()
    for path in (tmp_path / "folder.mid", tmp_path / "nowhere" / "a.mid"):
        with pytest.raises(BadValue, match="choose another place"):
            midi_file.write(path, a_clip((0, 60, 1)))
    assert [path.name for path in tmp_path.iterdir()] == ["folder.mid"]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "old.mid"
    midi_file.write(path, a_clip((0, 60, 1)))
    before = path.read_bytes()
    with pytest.raises(BadValue, match="no clip"):
        midi_file.write(path, ())
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
