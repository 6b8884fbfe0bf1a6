// The notes of a new clip: the prompt's own where they were kept, no two of one pitch over each other.
// Some hundreds at a time, because Live stands still while we work.

var NOTES_A_TURN = 300;
var FOR_EVER = 1000000;
var HAIR = 0.5 / TICKS;

/**
 * Turns that put a variation's notes, as Live shall have them, into `state.windows`. Each has at most 300, by pitch and
 * onset, and the pitches and beats in which Live has no other notes of the clip. A kept note is the prompt's own, to the
 * last bit.
 */
function noteTurns(source, variation, state) {
    var byPitch = {};
    var pitch = 0;
    var keep = function (note, isKept, shift) {
        (byPitch[note.pitch] = byPitch[note.pitch] || []).push({ note: note, kept: isKept,
            start: note.start_time + shift, duration: note.duration });
    };
    state.windows = [];
    if (variation.length === source.length && state.shift === 0) {
        source.outside.forEach(function (note) {
            keep(note, true, 0);
        });
    }
    return inPieces(variation.notes, NOTES_A_TURN).map(function (piece, number) {
        return function () {
            piece.forEach(function (numbers, i) {
                var place = variation.kept[number * NOTES_A_TURN + i] - 1;
                var isKept = place >= 0 && place < source.sent.length && sameNumbers(numbers, source.notes[place]);
                keep(isKept ? source.sent[place] : fromWire(numbers, source.loopStart), isKept, state.shift);
            });
        };
    }).concat([function cleanSome() {
        var low = pitch;
        var notes = [];
        do {
            notes = notes.concat(withoutOverlaps(byPitch[pitch] || []));
            pitch += 1;
        } while (pitch < 128 && notes.length + (byPitch[pitch] || []).length <= NOTES_A_TURN);
        // More than one piece only of one pitch: then they part the beats.
        inPieces(notes, NOTES_A_TURN).forEach(function (piece, i, pieces) {
            state.windows.push({ low: low, span: pitch - low, from: i === 0 ? -FOR_EVER : piece[0].start - HAIR,
                to: i + 1 < pieces.length ? pieces[i + 1][0].start - HAIR : FOR_EVER, notes: piece });
        });
        return pitch < 128 ? [cleanSome] : [];
    }]);
}

/**
 * Parts that overlap on the same pitch give way before Live cuts them. Rounding to ticks may lay a new note a hair over
 * a kept one: then the new one moves, because a kept note stays as it was.
 */
function withoutOverlaps(notes) {
    notes.sort(function (left, right) {
        return left.note.pitch - right.note.pitch || left.start - right.start || (left.kept ? -1 : 1);
    });
    var clean = [];
    for (var i = 0; i < notes.length; i += 1) {
        var note = notes[i];
        var before = clean[clean.length - 1];
        var over = before && before.note.pitch === note.note.pitch ? before.start + before.duration - note.start : 0;
        if (over > 0 && before.kept && !note.kept && over < 2 / TICKS) {
            note.start += over;
            note.duration -= over;
        } else if (over > 0) {
            before.duration -= over;
        }
        if (over > 0 && before.duration <= 0) {
            clean.pop();
        }
        if (note.duration > 0) {
            clean.push(note);
        }
    }
    return clean;
}

/** One of Live's notes at another place, without what Live would refuse in a new one. */
function placed(note, onset, duration) {
    return {
        pitch: note.pitch,
        start_time: onset,
        duration: duration,
        velocity: orElse(note.velocity, 100),
        mute: note.mute ? 1 : 0,
        probability: orElse(note.probability, 1),
        velocity_deviation: orElse(note.velocity_deviation, 0),
        release_velocity: orElse(note.release_velocity, 64)
    };
}

function byPitch(left, right) {
    return left.pitch - right.pitch || left.start_time - right.start_time;
}

/** What Live has in a window, as it says it. */
function readWindow(clip, window) {
    var text = call(clip, "get_notes_extended", window.low, window.span, window.from, window.to - window.from);
    return (notesIn(text) || []).sort(byPitch);
}

/** True when Live's notes are these, to half a tick; both by pitch and onset. */
function sameNotes(there, notes) {
    return there.length === notes.length && notes.every(function (one, i) {
        return there[i].pitch === one.note.pitch && Math.abs(there[i].start_time - one.start) <= HAIR &&
            Math.abs(there[i].duration - one.duration) <= HAIR;
    });
}
