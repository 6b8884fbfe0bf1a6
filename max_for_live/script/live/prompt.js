// Reads the selected clip as the prompt of a request, and the set's scale.

/** Raised where something can't be done; `sentence` goes to the status line. */
function Refusal(sentence) {
    this.sentence = sentence;
}

/** The MIDI clip at a place as a prompt, or a Refusal. */
function readPromptAt(place, task) {
    if (Number(get(place.clip, "is_midi_clip")) !== 1) {
        throw new Refusal(SAY.audioClip);
    }
    if (isFrozen(place.track)) {
        throw new Refusal(SAY.frozenTrack);
    }
    var prompt = withAll(readClip(place.clip), place);
    var wrong = prompt.length > LARGEST ? SAY.tooLong : prompt.sent === null ? SAY.unreadable :
        prompt.sent.length === 0 ? SAY.emptyClip : prompt.sent.length > MOST_NOTES ? SAY.tooManyNotes : null;
    if (wrong) {
        throw new Refusal(wrong);
    }
    readSelection(prompt, task);
    prompt.role = roleOf(prompt.track);
    return prompt;
}

// What a selection of notes means: a task "needs" one, or makes of "all" notes whatever is selected, or else changes
// "some" alone.

/** The selected notes as words of 24 bits; none when all notes or no notes are selected. */
function readSelection(prompt, task) {
    if (task.selection === "all") {
        return;
    }
    var chosen = {};
    (getNotes(prompt.clip, "get_selected_notes_extended") || []).forEach(function (note) {
        chosen[note.note_id] = true;
    });
    var count = 0;
    var words = inPieces(prompt.sent, 24).map(function (piece) {
        return piece.reduce(function (word, note, bit) {
            count += chosen[note.note_id] ? 1 : 0;
            return word + (chosen[note.note_id] ? Math.pow(2, bit) : 0);
        }, 0);
    });
    if (task.selection === "needs" && count === 0) {
        throw new Refusal(SAY.noSelection);
    }
    if (count > 0 && (count < prompt.sent.length || task.selection === "needs")) {
        prompt.selected = words;
    }
}

/** The name of a scale that isn't in our list, for the status line. */
var scaleUnknown = "";

/** The set's scale as [root, mask], or null where Live has none switched on. */
function readScale() {
    scaleUnknown = "";
    var song = idAt("live_set");
    var root = Number(get(song, "root_note"));
    var intervals;
    if (liveIsAtLeast(12, 0, 5)) {
        intervals = Number(get(song, "scale_mode")) === 1 ? at(song).get("scale_intervals") : null;
    } else {
        // Before 12.0.5 Live can't say whether the scale is meant: what it says unasked, C Major, is taken for none.
        var name = getText(song, "scale_name");
        intervals = name === "Major" && root === 0 ? null : FACE.scales[name];
        if (!intervals && name !== "Major") {
            scaleUnknown = name.substring(0, 40);
        }
    }
    if (!intervals) {
        return null;
    }
    return [root, intervals.reduce(function (mask, interval) {
        return mask | 1 << (Number(interval) % 12);
    }, 1)];
}
