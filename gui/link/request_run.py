"""A request on its way: sent, sent again when the server dies, its variations written as files as they come."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gui.link import clip_files, song_files
from gui.link.song_files import SongEdit, edited
from gui.state.values import Order, Result, Round
from gui.state.wish import AUTO
from models.generator import Place, Report, Request, Variation
from models.music.clip import Clip
from models.music.errors import BadValue, ClipkinError
from models.tasks.table import TABLE

if TYPE_CHECKING:
    from bridge.client.client import Client
    from gui.link.link import Link

_LOOK_S = 0.1
_TRIES = 3
_AGAIN_S = 20.0
"""How long a request waits for a server that died, and how often it is sent at all."""

_EDITS_SIMILARITY = 0.75
_NAMED = re.compile(r"(?:The engine (\S+) stood in|Played by the engine (\S+)\.)")
"""Remarks that tell who made a result."""


class RequestRun(threading.Thread):
    """One round on a thread of its own; one ``request_ended`` comes whatever happens ("" when all went well).

    cancelled  set: it was stopped by the user; what has come stays
    """

    def __init__(self, made: Round, link: Link, before: Round | None = None, edit: SongEdit | None = None) -> None:
        """link: has the client and the folder of variations; its signals carry the answers. With an edit the song of
        the round ``before`` is edited; else the round's own request is made.
        """
        super().__init__(name="clipkin-request", daemon=True)
        self._round, self._link, self._before, self._change = made, link, before, edit
        self.cancelled = threading.Event()
        stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{made.number:03d}-{made.order.request.seed}"
        self._folder = link.places.variations / stamp
        self._come: list[Result] = []

    def run(self) -> None:
        sentence = ""
        try:
            if self._before is None or self._change is None:
                self._vary()
            else:
                self._edit(self._before, self._change)
        except ClipkinError as error:
            sentence = error.sentence
        except Exception as error:
            # The panel must not stay busy for ever; the mistake itself goes to the report.
            sentence = f"The panel made a mistake ({type(error).__name__}); copy the diagnostics."
            raise
        finally:
            self._link.request_ended.emit(self._round, sentence)

    def _vary(self) -> None:
        order = self._round.order
        for number, variation in enumerate(self._made(order), 1):
            if self._round.engine == AUTO:
                self._round.engine = self._who_made(variation)
            self._add(order, number, variation)
        if order.request.task == "arrange" and self._come and not self.cancelled.is_set():
            self._write_song(*song_files.song_of(self._come, len(order.tracks)))

    def _made(self, order: Order) -> Iterator[Variation]:
        """The variations; of a server that died the rest comes from the next one: the same seed gives the same."""
        from bridge.client.job import ServerSilent

        come = 0
        for tries_left in reversed(range(_TRIES)):
            client = self._answering_client()
            if client is None:
                return
            try:
                made = client.vary(order.request, order.engine, self._link.progress_came.emit, self.cancelled.is_set)
                for number, variation in enumerate(made):
                    if number >= come:
                        come += 1
                        yield variation
            except ServerSilent:
                if not tries_left:
                    raise
                self._link.told.emit("The request is sent again as soon as the server answers.")
            else:
                return

    def _answering_client(self) -> Client | None:
        """The client, once its server answers; None where the user has no patience. Raises BadValue."""
        end = time.monotonic() + _AGAIN_S
        while time.monotonic() < end and not self.cancelled.is_set():
            client = self._link.client
            if client is not None and client.status.online:
                return client
            self.cancelled.wait(_LOOK_S)
        if not self.cancelled.is_set():
            raise BadValue("The server doesn't answer yet; try again in a moment.")
        return None

    def _who_made(self, variation: Variation) -> str:
        """The engine behind "automatic", as far as it is told."""
        if told := next(filter(None, map(_NAMED.match, variation.report.remarks)), None):
            return str(told[1] or told[2])
        if TABLE[self._round.order.request.task].ranked:
            return "harmony"
        client = self._link.client
        return (client.status.engine if client else "") or AUTO

    def _edit(self, before: Round, edit: SongEdit) -> None:
        song, request = before.song, before.order.request
        if song is None:
            raise BadValue("There is no whole song to edit.", field="section")
        loops = (*request.prompts, *request.context)
        if len(loops) != len(song.tracks):  # they are gone: the clip with the most notes stands for each
            rows = [[clip for clip in clips if clip] for clips in zip(*song.clips, strict=True)]
            loops = tuple(max(clips or sum(rows, []), key=lambda clip: len(clip.notes)) for clips in rows)

        def vary(clip: Clip) -> Clip:
            seed = request.seed + self._round.number
            asked = Request(prompts=(clip,), similarity=_EDITS_SIMILARITY, count=1, seed=seed)
            return next((each.clip for each in self._made(Order(asked, AUTO, ""))), clip)

        names, sections = edited(song.names, song.clips, edit, loops, vary)
        for section, clips in enumerate(sections):
            for track, clip in enumerate(clips):
                if clip is not None:
                    place = Place(section, track, names[section])
                    variation = Variation(clip, request.seed, (None,) * len(clip.notes), Report(0.0), place)
                    self._add(self._round.order, len(self._come) + 1, variation, loops[track])
        self._write_song(names, sections)

    def _add(self, order: Order, number: int, variation: Variation, loop: Clip | None = None) -> None:
        """The variation as a file, and all that the window shows of it; ``loop``: of a song's track."""
        request, place, track = order.request, variation.place, ""
        stem, chords = f"{order.stem or request.task}-{number}", clip_files.chords_of(variation.clip)
        if place is not None and place.track < len(order.tracks):
            track = order.tracks[place.track]
            stem = song_files.clip_stem(order.stem, track, place)
            kept = song_files.kept_of_loop(variation, loop or (*request.prompts, *request.context)[place.track])
            variation = replace(variation, kept=kept)
        try:
            path = clip_files.write_variation(self._folder, stem, variation)
        except BadValue as error:
            if self._come or self._folder.is_relative_to(tempfile.gettempdir()):
                raise
            # A full disk or a home that can't be written must not keep anybody from what was made.
            self._link.told.emit(f"{error.sentence} The results lie in {tempfile.gettempdir()} for now.")
            self._folder = Path(tempfile.gettempdir()) / f"clipkin-{self._folder.name}"
            path = clip_files.write_variation(self._folder, stem, variation)
        behind = request.prompt if TABLE[request.task].in_place and request.prompts and not track else None
        asked, follows = None if track else request.similarity, request.task == "continue"
        self._come.append(Result(number, variation, path, behind, asked, track, chords, follows))
        self._link.result_came.emit(self._round, self._come[-1])

    def _write_song(self, names: tuple[str, ...], sections: song_files.Sections) -> None:
        order = self._round.order
        song = song_files.write_song(self._folder, order.stem, order.tracks, names, sections)
        self._link.song_came.emit(self._round, song)
