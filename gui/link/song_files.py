"""An arrangement as files: a .mid for each section with all its tracks, and one for the whole song, with markers.

Offers: ``write_song``, ``song_of``, ``files_of``, ``joined``, ``clip_stem``, ``kept_of_loop``, ``Sections``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from gui.state.values import Result, SongFiles
from models.generator import Place, Variation
from models.music.clip import Clip
from models.music.note import Note

Sections = tuple[tuple[Clip | None, ...], ...]
"""For each section a clip for every track; None where it is silent."""


def clip_stem(stem: str, track: str, place: Place) -> str:
    """What the file of one clip of the song is called: "song 02 verse bass"."""
    return _fit_for_a_file(f"{stem} {place.section + 1:02d} {place.section_name} {track}")


def song_of(results: Iterable[Result], tracks: int) -> tuple[tuple[str, ...], Sections]:
    """The names of the sections, and for each a clip for every track, None where it is silent."""
    names: dict[int, str] = {}
    clips: dict[int, list[Clip | None]] = {}
    for result in results:
        place = result.place
        if place is not None and place.track < tracks:
            names[place.section] = place.section_name
            clips.setdefault(place.section, [None] * tracks)[place.track] = result.variation.clip
    order = sorted(names)
    return tuple(names[section] for section in order), tuple(tuple(clips[section]) for section in order)


def files_of(folder: Path, stem: str, names: Sequence[str]) -> tuple[Path, tuple[Path, ...]]:
    """Where the song lies, and each of its sections."""
    stems = (_fit_for_a_file(f"{stem} {number:02d} {name}") for number, name in enumerate(names, 1))
    return folder / f"{_fit_for_a_file(stem)} song.mid", tuple(folder / f"{each}.mid" for each in stems)


def write_song(folder: Path, stem: str, tracks: Sequence[str], names: tuple[str, ...], sections: Sections) -> SongFiles:
    """Write the sections' files and the song's into ``folder``; ``tracks``: their names. Raises BadValue."""
    from models import midi_file

    path, files = files_of(folder, stem, names)
    for file, clips in zip(files, sections, strict=True):
        midi_file.write(
            file, [replace(clip, name=tracks[track]) for track, clip in enumerate(clips) if clip], replacing=True
        )
    midi_file.write(path, joined(sections, tracks), zip(starts_of(sections)[0], names, strict=True), replacing=True)
    return SongFiles(path, names, sections, files, tuple(tracks))


def kept_of_loop(variation: Variation, loop: Clip) -> tuple[int | None, ...]:
    """For each note of a song's clip the loop's note that it is, in whichever round of the loop; None: a new one."""
    places = {_shape(note, note.onset): place for place, note in enumerate(loop.notes)}
    return tuple(
        kept if kept is not None else places.get(_shape(note, note.onset % loop.length))
        for note, kept in zip(variation.clip.notes, variation.kept, strict=True)
    )


def _shape(note: Note, onset: float) -> tuple[float, ...]:
    """What makes two notes the same, as exact as the wire is."""
    return round(onset, 3), note.pitch, round(note.duration, 3), note.velocity


def joined(sections: Sections, tracks: Sequence[str]) -> list[Clip]:
    """Every track that plays at all, from the song's start to its end."""
    starts, length = starts_of(sections)
    whole = []
    for track, name in enumerate(tracks):
        played = [(start, clip) for start, clips in zip(starts, sections, strict=True) if (clip := clips[track])]
        if played:
            notes = (note.moved(onset=note.onset + start) for start, clip in played for note in clip.notes)
            whole.append(replace(played[0][1], notes=tuple(notes), length=length, name=name))
    return whole


def starts_of(sections: Sections) -> tuple[list[float], float]:
    """Where each section begins, and where the song ends, in beats."""
    lengths = [max(clip.length for clip in clips if clip) for clips in sections]
    return [0.0, *accumulate(lengths)][:-1], sum(lengths)


def _fit_for_a_file(name: str) -> str:
    """``name`` without what a system may refuse in a file's name."""
    return "".join(letter if letter.isalnum() or letter in " -_.()&+#~" else "-" for letter in name).strip(" .")
