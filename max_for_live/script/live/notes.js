// The notes of a new clip: the prompt's own where they were kept, no two of one pitch over each other, and read back.

/** The notes as Live shall have them: a kept note is the prompt's own, to the last bit. */
function notesFor(prompt, variation) {
    var notes = variation.length === prompt.length ? asKept(prompt.outside) : [];
    for (var i = 0; i < variation.notes.length; i += 1) {
        var numbers = variation.notes[i];
        var place = variation.kept[i] - 1;
        var isKept = place >= 0 && place < prompt.sent.length && sameNumbers(numbers, prompt.notes[place]);
        var note = isKept ? prompt.sent[place] : fromWire(numbers, prompt.loopStart);
        notes.push({ note: note, kept: isKept, start: note.start_time, duration: note.duration });
    }
    return notes;
}

function asKept(notes) {
    var kept = [];
    for (var i = 0; i < notes.length; i += 1) {
        kept.push({ note: notes[i], kept: true, start: notes[i].start_time, duration: notes[i].duration });
    }
    return kept;
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
    var list = [];
    for (var i = 0; i < notes.length; i += 1) {
        var note = notes[i].note;
        list.push({
            pitch: note.pitch,
            start_time: notes[i].start,
            duration: notes[i].duration,
            velocity: orElse(note.velocity, 100),
            mute: note.mute ? 1 : 0,
            probability: orElse(note.probability, 1),
            velocity_deviation: orElse(note.velocity_deviation, 0),
            release_velocity: orElse(note.release_velocity, 64)
        });
    }
    return list;
}

/** True when the clip holds exactly these notes, to half a tick. */
function reads(clip, notes) {
    var there = getNotes(clip, "get_all_notes_extended") || [];
    if (there.length !== notes.length) {
        return false;
    }
    there.sort(function (left, right) {
        return left.pitch - right.pitch || left.start_time - right.start_time;
    });
    for (var i = 0; i < notes.length; i += 1) {
        if (there[i].pitch !== notes[i].note.pitch || Math.abs(there[i].start_time - notes[i].start) > 0.5 / TICKS ||
                Math.abs(there[i].duration - notes[i].duration) > 0.5 / TICKS) {
            return false;
        }
    }
    return true;
}
