"""Answers to calls, through the same studio as every request; made in a process of their own, so that whoever keeps
the beat never waits for an engine, nor for Python's lock.

Offers: ``answer_of`` (an ask to a clip), ``request_of``, ``fitted``, ``Answers``.
"""

import functools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace

from models.analysis.key import clip_scale
from models.engines.registry import FALLBACK
from models.generator import Request
from models.jam.jam import Ask
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.studio import AUTO, Studio

_OWN_WAY = 0.3
"""Similarity below which an answer is no variation but what comes next."""


def request_of(ask: Ask) -> Request:
    """The request for the answer: a variation, what comes next, or a part beside the call."""
    dials = ask.dials
    everything = ask.call
    for clip in reversed(ask.before):
        later = (note.moved(onset=note.onset + clip.length) for note in everything.notes)
        everything = replace(clip, notes=(*clip.notes, *later), length=clip.length + everything.length)
    scale = None if everything.drums else clip_scale(everything)
    asked = Request(prompts=(ask.call,), count=1, seed=ask.turn, scale=scale)
    if dials.partner != "same":
        return asked.but(task="accompany", role=dials.partner)
    scale = None if ask.call.drums else scale
    plain = asked.but(role=ask.call.role, scale=scale, density=dials.density, mood=dials.mood)
    if dials.similarity < _OWN_WAY:
        return plain.but(task="continue", bars=dials.bars)
    return plain.but(similarity=dials.similarity)


_studio = functools.cache(Studio)


def answer_of(ask: Ask) -> Clip | str:
    """The answer, as long as the call; or the sentence that says why there is none."""
    try:
        made = next(_studio().generate(request_of(ask), ask.dials.engine), None)
    except ClipkinError as problem:
        return problem.sentence
    if made is None:
        return "No answer differs from the call; go farther."
    return fitted(ask, made.clip)


def fitted(ask: Ask, clip: Clip) -> Clip:
    """What was made of an ask, as long as the call: of what goes on behind it the end."""
    if ask.dials.similarity < _OWN_WAY and ask.dials.partner == "same" and clip.length > ask.call.length:
        clip = clip.cut(clip.length - ask.call.length, clip.length)
    return clip.looped(ask.call.length)


class Answers:
    """Each ask is answered twice: at once by rule, then by the engine asked for; the newest ask goes first.

    A hurried one is answered once, by rule, and only where its turn has no better answer yet.

    answered  called with the turn and the answer, or a sentence, from another thread
    executor  where answers are made; None: a process of its own
    """

    def __init__(self, answered: Callable[[int, Clip | str], None], executor: Executor | None = None) -> None:
        self._answered = answered
        self.executor = executor or ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: Ask | None = None
        self._best = -1

    def ask(self, ask: Ask) -> None:
        """Have answers made; returns at once."""
        with self._lock:
            if ask.hurried and self._best == ask.turn:
                return
            if self._busy:
                self._waiting = ask
                return
            self._busy = True
        self._begin(ask)

    def _begin(self, ask: Ask, quickly: bool = True) -> None:
        """Have one made by rule, and then, if nothing newer waits, by the engine asked for."""
        quick = _quickly(ask) if quickly else ask
        better = quick if ask.hurried else ask
        self.executor.submit(answer_of, quick).add_done_callback(functools.partial(self._made, quick, better))

    def _made(self, ask: Ask, better: Ask, future: Future[Clip | str]) -> None:
        if future.cancelled():
            return
        problem = future.exception()
        made = future.result() if problem is None else f"The engine failed ({problem})."
        self._answered(ask.turn, made)
        with self._lock:
            newer, self._waiting = self._waiting, None
            self._busy = newer is not None or ask != better
            if isinstance(made, Clip) and ask != _quickly(ask):
                self._best = ask.turn
        if newer is not None:
            self._begin(newer)
        elif ask != better:
            self._begin(better, quickly=False)

    def close(self) -> None:
        """Let no further answer be made."""
        self._waiting = None
        self.executor.shutdown(wait=False, cancel_futures=True)


def _quickly(ask: Ask) -> Ask:
    """The same ask of who answers at once; a part beside the call is written by rule anyway."""
    if ask.dials.engine != AUTO or ask.dials.partner != "same":
        return ask
    return replace(ask, dials=replace(ask.dials, engine=FALLBACK))
