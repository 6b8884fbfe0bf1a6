// Reads the selected clip as the prompt of a request.

/** Raised where something can't be done; `sentence` goes to the status line. */
function Refusal(sentence) {
    this.sentence = sentence;
}

/**
 * The selected clip, or a Refusal. Its notes are those that begin inside the loop; `sent` keeps what Live said of
 * each, `outside` what lies beside the loop, so that nothing is lost by the wire's rounding.
 */
function readPrompt(task) {
    var clip = selectedClip();
    if (Number(get(clip, "is_midi_clip")) !== 1) {
        throw new Refusal(SAY.audioClip);
    }
    var prompt = placeOf(clip);
    if (Number(get(prompt.track, "is_frozen")) === 1) {
        throw new Refusal(SAY.frozenTrack);
    }
    readShape(clip, prompt);
    readNotes(clip, prompt);
    readSelection(clip, prompt, task);
    prompt.role = hasDrums(prompt.track, 0) ? 4 : 0;
    return prompt;
}

function selectedClip() {
    var clip = idAt("live_set view detail_clip");
    if (clip === 0) {
        var slot = idAt("live_set view highlighted_clip_slot");
        clip = slot !== 0 && Number(get(slot, "has_clip")) === 1 ? getId(slot, "clip") : 0;
    }
    if (clip === 0) {
        throw new Refusal(SAY.noClip);
    }
    return clip;
}

/** Where a clip lies: its track, and its slot or (in the arrangement, slot 0) its time. */
function placeOf(clip) {
    var parent = getId(clip, "canonical_parent");
    var place = { clip: clip, slot: 0, track: parent, start: 0 };
    if (Number(get(clip, "is_arrangement_clip")) === 1) {
        place.start = get(clip, "start_time");
        if (typeOf(parent) === "TakeLane") {
            place.track = getId(parent, "canonical_parent");
        }
    } else {
        place.slot = parent;
        place.track = getId(parent, "canonical_parent");
    }
    return place;
}

function readShape(clip, shape) {
    shape.name = getText(clip, "name");
    shape.color = get(clip, "color");
    shape.looping = Number(get(clip, "looping"));
    shape.loopStart = get(clip, "loop_start");
    shape.loopEnd = get(clip, "loop_end");
    shape.startMarker = get(clip, "start_marker");
    shape.endMarker = get(clip, "end_marker");
    shape.numerator = get(clip, "signature_numerator");
    shape.denominator = get(clip, "signature_denominator");
    shape.tempo = Math.round(get(idAt("live_set"), "tempo") * 1000);
    shape.length = Math.round((shape.loopEnd - shape.loopStart) * TICKS);
    if (shape.length > LARGEST) {
        throw new Refusal(SAY.tooLong);
    }
}

function readNotes(clip, prompt) {
    var notes = getNotes(clip, "get_all_notes_extended");
    if (notes === null) {
        throw new Refusal(SAY.unreadable);
    }
    prompt.sent = [];
    prompt.outside = [];
    for (var i = 0; i < notes.length; i += 1) {
        var inside = notes[i].start_time >= prompt.loopStart && notes[i].start_time < prompt.loopEnd;
        (inside ? prompt.sent : prompt.outside).push(notes[i]);
    }
    prompt.sent.sort(byOnset);
    if (prompt.sent.length === 0) {
        throw new Refusal(SAY.emptyClip);
    }
    if (prompt.sent.length > MOST_NOTES) {
        throw new Refusal(SAY.tooManyNotes);
    }
    prompt.notes = toWireAll(prompt.sent, prompt.loopStart, prompt.length);
}

function byOnset(left, right) {
    return left.start_time - right.start_time || left.pitch - right.pitch;
}

function toWireAll(notes, start, length) {
    var all = [];
    for (var i = 0; i < notes.length; i += 1) {
        all.push(toWire(notes[i], start, length));
    }
    return all;
}

/** The selected notes as words of 24 bits; none when all notes or no notes are selected. */
function readSelection(clip, prompt, task) {
    prompt.selected = [];
    var chosen = {};
    var notes = getNotes(clip, "get_selected_notes_extended") || [];
    for (var i = 0; i < notes.length; i += 1) {
        chosen[notes[i].note_id] = true;
    }
    var words = [];
    var count = 0;
    for (var n = 0; n < prompt.sent.length; n += 1) {
        var word = Math.floor(n / 24);
        words[word] = words[word] || 0;
        if (chosen[prompt.sent[n].note_id]) {
            words[word] += Math.pow(2, n % 24);
            count += 1;
        }
    }
    if (task === "infill" && count === 0) {
        throw new Refusal(SAY.noSelection);
    }
    if (count > 0 && (count < prompt.sent.length || task === "infill") && task !== "continue") {
        prompt.selected = words;
    }
}

/** The set's scale as [root, mask], or null where Live has none switched on. */
function readScale() {
    var song = idAt("live_set");
    var root = Number(get(song, "root_note"));
    var intervals;
    if (liveIsAtLeast(12, 0)) {
        intervals = Number(get(song, "scale_mode")) === 1 ? getAll(song, "scale_intervals") : null;
    } else {
        // Live 11 can't say whether the scale is meant: what it says unasked, C Major, is taken for none.
        var name = getText(song, "scale_name");
        intervals = name === "Major" && root === 0 ? null : SCALES[name];
    }
    if (!intervals) {
        return null;
    }
    var mask = 1;
    for (var i = 0; i < intervals.length; i += 1) {
        mask |= 1 << (Number(intervals[i]) % 12);
    }
    return [root, mask];
}
