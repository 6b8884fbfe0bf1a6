"""A running piece drawn: what was asked, what sounded, bar by bar, and when each event came and landed."""

from collections.abc import Sequence

from models.jam.jam import Timed
from models.jam.sounding import NOTE_ON
from models.svg import KEPT, LINE, NEW, SHADE, WORD, Drawing

_WIDTH, _LEFT, _TOP, _CURVE, _LANE = 960.0, 90.0, 44.0, 130.0, 34.0


def following_picture(
    played: Sequence[Timed],
    bar: float,
    asked: Sequence[float],
    realised: Sequence[float],
    events: Sequence[tuple[float, str]],
    names: Sequence[tuple[int, str]],
) -> str:
    """The text of an SVG file.

    asked, realised  of each bar, 0-1 · events  beats and words · names  channels with what plays there
    """
    bars = max(1, len(realised))
    height = _TOP + _CURVE + 16 + _LANE * len(names) + 60
    drawing = Drawing(_WIDTH, height)
    step = (_WIDTH - _LEFT - 20) / bars

    def x(beat: float) -> float:
        return _LEFT + beat / bar * step

    def y(share: float) -> float:
        return _TOP + _CURVE * (1 - share)

    for number, share in enumerate(realised):
        drawing.rect(x(number * bar) + 1, y(share), step - 2, _CURVE * share, KEPT, opacity=0.6)
    steps = [
        point
        for number, share in enumerate(asked)
        for point in ((x(number * bar), y(share)), (x((number + 1) * bar), y(share)))
    ]
    drawing.line(steps, NEW, 2.5)
    top = _TOP + _CURVE + 16
    for lane, (channel, name) in enumerate(names):
        drawing.rect(_LEFT, top + lane * _LANE, _WIDTH - _LEFT - 20, _LANE - 4, SHADE)
        drawing.text(8, top + lane * _LANE + _LANE / 2 + 3, name)
        own = [(x(beat), message) for beat, message in played if message[0] == NOTE_ON | channel]
        pitches = [message[1] for _, message in own] or [0]
        low, span = min(pitches), max(pitches) - min(pitches) or 1
        # Beginnings of notes, the louder the darker.
        for at, (_, pitch, velocity) in own:
            height_in = (_LANE - 8) * (1 - (pitch - low) / span)
            drawing.rect(at, top + lane * _LANE + height_in, 2.5, 3.5, WORD, opacity=0.3 + 0.7 * velocity / 127)
    bottom = top + _LANE * len(names)
    for number, (beat, words) in enumerate(events):
        drawing.line([(x(beat), _TOP - 8), (x(beat), bottom)], LINE, 1)
        drawing.text(x(beat) + 2, _TOP - 26 + 12 * (number % 2), words, font_size=10)
    drawing.legend(_LEFT, height - 14, "asked", NEW)
    drawing.legend(_LEFT + 100, height - 14, "sounding: velocities struck in a bar, of the fullest bar", KEPT)
    return str(drawing)
