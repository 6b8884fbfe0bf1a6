// Writes variations into free slots of the prompt's track, in one undo step, and reads back what Live made of them.
// Called from a Task only: inside a notification Live refuses every change.

var NOTES_A_CALL = 500;
var NAME_SUFFIX = / ~\d+ s\d+$/;

/** Writes all of them, or throws a Refusal; gives the words for the status line. */
function writeVariations(prompt, variations) {
    if (!isThere(prompt.track)) {
        throw new Refusal(SAY.trackGone);
    }
    if (Number(get(prompt.track, "is_frozen")) === 1) {
        throw new Refusal(SAY.frozenTrack);
    }
    variations.sort(function (left, right) {
        return left.index - right.index;
    });
    var changed = false;
    asOneStep(function () {
        var slots = freeSlots(prompt, variations.length);
        var written = [];
        try {
            for (var i = 0; i < variations.length; i += 1) {
                changed = !writeVariation(slots[i], prompt, variations[i], written) || changed;
            }
        } catch (reason) {
            takeAway(written);
            throw reason;
        }
    });
    var words = variations.length === 1 ? [SAY.oneWritten] : [variations.length, SAY.written];
    return words.concat(changed ? [SAY.changed] : [], remarkOf(variations));
}

/** The first thing that the server remarks, once, however many variations it holds for. */
function remarkOf(variations) {
    for (var i = 0; i < variations.length; i += 1) {
        if (variations[i].remarks.length > 0) {
            return filled(variations[i].remarks[0][0], variations[i].remarks[0].slice(1));
        }
    }
    return [];
}

/** Ids of `count` empty slots of the prompt's track, below the prompt, with scenes added where they run out. */
function freeSlots(prompt, count) {
    var slots = getIds(prompt.track, "clip_slots");
    var first = prompt.slot === 0 ? 0 : indexOf(slots, prompt.slot) + 1;
    var free = emptyFrom(slots, first);
    for (var missing = count - free.length; missing > 0; missing -= 1) {
        call(idAt("live_set"), "create_scene", -1);
    }
    free = emptyFrom(getIds(prompt.track, "clip_slots"), first);
    if (free.length < count) {
        throw new Refusal(SAY.noSlot);
    }
    return free.slice(0, count);
}

function emptyFrom(slots, first) {
    var free = [];
    for (var i = first; i < slots.length; i += 1) {
        if (Number(get(slots[i], "has_clip")) === 0) {
            free.push(slots[i]);
        }
    }
    return free;
}

/** All of a request's clips or none: takes away those that were made before one couldn't be. */
function takeAway(slots) {
    for (var i = 0; i < slots.length; i += 1) {
        call(slots[i], "delete_clip");
    }
}

/** Makes one clip and adds its slot to `written`; true when Live gives back what was written. */
function writeVariation(slot, prompt, variation, written) {
    if (Number(get(slot, "has_clip")) !== 0) {
        throw new Refusal(SAY.slotRefused);
    }
    call(slot, "create_clip", variation.length / TICKS);
    var clip = getId(slot, "clip");
    if (clip === 0) {
        throw new Refusal(SAY.slotRefused);
    }
    written.push(slot);
    shapeClip(clip, prompt, variation);
    var notes = withoutOverlaps(notesFor(prompt, variation));
    var pieces = inPieces(notes, NOTES_A_CALL);
    for (var i = 0; i < pieces.length; i += 1) {
        call(clip, "add_new_notes", { notes: bare(pieces[i]) });
    }
    return reads(clip, notes);
}

/** Loop, markers, metre, colour and name, as the prompt has them; another length moves the ends. */
function shapeClip(clip, prompt, variation) {
    var same = variation.length === prompt.length;
    var end = same ? prompt.loopEnd : prompt.loopStart + variation.length / TICKS;
    set(clip, "looping", prompt.looping);
    setSpan(clip, "loop_start", prompt.loopStart, "loop_end", end);
    setSpan(clip, "start_marker", prompt.startMarker, "end_marker", same ? prompt.endMarker : end);
    set(clip, "signature_numerator", prompt.numerator);
    set(clip, "signature_denominator", prompt.denominator);
    set(clip, "color", prompt.color);
    var stem = prompt.name.replace(NAME_SUFFIX, "");
    set(clip, "name", (stem === "" ? "clip" : stem) + " ~" + (variation.index + 1) + " s" + variation.seed);
}

/** Sets a start and an end so that the start lies before the end at every moment. */
function setSpan(clip, startName, start, endName, end) {
    if (end > get(clip, startName)) {
        set(clip, endName, end);
        set(clip, startName, start);
    } else {
        set(clip, startName, start);
        set(clip, endName, end);
    }
}

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
