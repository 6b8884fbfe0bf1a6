// The notes of a new clip: the prompt's own where they were kept, no two of one pitch over each other.
// Five hundred at a time, because Live stands still while we work.

var NOTES_A_TURN = 500;

/**
 * Turns that put a variation's notes, as Live shall have them, into `state.notes`, by pitch and onset. A kept note is
 * the prompt's own, to the last bit.
 */
function noteTurns(source, variation, state) {
    var shift = orElse(state.shift, 0);
    state.byPitch = {};
    state.notes = [];
    if (variation.length === source.length && shift === 0) {
        source.outside.forEach(function (note) {
            keepNote(state, { note: note, kept: true, start: note.start_time, duration: note.duration });
        });
    }
    var turns = inPieces(variation.notes, NOTES_A_TURN).map(function (piece, number) {
        return function () {
            piece.forEach(function (numbers, i) {
                var place = variation.kept[number * NOTES_A_TURN + i] - 1;
                var isKept = place >= 0 && place < source.sent.length && sameNumbers(numbers, source.notes[place]);
                var note = isKept ? source.sent[place] : fromWire(numbers, source.loopStart);
                keepNote(state, { note: note, kept: isKept, start: note.start_time + shift, duration: note.duration });
            });
        };
    });
    return turns.concat([function cleanSome() {
        var from = state.notes.length;
        for (var pitch = state.pitch || 0; pitch < 128; pitch += 1) {
            state.notes = state.notes.concat(withoutOverlaps(state.byPitch[pitch] || []));
            if (state.notes.length - from >= NOTES_A_TURN) {
                state.pitch = pitch + 1;
                return [cleanSome];
            }
        }
        state.pitch = 0;
        return [];
    }]);
}

function keepNote(state, note) {
    var pitch = note.note.pitch;
    (state.byPitch[pitch] = state.byPitch[pitch] || []).push(note);
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

/** True when Live's notes are these, to half a tick; both by pitch and onset. */
function sameNotes(there, notes) {
    return there.length === notes.length && notes.every(function (one, i) {
        return there[i].pitch === one.note.pitch && Math.abs(there[i].start_time - one.start) <= 0.5 / TICKS &&
            Math.abs(there[i].duration - one.duration) <= 0.5 / TICKS;
    });
}
