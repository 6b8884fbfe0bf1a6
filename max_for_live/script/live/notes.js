// The notes of a new clip: the prompt's own where they were kept, no two of one pitch over each other, and read back.

/** The notes as Live shall have them: a kept note is the prompt's own, to the last bit. */
function notesFor(prompt, variation) {
    var outside = variation.length === prompt.length ? asKept(prompt.outside) : [];
    return outside.concat(variation.notes.map(function (numbers, i) {
        var place = variation.kept[i] - 1;
        var isKept = place >= 0 && place < prompt.sent.length && sameNumbers(numbers, prompt.notes[place]);
        var note = isKept ? prompt.sent[place] : fromWire(numbers, prompt.loopStart);
        return { note: note, kept: isKept, start: note.start_time, duration: note.duration };
    }));
}

function asKept(notes) {
    return notes.map(function (note) {
        return { note: note, kept: true, start: note.start_time, duration: note.duration };
    });
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

/** The notes without what Live would refuse in a new one. */
function bare(notes) {
    return notes.map(function (one) {
        return placed(one.note, one.start, one.duration);
    });
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

/** True when the clip holds exactly these notes, to half a tick. */
function reads(clip, notes) {
    var there = getNotes(clip, "get_all_notes_extended") || [];
    there.sort(function (left, right) {
        return left.pitch - right.pitch || left.start_time - right.start_time;
    });
    return there.length === notes.length && notes.every(function (one, i) {
        return there[i].pitch === one.note.pitch && Math.abs(there[i].start_time - one.start) <= 0.5 / TICKS &&
            Math.abs(there[i].duration - one.duration) <= 0.5 / TICKS;
    });
}
