"""The table of tasks: what each gives, reads, takes and keeps.

Panel, device, command line and PROTOCOL.md are made of it, and ``constraints.prepare`` holds every request against
it. Pure data: the rooms that do a task know what its words mean; a test sees to it that every word here is understood.

Offers: ``TABLE`` (task -> ``Row``), ``Task``, ``TASKS``, ``CONTROLS``, ``Words``; the limits of a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from models.music.clip import ROLES, Role
from models.music.locks import FLAGS

_OfNotes = Literal["vary", "infill", "continue", "humanise", "morph", "generate"]
_OfHarmony = Literal["voice", "harmonise", "reharmonise", "accompany", "drums", "arrange"]
Task = Literal[_OfNotes, _OfHarmony]
TASKS: tuple[Task, ...] = get_args(Task)


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


CONTROLS = _words(
    "region selected scale outside similarity temperature density range polyphony mood style bars count context chords "
    "tempo metre voices bass every amount plan"
)
"""The request's fields that not every task takes; locks have a list of their own."""

Reads = Literal["clip", "pair", "slot", "neighbours", "scene"]

LARGEST_SEED = 2**24 - 1
"""Seeds travel on a wire whose numbers may be float32."""
SEEDS_APART = 27_721  # from one variation's seed to the next: far from what a user tries; 1 past a multiple of 12
MOST_VARIATIONS = 64
BOUNDS: Mapping[str, tuple[float, float]] = {
    "count": (1, MOST_VARIATIONS),
    "seed": (0, LARGEST_SEED),
    "temperature": (0.1, 2.0),
    "similarity": (0, 1),
    "polyphony": (1, 128),
    "tempo": (20, 999),
    "voices": (2, 8),
    "every": (0.5, 64),
    "amount": (0.001, 1),
}
"""Lowest and highest values of a request's numbers."""
MOST_CONTEXT = 8
"""Context clips that travel with a request."""
MOST_STYLE, MOST_MOOD = 60, 120
"""Bytes of the style words and of the mood words."""


@dataclass(frozen=True, slots=True)
class Words:
    """Style words of one kind.

    kind     what the command line calls the option that takes them
    shown    those of the menus
    several  may more than one be said?
    more     understood as well, but in no menu
    parts    the parts that they say something of; (): any
    """

    kind: str
    shown: tuple[str, ...]
    several: bool = False
    more: tuple[str, ...] = ()
    parts: tuple[Role, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All that are understood."""
        return tuple(dict.fromkeys((*self.shown, *self.more)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task.

    sentence  what it gives, for the user
    takes     the controls that have an effect on it
    locks     the flags that it can keep; single drums (lanes) wherever the rhythm can be kept
    words     the style words that it understands, kind by kind
    reads     what it works on: one clip, a pair of clips, none but the slot that it is for, the neighbours that play
              (with the clip that a part stands in for, or none), or a whole scene
    parts     the parts that it makes, the first the usual one; (): ``role`` says what the prompt is
    only      what a control or the locks have no effect without: one of these style words, or of these parts
    most_bars longest length that may be asked for
    similarity the usual one, where the task has a dial that is never off
    narrowed  a region or a selection has to be named
    in_place  a result stands in the prompt's place, note under note
    ranked    the best result comes first: without a seed of the user's own it is asked for with seed 0
    """

    sentence: str
    takes: frozenset[str]
    locks: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    reads: Reads = "clip"
    parts: tuple[Role, ...] = ()
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most_bars: int = 64
    similarity: float | None = None
    narrowed: bool = False
    in_place: bool = False
    ranked: bool = False

    @property
    def clips(self) -> tuple[int, int]:
        """Fewest and most prompts."""
        return {"pair": (2, 2), "slot": (0, 0), "neighbours": (0, 1)}.get(self.reads, (1, 1))

    @property
    def of_scene(self) -> bool:
        """Does it work on all clips that play at the same time?"""
        return self.reads in ("neighbours", "scene")

    @property
    def one_word(self) -> bool:
        """Is one style word all that it can use?"""
        return len(self.words) == 1 and not self.words[0].several

    @property
    def styles(self) -> tuple[str, ...]:
        """The style words that a menu should show."""
        return tuple(word for kind in self.words for word in kind.shown)

    def allows(self, control: str, style: str = "", role: Role | None = None) -> bool:
        """Has the control ("locks" for all flags) an effect, with these style words and this part?"""
        taken = bool(self.locks) if control == "locks" else control in self.takes
        needed = set(self.only.get(control, ()))
        any_part = role is None and needed <= set(ROLES)
        return taken and (not needed or any_part or bool(needed & {*style.lower().split(), role}))

    def kept(self, style: str = "") -> tuple[str, ...]:
        """The lock flags that it can keep with these style words."""
        return self.locks if self.allows("locks", style) else ()

    def locks_key(self, drums: bool, mood: str) -> bool:
        """Does a scale that is left to us lock the clip's key? Not where harmony is searched, which finds its own key,
        nor between two clips, which have two, nor under a mood, which may ask for another mode.
        """
        searched = self.ranked or self.reads in ("neighbours", "pair")
        return "scale" in self.takes and not searched and not drums and not mood

    @property
    def keeps_lanes(self) -> bool:
        """Can single drums be locked?"""
        return "rhythm" in self.locks


def _takes(controls: str) -> frozenset[str]:
    return frozenset(controls.split())  # a test compares them with ``CONTROLS``


_CHORDS = (
    Words("style", _words("close open drop2 drop3 rootless shell spread quartal cluster guitar")),
    Words("preset", _words("pop house-stab deep-house lofi neo-soul gospel jazz trap-dark cinematic ambient trance")),
    Words("rhythm", _words("hold strum stab arpeggio"), more=("keep",)),
    Words("extensions", _words("6 7 9 11 13 add9 add11 sus2 sus4"), several=True),
)
_VOICING = {"style": "voicing"}
_BEATS = _words(
    "house techno disco trap hip-hop lo-fi drum-and-bass breakbeat garage rock pop ballad funk soul reggaeton reggae "
    "bossa afro jazz folk classical ambient"
)
_PLANS = ("pop", *(word for word in _BEATS if word not in ("pop", "breakbeat", "garage", "soul", "reggaeton")))
_OTHER_BEATS = _words(
    "trance deep-house minimal 808 drill hiphop boom-bap lofi dnb jungle breaks ukg 2-step metal indie rnb "
    "neo-soul dembow dub bossa-nova latin samba afrobeat amapiano swing country acoustic cinematic"
)
_FILLS = _words("half-bar down last-beat broken build stop triplets hat-rolls")
_FIGURES = _words("root sub octave syncopated walking")
_WAYS = _words(
    "eighths offbeats rolling hook slap pocket two-feel broken long tumble surdo one-drop steppers gallop house-stab "
    "stabs push threes rave pad quarters rocking anthem strum picked power hits chops clav skank bubble lazy dusty "
    "sway charleston clave comments four montuno alberti chorale oompah bells dark echo mirror guide arpeggio gospel "
    "trap-dark"
)
"""How a part is played: figures of the bass, compings, manners of a counter-melody, presets of the chords."""

_LANES = _words("kick snare hat closed-hat open-hat tom crash ride")
_OTHER_LANES = (
    *_words("hats hihat closed open toms clap rim bd sd hh cymbal kicks snares pedal shaker tambourine cowbell conga"),
    *_words("bongo"),
    *map(str, range(128)),
)

_NEW_NOTES = "count scale temperature density range polyphony mood context chords"

TABLE: Mapping[Task, Row] = {
    "vary": Row(
        sentence="New versions of the clip, as near to it as the similarity says.",
        takes=_takes(f"{_NEW_NOTES} region selected outside similarity style"),
        locks=FLAGS,
        words=(Words("style", (), more=_BEATS + _OTHER_BEATS),),
        similarity=0.7,
        in_place=True,
    ),
    "infill": Row(
        sentence="New notes inside a region or in place of the selected ones; the rest stays.",
        takes=_takes(f"{_NEW_NOTES} region selected outside similarity"),
        locks=FLAGS,
        narrowed=True,
        in_place=True,
    ),
    "continue": Row(sentence="The next bars.", takes=_takes(f"{_NEW_NOTES} bars")),
    "humanise": Row(
        sentence="The same notes, played by a person: other velocities and timing.",
        takes=_takes("count temperature mood region selected context"),
        locks=FLAGS,
        in_place=True,
    ),
    "morph": Row(
        sentence="Steps from one clip to another.",
        takes=_takes("count scale range polyphony chords"),
        reads="pair",
        in_place=True,
    ),
    "generate": Row(
        sentence="A clip from nothing: role, style, scale, mood and length.",
        takes=_takes(f"{_NEW_NOTES} bars tempo metre style voices bass"),
        words=(
            Words("style", _BEATS, more=_OTHER_BEATS),
            *(Words(_VOICING.get(kind.kind, kind.kind), (), kind.several, kind.known, ("chords",)) for kind in _CHORDS),
        ),
        only=dict.fromkeys(("voices", "bass"), ("chords",)),
        reads="slot",
        parts=ROLES,
    ),
    "voice": Row(
        sentence="The same chords, laid out otherwise, with the smoothest steps between them.",
        takes=_takes("count scale outside range polyphony region selected style voices bass chords"),
        locks=("top", "bass"),
        words=_CHORDS,
        in_place=True,
        ranked=True,
    ),
    "harmonise": Row(
        sentence="Chords under a melody; temperature is their colour.",
        takes=_takes("count scale temperature range polyphony style voices bass every chords"),
        words=_CHORDS,
        ranked=True,
    ),
    "reharmonise": Row(
        sentence="Other chords in place of these, as near to them as the similarity says.",
        takes=_takes("count scale outside range polyphony region selected similarity style voices bass chords"),
        words=_CHORDS,
        similarity=0.7,
        in_place=True,
        ranked=True,
    ),
    "accompany": Row(
        sentence="A part that fits the clips that play: bass, chords, drums or a counter-melody.",
        takes=_takes("count scale style context chords"),
        words=(Words("style", (*_BEATS, *_FIGURES), several=True, more=_WAYS + _OTHER_BEATS),),
        reads="neighbours",
        parts=("bass", "chords", "drums", "melody"),
    ),
    "drums": Row(
        sentence="A beat from a rhythm, a groove, a fill, one drum anew, or a busier or sparser beat.",
        takes=_takes("count temperature region style amount"),
        locks=FLAGS,
        words=(
            Words("make", _words("beat groove fill lane busier sparser")),
            Words("style", _BEATS, several=True, more=_FILLS + _OTHER_BEATS),
            Words("lane", _LANES, several=True, more=_OTHER_LANES),
        ),
        only={
            "region": ("groove", "fill", "lane", "busier", "sparser"),
            "amount": ("groove", "busier", "sparser"),
            "locks": ("groove",),
        },
        in_place=True,
    ),
    "arrange": Row(
        sentence="A song from the clips of a scene: intro, verse, build, drop and so on as new scenes.",
        takes=_takes("scale style bars context chords plan"),
        reads="scene",
        words=(Words("plan", _PLANS, more=_BEATS + _OTHER_BEATS), Words("clashes", _words("match"))),
        most_bars=512,
    ),
}
"""Every task in the order of the menus; the tasks that make a song or a part read the clips of a whole scene."""
