"""Weights of the role model: what each measure, less its centre and divided by its scale, says for a role.

Fitted by ``python -m models.training.analysis.fit``: softmax regression, L2 1e-4, on the train split
of all sources of notes: whole tracks and stretches of 2 and 4 bars, sources balanced. Rounded.
"""

from __future__ import annotations

MEASURES = (
    "leap", "repeated", "steps", "wide leaps", "duration", "legato", "density", "ringing",
    "uneven durations", "uneven gaps", "lowest", "highest", "spread", "bottom", "below 48", "below 40",
    "different pitches", "off scale", "entropy", "commonest pitch", "drum keys", "kick", "snare", "hats",
    "cymbals", "voices", "together",
)
"""What is looked at, as ``role`` computes it."""

CENTRES = (
    0.342, 0.196, 0.34, 0.121, -0.57, 1.053, 0.407, 0.288,
    0.423, 0.653, 4.234, 5.444, 0.409, 4.748, 0.229, 0.117,
    2.167, 0.063, 1.633, 0.285, 0.438, 0.035, 0.069, 0.066,
    0.157, 1.417, 0.27,
)
SCALES_OF = (
    0.254, 0.251, 0.284, 0.188, 0.755, 0.473, 0.682, 0.314,
    0.245, 0.745, 1.114, 0.998, 0.205, 1.027, 0.342, 0.236,
    0.699, 0.079, 0.442, 0.155, 0.41, 0.094, 0.155, 0.13,
    0.204, 0.623, 0.343,
)

ROLE_BIAS = (0.51, 3.02, -1.04, -2.50)
"""Of melody, chords, bass and drums."""

ROLE_WEIGHTS = {
    "leap": (0.19, -0.06, 0.02, -0.15),
    "repeated": (0.30, -0.44, 0.42, -0.28),
    "steps": (0.40, -0.51, 0.38, -0.26),
    "wide leaps": (0.11, -0.02, -0.17, 0.08),
    "duration": (0.00, 0.38, 0.21, -0.60),
    "legato": (0.52, -0.03, -0.25, -0.25),
    "density": (-0.75, 0.23, -0.38, 0.90),
    "ringing": (-0.53, 0.94, -1.62, 1.21),
    "uneven durations": (0.22, 0.19, -0.00, -0.41),
    "uneven gaps": (0.14, -0.12, -0.06, 0.03),
    "lowest": (0.65, -0.19, -0.25, -0.21),
    "highest": (0.31, -0.09, 0.00, -0.22),
    "spread": (-0.06, -0.22, -0.41, 0.69),
    "bottom": (-0.33, 0.85, -0.69, 0.16),
    "below 48": (-0.61, 0.26, 0.47, -0.13),
    "below 40": (-0.74, -0.22, 0.70, 0.25),
    "different pitches": (-0.14, 0.73, 0.49, -1.08),
    "off scale": (-0.16, 0.03, -0.24, 0.37),
    "entropy": (-0.22, -0.88, 0.27, 0.84),
    "commonest pitch": (-0.54, -0.52, -0.02, 1.08),
    "drum keys": (-1.82, -0.18, 0.20, 1.80),
    "kick": (-0.37, -0.19, 0.03, 0.52),
    "snare": (0.01, -0.13, -0.52, 0.64),
    "hats": (-0.17, -0.08, -0.06, 0.31),
    "cymbals": (0.38, -0.10, -0.07, -0.21),
    "voices": (-0.99, 0.20, -0.04, 0.83),
    "together": (-0.36, 1.25, -0.67, -0.23),
}
