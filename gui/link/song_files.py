"""An arrangement as files: a .mid of the song and one of each section; and edits of it: what one track does in one
section, how long a section is, where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from gui.language.say import WORDS
from gui.state.values import Result, SongFiles
from models.generator import Place, Variation
from models.music.carried import in_a_row
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note

Sections = tuple[tuple[Clip | None, ...], ...]
"""For each section a clip for every track; None where it is silent."""


def clip_stem(stem: str, track: str, place: Place) -> str:
    """What the file of one clip of the song is called: "song 02 verse bass"."""
    return fit_for_a_file(f"{stem} {place.section + 1:02d} {place.section_name} {track}")


def song_of(results: Iterable[Result], tracks: int) -> tuple[tuple[str, ...], Sections]:
    """The names of the sections, and for each a clip for every track, None where it is silent."""
    made: dict[int, tuple[str, list[Clip | None]]] = {}
    for result in results:
        if (place := result.variation.place) is not None and place.track < tracks:
            clips = made.setdefault(place.section, (place.section_name, [None] * tracks))[1]
            clips[place.track] = result.variation.clip
    order = sorted(made)
    return tuple(made[section][0] for section in order), tuple(tuple(made[section][1]) for section in order)


def files_of(folder: Path, stem: str, names: Sequence[str]) -> tuple[Path, tuple[Path, ...]]:
    """Where the song lies, and each of its sections."""
    stems = (fit_for_a_file(f"{stem} {number:02d} {name}") for number, name in enumerate(names, 1))
    return folder / f"{fit_for_a_file(stem)} song.mid", tuple(folder / f"{each}.mid" for each in stems)


def write_song(folder: Path, stem: str, tracks: Sequence[str], names: tuple[str, ...], sections: Sections) -> SongFiles:
    """Write the sections' files and the song's into ``folder``; ``tracks``: their names. Raises BadValue."""
    from models import midi_file

    path, files = files_of(folder, stem, names)
    for file, clips in zip(files, sections, strict=True):
        named = [replace(clip, name=tracks[track]) for track, clip in enumerate(clips) if clip]
        midi_file.write(file, named, replacing=True)
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
            carried = in_a_row([(start, clip.carried) for start, clip in played])
            whole.append(replace(played[0][1], notes=tuple(notes), length=length, name=name, carried=carried))
    return whole


def starts_of(sections: Sections) -> tuple[list[float], float]:
    """Where each section begins, and where the song ends, in beats."""
    lengths = [max(clip.length for clip in clips if clip) for clips in sections]
    return [0.0, *accumulate(lengths)][:-1], sum(lengths)


def fit_for_a_file(name: str) -> str:
    """``name`` without what a system may refuse in a file's name."""
    return "".join(letter if letter.isalnum() or letter in " -_.()&+#~" else "-" for letter in name).strip(" .")


CELL_ACTIONS: Mapping[str, str] = WORDS["cell actions"]
"""What a track can do in a section, after the words of a plan."""

SECTION_ACTIONS: Mapping[str, str] = WORDS["section actions"]
"""What can be done with a whole section."""

_THIN_SHARE = 0.6
"""What thinning leaves of a track's notes."""


@dataclass(frozen=True, slots=True)
class SongEdit:
    """One edit: an action of ``CELL_ACTIONS`` with a track, or of ``SECTION_ACTIONS`` without one."""

    action: str
    section: int
    track: int | None = None


def edited(
    names: Sequence[str], sections: Sections, edit: SongEdit, loops: Sequence[Clip], vary: Callable[[Clip], Clip]
) -> tuple[tuple[str, ...], Sections]:
    """The song's names and sections after an edit; raises BadValue where nothing would be left.

    loops  the clip of each track; vary: makes a variation of a clip, of the same length
    """
    if edit.track is not None:
        length = next(clip.length for clip in sections[edit.section] if clip)
        clips = list(sections[edit.section])
        clips[edit.track] = _cell(edit.action, clips[edit.track], loops[edit.track].looped(length), vary)
        if not any(clips):
            raise BadValue("A section needs a track that plays; remove the section instead.", field="section")
        return tuple(names), (*sections[: edit.section], tuple(clips), *sections[edit.section + 1 :])
    order, place = list(range(len(names))), edit.section
    if edit.action == "remove":
        order.remove(place)
    elif edit.action == "again":
        order.insert(place, place)
    elif edit.action in ("earlier", "later"):
        other = min(max(place + (1 if edit.action == "later" else -1), 0), len(names) - 1)
        order[place], order[other] = order[other], order[place]
    if not order:
        raise BadValue("A song needs a section; this is the last one.", field="section")
    made = [sections[each] for each in order]
    if edit.action in ("longer", "shorter"):
        factor = 2.0 if edit.action == "longer" else 0.5
        made[place] = tuple(clip and _resized(clip, factor) for clip in made[place])
    return tuple(names[each] for each in order), tuple(made)


def _cell(action: str, clip: Clip | None, loop: Clip, vary: Callable[[Clip], Clip]) -> Clip | None:
    from models.analysis.role import find_role
    from models.arrangement.thinning import thinned
    from models.arrangement.treatments import built, filled, lifted

    plain: Mapping[str, Callable[[Clip], Clip]] = {"fill": filled, "lift": lifted, "build": built, "vary": vary}
    if action == "out":
        return None
    if action == "keep":
        return loop
    # What goes first, and what a fill is, depends on the role; few files say theirs.
    playing = clip or loop
    known = replace(playing, role=playing.role or find_role(playing))
    made = thinned(known, _THIN_SHARE, anyhow=True) if action == "thin" else plain[action](known)
    return replace(made, role=playing.role, length=loop.length)


def _resized(clip: Clip, factor: float) -> Clip:
    """The clip looped or cut to a length in whole bars, one at least."""
    length = max(1, round(clip.length * factor / clip.metre.bar)) * clip.metre.bar
    return clip.looped(length) if length > clip.length else clip.cut(0.0, length)
