// Writes new clips and reads back what Live made of them. Results are in `last`, to be kept or taken back.

var NAME_SUFFIX = / ~\d+ s\d+( \d+%)?$/;

// How this Live takes new notes: as an object, or as its JSON text. Which one is seen by reading back.
var asText = false;

/** Turns that write all variations; `target` as in orders.js. */
function clipTurns(target, variations) {
    variations.sort(byIndex);
    var slots = [];
    return [function (work) {
        if (!isThere(target.track) || isFrozen(target.track)) {
            throw new Refusal(isThere(target.track) ? SAY.frozenTrack : SAY.trackGone);
        }
        slots = target.arranged ? [] : findFreeSlots(target, variations.length, work.made);
    }].concat(variations.map(function (variation, i) {
        return function () {
            return oneClipTurns(target.source, variation, nameOf(target, variation), function (made) {
                var create = target.inLanes ? createInLane : createInArrangement;
                return target.arranged ? create(target.track, target.start, variation.length / TICKS, made) :
                    createInSlot(slots[i], variation.length / TICKS, made);
            }, target.arranged);
        };
    }));
}

/** What the status line says of clips that are there. */
function wordsFor(target, variations, changed) {
    var one = variations.length === 1;
    var words = target.behind ? [one ? SAY.oneWritten : SAY.written] : [one ? SAY.oneAdded : SAY.added];
    words = target.arranged ? [variations.length, target.inLanes ? SAY.inLanes : SAY.arranged] : one ? words : [variations.length].concat(words);
    return words.concat(changed ? [SAY.changed] : [], target.changedSource ? [SAY.sourceChanged] : [],
        target.instead || [], remarkOf(variations));
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

/** The prompt's name, or without one what the server calls it, with the place, the seed, and how near it is. */
function nameOf(target, variation) {
    var stem = target.source.name.replace(NAME_SUFFIX, "") || variation.name || "clip";
    var word = target.word && stem.slice(-target.word.length) !== target.word ? " " + target.word : "";
    var near = variation.similarity >= 0 && target.source.length > 0 ? " " + Math.round(variation.similarity / 10) + "%" : "";
    return variation.seed === undefined ? stem : stem + word + " ~" + (variation.index + 1) + " s" + variation.seed + near;
}

/** Turns that make one clip; `create(made)` gives its id. In the arrangement (`moved`) a clip begins with its loop. */
function oneClipTurns(source, variation, name, create, moved) {
    var state = { clip: 0, shift: moved ? -source.loopStart : 0, lost: 0, changed: false, again: false };
    var make = function (work) {
        state.clip = create(work.made);
        shapeClip(state.clip, moved ? atZero(source) : source, variation);
        set(state.clip, "name", name);
    };
    var each = function (action) {
        return function () {
            return state.windows.map(function (window) {
                return function (work) {
                    action(window, work);
                };
            });
        };
    };
    var write = each(function (window) {
        addNotes(state.clip, window.notes);
    });
    var prove = each(function (window) {
        var there = readWindow(state.clip, window);
        state.lost += window.notes.length - there.length;
        state.changed = !sameNotes(there, window.notes) || state.changed;
    });
    var end = function (work) {
        var text = getNotesText(state.clip);
        if (state.lost > 0) {
            // A Live that doesn't give them window by window is asked once more for all.
            var all = (notesIn(text) || []).sort(byPitch);
            var wanted = [].concat.apply([], state.windows.map(function (window) {
                return window.notes;
            }));
            state.lost = wanted.length - all.length;
            state.changed = !sameNotes(all, wanted);
        }
        if (state.lost <= 0) {
            work.made.clips[work.made.clips.length - 1].text = text;
            work.changed = state.changed || work.changed;
            return [];
        }
        if (state.again) {
            throw new Refusal(SAY.notesLost);
        }
        asText = !asText;
        state.again = true;
        state.lost = 0;
        state.changed = false;
        return [function () {
            removeClip(work.made.clips.pop());
        }, make, write, prove, end];
    };
    return noteTurns(source, variation, state).concat([make, write, prove, end]);
}

function addNotes(clip, piece) {
    var notes = { notes: piece.map(function (one) {
        return placed(one.note, one.start, one.duration);
    }) };
    call(clip, "add_new_notes", asText ? JSON.stringify(notes) : notes);
}

/** A source's shape, begun at beat 0. */
function atZero(source) {
    return withAll(withAll({}, source), { loopStart: 0, startMarker: 0, looping: 1, length: 0 });
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
