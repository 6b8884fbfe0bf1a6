"""Broken and hostile files end in one sentence; files are written whole or not at all."""

import random
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import midi_file
from models.midi.repair import decoded
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


HEAD_OF_MACBINARY = bytes([0, 4]) + b"clip" + bytes(122)
RIFF = b"RIFF" + struct.pack("<L", 60) + b"RMIDdata" + struct.pack("<L", 48)
WITHOUT_END = ONE_NOTE[:-4]
OVER_SYSEX = bytes([0, 0x90, 60, 100, 0, 0xF0, 1, 0xF7, 0x83, 0x60, 60, 0, 0, 0xFF, 0x2F, 0])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (header(tracks=3) + track(ONE_NOTE), "number of tracks"),
        (header(tracks=0) + track(ONE_NOTE), "number of tracks"),
        (header() + track(ONE_NOTE)[:-6], "its end was missing"),  # in the middle of the note's off
        (header() + b"MTrk\xff\xff\xff\xff" + ONE_NOTE, "size of a track"),
        (header() + b"MTrk\x00\x00\x00\x03" + ONE_NOTE, "size of a track"),
        (header() + track(WITHOUT_END), "its end was missing"),
        (header() + track(b"\x00\xff\x59\x02\x40\x00" + ONE_NOTE), "key signature"),  # 64 sharps
        (header() + track(b"\x00\xff\x51\x02\x07\xa1" + ONE_NOTE), "can't be read"),  # a tempo of two bytes
        (header() + track(b"\x00\xff\x58\x02\x04\x02" + ONE_NOTE), ""),  # a metre of two bytes says enough
        (header() + b"XFIH" + struct.pack(">L", 4) + b"info" + track(ONE_NOTE), ""),
        (header(division=0xE728) + track(ONE_NOTE), ""),  # film frames: 25 x 40 ticks a second, so 500 a beat
        (HEAD_OF_MACBINARY + header() + track(ONE_NOTE), ""),
        (RIFF + header() + track(ONE_NOTE), ""),
        (header() + b"MTr\xa1" + struct.pack(">L", 13) + ONE_NOTE + track(ONE_NOTE), "size of a track"),
        (header() + track(ONE_NOTE[:-4] + b"\xff\xff\xff\x7f\x90\x40\x50" + ONE_NOTE[-4:]), "behind 32768 beats"),
        (header() + track(OVER_SYSEX), ""),
        (header(kind=7) + track(ONE_NOTE), "no type"),
        (header(division=0) + track(ONE_NOTE), "480 ticks were taken"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + header() + track(ONE_NOTE), ""),
        (header() + track(b"\x00\xff\x51\x03\x00\x00\x01" + ONE_NOTE), "can't be read"),  # 60 million BPM
        (header() + track(ONE_NOTE + ONE_NOTE), "behind the end of a track"),
        (header() + track(ONE_NOTE + bytes(9)), ""),  # padding
        (header() + track(bytes([0, 0xC0, 200]) + ONE_NOTE), "beyond 127"),
        (header() + track(b"\x00\xf0\x03\x7e\x7f\x09" + ONE_NOTE), ""),  # a sysex that goes on, and doesn't
        (header() + track(b"\x00\xf8\x00\xf2\x00\x00" + ONE_NOTE), ""),  # what belongs on a cable
        (header(tracks=2) + track(b"") + track(ONE_NOTE), "its end was missing"),
    ],
)
def test_what_players_read_is_read_and_what_was_repaired_is_said(tmp_path, data, said):
    path = tmp_path / "odd.mid"
    path.write_bytes(data)
    clip = midi_file.read(path)
    assert [note.pitch for note in clip.notes] == [60]
    assert [said in remark for remark in clip.carried.remarks] == [True] * bool(said)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"Lead", "Lead"),
        ("旋律 1".encode(), "旋律 1"),
        ("Flöte".encode("latin-1"), "Flöte"),
        ("ピアノ".encode("shift_jis"), "ピアノ"),
        ("エレキギター".encode("shift_jis"), "エレキギター"),
        ("钢琴主题".encode("gbk"), "钢琴主题"),
        ("贝斯".encode("gbk"), "贝斯"),
        (b"Lead\x00\n", "Lead"),
        ("Lead".encode("utf-16"), "Lead"),
        ("Mélodie".encode("utf-8-sig"), "Mélodie"),
    ],
)
def test_names_are_read_in_the_encoding_they_were_written_in(raw, name):
    assert decoded(raw) == name


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MThd",
        b"RIFF" + bytes(40),
        bytes(1000),
        header(),
        header()[:12],
        header() + track(bytes([0xFF, 0xFF, 0xFF, 0x7F]) + ONE_NOTE),  # a note after 559 240 beats
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
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "folder.mid", tmp_path / "file" / "a.mid"):
        with pytest.raises(BadValue, match="choose another (place|name)"):
            midi_file.write(path, a_clip((0, 60, 1)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.mid"]


def test_the_folder_of_a_new_file_is_made_and_that_of_one_to_replace_is_not(tmp_path):
    midi_file.write(tmp_path / "new" / "a.mid", a_clip((0, 60, 1)))
    with pytest.raises(BadValue, match="choose another place"):
        midi_file.write(tmp_path / "none" / "a.mid", a_clip((0, 60, 1)), replacing=True)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_file_that_was_there_is_never_replaced_unasked(tmp_path):
    path = tmp_path / "lead-1.mid"
    path.write_bytes(b"the user's own")
    with pytest.raises(BadValue, match="is there already"):
        midi_file.write(path, a_clip((0, 60, 1)))
    assert midi_file.write_numbered(tmp_path, "lead", a_clip((0, 60, 1))) == tmp_path / "lead-2.mid"
    assert path.read_bytes() == b"the user's own"
    midi_file.write(path, a_clip((0, 62, 1)), replacing=True)
    assert midi_file.read(path).notes == (Note(62, 0, 1),)
    assert len(list(tmp_path.iterdir())) == 2


def test_two_writers_in_one_folder_lose_nothing(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda n: midi_file.write_numbered(tmp_path, "x", a_clip((0, n, 1))), range(40)))
    assert sorted(midi_file.read(path).notes[0].pitch for path in paths) == list(range(40))
    assert {path.name for path in tmp_path.iterdir()} == {f"x-{number}.mid" for number in range(1, 41)}


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "old.mid"
    midi_file.write(path, a_clip((0, 60, 1)))
    before = path.read_bytes()
    with pytest.raises(BadValue, match="no clip"):
        midi_file.write(path, ())
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
