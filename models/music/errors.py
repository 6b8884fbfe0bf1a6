"""The family of errors a person may read.

    ClipkinError            one sentence: what is wrong and what to do
    ├── BadValue            a value outside its kind or range (400)
    ├── EmptyClip           a clip without notes where notes are needed (422)
    ├── UnreadableFile      a file that can't be read as music
    ├── Refused             a request that no engine, or not this engine, can do (400)
    └── EngineUnavailable   an engine whose weights are missing or damaged (503)

Each carries ``field``, the name of the request's field at fault ("" where none is).
Foreign errors (mido's, safetensors', OSError) are renamed at the border, in the room that owns the library.
"""


class ClipkinError(Exception):
    """Base of every error that a person may read; ``str(error)`` is one sentence."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class BadValue(ClipkinError, ValueError):
    """A value of the wrong kind or outside its range."""


class EmptyClip(ClipkinError):
    """A clip without notes where at least one is needed."""


class UnreadableFile(ClipkinError):
    """A file that can't be read as music."""


class Refused(ClipkinError):
    """A well-formed request that can't be done; the sentence says why and what would work."""


class EngineUnavailable(ClipkinError):
    """An engine that can't run now; the sentence gives the reason."""
