"""Live, as the panel sees it: where the user stands there, the clip that is selected taken, results put back.

A thread of its own asks and waits.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gui.link import clip_files
from gui.link.song_files import fit_for_a_file
from gui.state.values import LiveClip, LiveState, Prompt, Result
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.errors import ClipkinError

if TYPE_CHECKING:
    from bridge.client.client import Client
    from bridge.client.live import FromLive
    from gui.link.link import Link

_ASK_EVERY_S = 1.0
_Order = Callable[["Client"], None]


class LiveLink:
    """``take`` and ``put`` return at once; ``begin`` starts to look. Answers go out by the link's ``live_news`` (None
    without a Live), ``live_taken``, ``told`` and ``failed``.
    """

    def __init__(self, link: Link) -> None:
        """link: has the client, and the folder where clips that were taken are kept as files."""
        self._link = link
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._taken: dict[Path, FromLive] = {}
        self._state: LiveState | None = None
        self.tried = ""  # for a report: what Live was asked for, and what came
        self._thread = threading.Thread(target=self._work, name="clipkin-live", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def take(self) -> None:
        """Take the clip that is selected in Live."""
        self._orders.put(self._take)

    def put(self, results: list[Result], prompt: Prompt | None) -> None:
        """Put results into Live: below the clip that their prompt was, or as the scenes of a song."""
        self._orders.put(lambda client: self._put(client, results, prompt))

    def close(self, timeout_s: float) -> None:
        """End; an order at work is waited for as long."""
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _work(self) -> None:
        from bridge.client.live import live_report

        while True:
            try:
                order = self._orders.get(timeout=_ASK_EVERY_S)
            except queue.Empty:
                order = self._look
            if order is None:
                return
            client = self._link.client
            if client is None or not client.status.online:
                continue
            try:
                order(client)
            except ClipkinError as error:
                self._link.failed.emit(error.sentence)
            if order != self._look:  # a look is no news
                self.tried = live_report(client)

    def _look(self, client: Client) -> None:
        from bridge.client.live import live_now

        now = live_now(client)
        state = LiveState(now.selection, now.host, now.set_name, now.track, now.clip) if now else None
        if state != self._state:
            self._state = state
            self._link.live_news.emit(state)

    def _take(self, client: Client) -> None:
        from bridge.client.live import take_from_live

        taken = take_from_live(client)
        name = taken.clip.name or taken.track or "Live"
        kept = self._kept(taken.order, name, taken.clip, str(taken.scale or ""))
        prompt = replace(kept, selected=taken.selected, pads=tuple(sorted(taken.pads.items())))
        self._taken[prompt.path] = taken
        named = ((clip.name or f"track {number}", clip) for number, clip in enumerate(taken.context, 1))
        self._link.live_taken.emit(LiveClip(prompt, tuple(self._kept(taken.order, *each) for each in named)))

    def _kept(self, order: int, name: str, clip: Clip, key: str = "") -> Prompt:
        """The clip as a file of ours, so that it can be shown, dragged and come back as any other."""
        stem = fit_for_a_file(name) or "Live"
        bare = Variation(clip, 0, (None,) * len(clip.notes), Report(1.0))
        path = clip_files.write_variation(self._link.places.variations / f"live-{order}", stem, bare)
        return Prompt(clip, path, key or clip_files.key_of(clip), chords=clip_files.chords_of(clip))

    def _put(self, client: Client, results: list[Result], prompt: Prompt | None) -> None:
        from bridge.client.live import put_into_live, song_places
        from bridge.messages.live import BELOW, SCENES

        clips = [result.variation.clip for result in results]
        taken = self._taken.get(prompt.path) if prompt else None
        placed = [place for result in results if (place := result.variation.place)]
        song = len(placed) == len(results)
        places = song_places([place.section for place in placed], [place.track for place in placed]) if song else None
        self._link.told.emit(put_into_live(client, clips, taken, SCENES if song else BELOW, places))
