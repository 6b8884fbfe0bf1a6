// Reads one clip: its shape, and its notes as Live says them and as the wire takes them.

/**
 * The clip as it loops. Its notes are those that begin inside the loop; `sent` keeps what Live said of each, `outside`
 * what lies outside the loop, so that nothing is lost by the wire's rounding. `sent` is null where Live gave no notes.
 */
function readClip(id) {
    var clip = { selected: [], role: 0 };
    readShape(id, clip);
    clip.text = clip.length > LARGEST ? "" : getNotesText(id);
    var notes = notesIn(clip.text);
    clip.sent = null;
    if (notes !== null) {
        var isInside = function (note) {
            return note.start_time >= clip.loopStart && note.start_time < clip.loopEnd;
        };
        clip.sent = notes.filter(isInside).sort(byOnset);
        clip.outside = notes.filter(function (note) {
            return !isInside(note);
        });
        clip.notes = toWireAll(clip.sent, clip.loopStart, clip.length);
    }
    return clip;
}

// What a clip's shape is called here and by Live, in the order in which it is asked for.
var SHAPE = [["color", "color"], ["loopStart", "loop_start"], ["loopEnd", "loop_end"], ["startMarker", "start_marker"],
    ["endMarker", "end_marker"], ["numerator", "signature_numerator"], ["denominator", "signature_denominator"]];

function readShape(clip, shape) {
    SHAPE.forEach(function (names) {
        shape[names[0]] = get(clip, names[1]);
    });
    shape.name = getText(clip, "name");
    shape.looping = Number(get(clip, "looping"));
    shape.tempo = readTempo();
    shape.length = Math.round((shape.loopEnd - shape.loopStart) * TICKS);
}

/** The set's tempo in thousandths of a BPM; 120 BPM where it says none. */
function readTempo() {
    return Math.round(get(idAt("live_set"), "tempo") * 1000) || 120000;
}

/** What a clip needs that has no prompt: the track's colour, the set's metre, and no notes of its own. */
function blankClip(track) {
    var song = idAt("live_set");
    return { name: "", color: get(track, "color"), numerator: get(song, "signature_numerator"),
        denominator: get(song, "signature_denominator"), tempo: readTempo(), length: 0, looping: 1, loopStart: 0,
        loopEnd: 0, startMarker: 0, endMarker: 0, sent: [], outside: [], notes: [], selected: [] };
}

function byOnset(left, right) {
    return left.start_time - right.start_time || left.pitch - right.pitch;
}

function toWireAll(notes, start, length) {
    return notes.map(function (note) {
        return toWire(note, start, length);
    });
}
