// Reads the clips that play at the same time: a scene's, or a prompt's neighbours in the arrangement.

var MOST_CONTEXT = FACE.mostContext;
var MOST_CONTEXT_NOTES = 4000;

/** Up to 8 clips that play at the same time as the prompt, each in the shape of a prompt. */
function readContext(prompt) {
    if (prompt.slot === 0) {
        return fewOf(collect(prompt.track, function (track) {
            return isMidiTrack(track) ? arrangedContext(track, prompt) : null;
        }));
    }
    return fewOf(sceneClips(getIds(prompt.track, "clip_slots").indexOf(prompt.slot), prompt.track));
}

/** The MIDI clips with notes of a scene, in the order of the tracks, without one track's: at most nine. */
function sceneClips(scene, without) {
    return collect(without, function (track, place) {
        return sceneClip(place, scene);
    });
}

/**
 * What `read` gives for each track but one, as far as it has notes; with its track and role. A large set has many
 * tracks, so each is asked as little as can be, and none more once there is one clip more than can be used.
 */
function collect(without, read) {
    var found = [];
    getIds(idAt("live_set"), "tracks").forEach(function (track, place) {
        var clip = track !== without && found.length <= MOST_CONTEXT ? read(track, place) : null;
        if (clip && clip.notes.length > 0) {
            clip.track = track;
            clip.role = roleOf(track);
            clip.selected = [];
            found.push(clip);
        }
    });
    return found;
}

/** As many as a request may take along. */
function fewOf(clips) {
    var notes = 0;
    return clips.filter(function (clip) {
        var fits = notes + clip.notes.length <= MOST_CONTEXT_NOTES;
        notes += fits ? clip.notes.length : 0;
        return fits;
    }).slice(0, MOST_CONTEXT);
}

/** The MIDI clip of a track, by its place, in the scene, as it loops; null where there is none that can be sent. */
function sceneClip(place, scene) {
    var id = scene < 0 ? 0 : idAt("live_set tracks " + place + " clip_slots " + scene + " clip");
    if (id === 0 || Number(get(id, "is_midi_clip")) !== 1 || Number(get(id, "muted")) === 1) {
        return null;
    }
    var clip = readClip(id);
    return clip.sent === null ? null : clip;
}

/** What a track plays in the arrangement while the prompt does, as one clip of the prompt's length. */
function arrangedContext(track, prompt) {
    var from = prompt.start + prompt.loopStart - prompt.startMarker;
    var to = from + prompt.length / TICKS;
    var heard = getIds(track, "arrangement_clips").filter(function (id) {
        return Number(get(id, "is_midi_clip")) === 1 && Number(get(id, "muted")) !== 1 &&
            get(id, "start_time") < to && get(id, "end_time") > from;
    }).map(function (id) {
        return unrolled(id, from, to);
    });
    return {
        length: prompt.length,
        tempo: prompt.tempo,
        numerator: prompt.numerator,
        denominator: prompt.denominator,
        notes: toWireAll([].concat.apply([], heard).sort(byOnset), from, prompt.length)
    };
}

/** The notes of an arrangement clip that begin in [from, to) beats of the song, at the song's times. */
function unrolled(id, from, to) {
    var shape = {};
    readShape(id, shape);
    var end = Math.min(to, get(id, "end_time"));
    var notes = getNotes(id, "get_all_notes_extended") || [];
    var heard = [];
    var begin = shape.startMarker;
    var place = get(id, "start_time");
    var pass = function (note) {
        var onset = note.start_time + place - begin;
        if (note.start_time >= begin && note.start_time < shape.loopEnd && onset >= from && onset < end) {
            heard.push(placed(note, onset, Math.min(note.duration, end - onset)));
        }
    };
    while (place < end && shape.loopEnd > begin) {
        notes.forEach(pass);
        place += shape.loopEnd - begin;
        begin = shape.loopStart;
        if (shape.looping !== 1) {
            break;
        }
    }
    return heard;
}
