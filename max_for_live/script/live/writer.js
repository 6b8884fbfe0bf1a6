// Writes new clips into free slots, in one undo step, and reads back what Live made of them.
// Called from a Task only: inside a notification Live refuses every change.

var NOTES_A_CALL = 500;
var NAME_SUFFIX = / ~\d+ s\d+$/;

/** Writes all of them, or throws a Refusal; gives the words for the status line. */
function writeClips(target, variations) {
    if (!isThere(target.track)) {
        throw new Refusal(SAY.trackGone);
    }
    if (isFrozen(target.track)) {
        throw new Refusal(SAY.frozenTrack);
    }
    variations.sort(byIndex);
    var changed = false;
    allOrNothing(function (made) {
        var slots = freeSlots(target, variations.length, made);
        variations.forEach(function (one, i) {
            changed = !writeClip(slots[i], target.source, one, nameOf(target, one), made) || changed;
        });
    });
    var one = variations.length === 1;
    var words = target.behind ? [one ? SAY.oneWritten : SAY.written] : [one ? SAY.oneAdded : SAY.added];
    return (one ? words : [variations.length].concat(words)).concat(changed ? [SAY.changed] : [], remarkOf(variations));
}

function byIndex(left, right) {
    return left.index - right.index;
}

/** The first thing that the server remarks, once, however many variations it holds for. */
function remarkOf(variations) {
    var remark = [].concat.apply([], variations.map(function (variation) {
        return variation.remarks;
    }))[0];
    return remark ? filled(remark[0], remark.slice(1)) : [];
}

/** The prompt's name, or without one what the server calls it, with the place and the seed that makes it again. */
function nameOf(target, variation) {
    var stem = target.source.name.replace(NAME_SUFFIX, "") || variation.name || "clip";
    var word = target.word && stem.slice(-target.word.length) !== target.word ? " " + target.word : "";
    return stem + word + " ~" + (variation.index + 1) + " s" + variation.seed;
}

/** Makes one clip and adds its slot to `made`; true when Live gives back what was written. */
function writeClip(slot, source, variation, name, made) {
    if (hasClip(slot)) {
        throw new Refusal(SAY.slotRefused);
    }
    call(slot, "create_clip", variation.length / TICKS);
    var clip = getId(slot, "clip");
    if (clip === 0) {
        throw new Refusal(SAY.slotRefused);
    }
    made.slots.push(slot);
    shapeClip(clip, source, variation);
    set(clip, "name", name);
    var notes = withoutOverlaps(notesFor(source, variation));
    inPieces(notes, NOTES_A_CALL).forEach(function (piece) {
        call(clip, "add_new_notes", { notes: bare(piece) });
    });
    return reads(clip, notes);
}

/** Loop, markers, metre and colour, as the source has them; another length moves the ends. */
function shapeClip(clip, source, variation) {
    var same = variation.length === source.length;
    var end = same ? source.loopEnd : source.loopStart + variation.length / TICKS;
    set(clip, "looping", source.looping);
    setSpan(clip, "loop_start", source.loopStart, "loop_end", end);
    setSpan(clip, "start_marker", source.startMarker, "end_marker", same ? source.endMarker : end);
    set(clip, "signature_numerator", source.numerator);
    set(clip, "signature_denominator", source.denominator);
    set(clip, "color", source.color);
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
