"""Standard MIDI files of the world made clean: bytes in, mido's messages out, and what was mended.

Players are forgiving and so many files are not as the standard says: wrapped in RIFF or MacBinary, with chunks of other
kinds, chunk sizes and track counts that are off, no end of track, a cut end, key signatures that are none, time
signatures of two bytes, running status that goes on behind a system exclusive message, film frames for a division.
Here every event is walked once and handed to mido alone; what can't be understood is left out and said, so mido has
nothing to stumble over.

Offers: ``repaired``, ``decoded`` (a name in the encoding that it was most likely written in).
"""

import struct
from collections import Counter
from collections.abc import Iterator

import mido
from mido.midifiles.meta import build_meta_message

from models.music.errors import UnreadableFile

MOST_EVENTS = 200_000
MOST_BEATS = 32_768
"""More than four hours at 120 BPM; a later note is a mistake, or meant to exhaust us."""

_CHUNK = struct.Struct(">4sL")
_LENGTHS = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
"""Data bytes of a channel message by the upper half of its status."""
_SYSTEM_LENGTHS = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_META, _END_OF_TRACK, _TEMPO, _TIME_SIGNATURE, _KEY_SIGNATURE = 0xFF, 0x2F, 0x51, 0x58, 0x59
_META_LENGTHS = {0x00: (0, 2), 0x20: (1,), 0x21: (1,), _END_OF_TRACK: (0,), _TEMPO: (3,), 0x54: (5,)}
_FASTEST = 6_000
"""Microseconds of a beat at 10 000 BPM: less is a mistake, and more than the wire can say."""
_USUAL_DIVISION = 480
_BEAT_AT_120_BPM = 0.5
"""Seconds in a beat where a file counts in film frames and so names no beat."""

CUT, COUNT, SIZE, KEY, LATE, OTHER, KIND, DIVISION, BEHIND, VALUES = (
    "its end was missing",
    "its number of tracks was wrong",
    "the size of a track was wrong",
    "a key signature that is none was left out",
    f"what lies behind {MOST_BEATS} beats was left out",
    "what can't be read was left out",
    "it is of no type that there is",
    f"it doesn't say how it counts time, so {_USUAL_DIVISION} ticks were taken for a beat",
    "what stood behind the end of a track was left out",
    "values beyond 127 were taken for 127",
)


class _Cut(Exception):
    """The bytes of a track end inside an event, or can't be an event."""


def repaired(data: bytes) -> tuple[mido.MidiFile, tuple[str, ...]]:
    """The file as the standard has it, and in words what was mended; raises UnreadableFile where there is no MIDI.

    The words are parts of a sentence: "its end was missing". A file that needed nothing has none, and a file of a
    track that was cut short holds what came before the cut.
    """
    # At the front, or in the first kilobytes of a wrapping: RIFF, MacBinary, a web answer.
    start = data.find(b"MThd", 0, 4096)
    if start < 0:
        raise UnreadableFile("The file is not a MIDI file; export the clip as .mid and try again.")
    if len(data) < start + 14:
        raise UnreadableFile("The file ends inside its header; export it again.")
    size, kind, count, division = struct.unpack(">LHHH", data[start + 4 : start + 14])
    faults: Counter[str] = Counter()
    ticks = _division(division, faults)
    first = start + 8 + (size if 6 <= size < 256 else 6)
    tracks = [_walked(body, MOST_BEATS * ticks, faults) for body in _tracks(data, first, faults)]
    if not tracks:
        raise UnreadableFile("The file holds no track; export the clip as .mid and try again.")
    faults[COUNT] += len(tracks) != count
    faults[KIND] += kind > 2
    kind = 1 if (kind == 0 and len(tracks) > 1) or kind > 2 else kind
    midi = mido.MidiFile(type=kind, ticks_per_beat=ticks, tracks=tracks)
    return midi, tuple(fault for fault, times in faults.items() if times)


def _division(raw: int, faults: Counter[str]) -> int:
    """Ticks per beat; frames a second times ticks a frame are those of a second, so of two beats at 120 BPM."""
    if raw & 0x8000:
        raw = round((256 - (raw >> 8)) * (raw & 0xFF) * _BEAT_AT_120_BPM)
    if not raw:
        faults[DIVISION] += 1
    return raw or _USUAL_DIVISION


def _tracks(data: bytes, at: int, faults: Counter[str]) -> Iterator[bytes]:
    """The bodies of the track chunks; where a size leads nowhere, up to the next chunk's name or the file's end."""
    while at + 8 <= len(data):
        name, size = _CHUNK.unpack_from(data, at)
        end = at + 8 + size
        if name == b"MTrk":
            if end != len(data) and not _is_chunk(data, end):
                following = data.find(b"MTrk", at + 8)
                end = len(data) if following < 0 else following
                faults[SIZE] += 1
            yield data[at + 8 : end]
        elif not name.isalnum() or end > len(data):
            # A broken name, or what follows the last track: padding, a wrapping's own data.
            end = data.find(b"MTrk", at)
            if end < 0:
                return
            faults[SIZE] += 1
        at = end


def _is_chunk(data: bytes, at: int) -> bool:
    """Does a chunk begin here, or only padding follow?"""
    return data[at : at + 4].isalnum() if at + 8 <= len(data) else at <= len(data)


def _walked(body: bytes, most: int, faults: Counter[str]) -> mido.MidiTrack:
    """A track's messages, up to its end of track, to where it is cut or to ``most`` ticks."""
    track, waited, at, status, events, tick = mido.MidiTrack(), 0, 0, 0, 0, 0
    try:
        while at < len(body):
            delta, at = _number(body, at)
            tick += delta
            if tick > most:
                faults[LATE] += 1
                break
            waited += delta
            events += 1
            if events > MOST_EVENTS:
                raise UnreadableFile(f"The file has more than {MOST_EVENTS} MIDI events; split it and try a part.")
            message, at, status = _message(body, at, status, faults)
            if message is not None and message.type == "end_of_track":
                faults[BEHIND] += any(body[at:])
                break
            if message is not None:
                message.time, waited = waited, 0
                track.append(message)
        else:
            faults[CUT] += 1
    except _Cut:
        faults[CUT] += 1
        waited = 0
    track.append(mido.MetaMessage("end_of_track", time=waited))
    return track


def _message(
    body: bytes, at: int, status: int, faults: Counter[str]
) -> tuple[mido.Message | mido.MetaMessage | None, int, int]:
    """The message at a place, None for one that is left out; where the next one begins; and the running status, which
    only channel messages change.
    """
    (first,) = _taken(body, at, 1)
    if first in (0xF0, 0xF7, _META):
        kind = _taken(body, at + 1, 1)[0] if first == _META else first
        size, start = _number(body, at + (2 if first == _META else 1))
        data = _taken(body, start, size)
        if first == _META:
            return _meta(kind, data, faults), start + size, status
        inside = data.removeprefix(b"\xf0").removesuffix(b"\xf7")
        return mido.Message("sysex", data=[min(byte, 127) for byte in inside]), start + size, status
    if first >= 0xF0:
        return None, at + 1 + _SYSTEM_LENGTHS.get(first, 0), status
    if first >= 0x80:
        status, at = first, at + 1
    elif not status:
        raise _Cut
    size = _LENGTHS[status >> 4]
    values = _taken(body, at, size)
    faults[VALUES] += max(values) > 127
    return mido.Message.from_bytes((status, *(min(value, 127) for value in values))), at + size, status


def _meta(kind: int, data: bytes, faults: Counter[str]) -> mido.MetaMessage | None:
    """A meta message that keeps to the standard; None where it makes no sense."""
    size = len(data)
    if kind == _TIME_SIGNATURE and size >= 2 and data[0] and data[1] <= 5:
        return build_meta_message(kind, (data + bytes((24, 8))[max(0, size - 2) :])[:4])
    if kind == _KEY_SIGNATURE:
        if size >= 2 and -7 <= int.from_bytes(data[:1], "big", signed=True) <= 7 and data[1] in (0, 1):
            return build_meta_message(kind, data[:2])
        faults[KEY] += 1
        return None
    wrong = kind == _TIME_SIGNATURE or size not in _META_LENGTHS.get(kind, (size,)) or kind > 127
    if wrong or (kind == _TEMPO and int.from_bytes(data, "big") < _FASTEST):
        faults[OTHER] += 1
        return None
    return build_meta_message(kind, data)


def _taken(body: bytes, at: int, size: int) -> bytes:
    if at + size > len(body):
        raise _Cut
    return body[at : at + size]


def _number(body: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, at most four bytes, and where it ends."""
    value = 0
    for place in range(at, at + 4):
        (byte,) = _taken(body, place, 1)
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    raise _Cut


def decoded(raw: bytes) -> str:
    """A name as a person wrote it: UTF-8 where it can be, else Shift-JIS, GBK or Latin-1, whichever reads best.

    Files say nothing about their encoding. Japanese names hold kana, Chinese ones the common characters that the
    standard of 1980 lists first; a name of Latin letters with an accent here and there is Latin-1.
    """
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        candidates = [(_plausible(raw, encoding), encoding) for encoding in ("latin-1", "shift_jis", "gbk")]
        text = raw.decode(max(candidates, key=lambda each: each[0])[1])
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _plausible(raw: bytes, encoding: str) -> float:
    """How much a name in an encoding looks like words: a share of its letters, below 0 where it can't be read."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    foreign = [letter for letter in text if not letter.isascii()]
    if encoding == "latin-1":
        accents = sum(letter.isalpha() for letter in foreign)
        return accents / len(foreign) * (len(text) - len(foreign)) / len(text)
    if encoding == "shift_jis":
        kana = sum("぀" <= letter <= "ヿ" for letter in foreign)
        halves = sum("｡" <= letter <= "ﾟ" for letter in foreign)
        return (kana + 0.5 * (len(foreign) - kana - halves)) / len(foreign)
    common = sum(0xB0 <= letter.encode("gbk")[0] <= 0xD7 for letter in foreign)
    return (0.9 * common) / len(foreign)
