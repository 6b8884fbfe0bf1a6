// Reads the clips that play at the same time: a scene's, or a prompt's neighbours in the arrangement.

var MOST_BESIDE = FACE.mostBeside;
var MOST_NOTES_BESIDE = 4000;

/** Up to 8 clips that play beside the prompt, each in the shape of a prompt. */
function readBeside(prompt) {
    if (prompt.slot === 0) {
        return fewOf(collect(prompt.track, function (track) {
            return arrangedBeside(track, prompt);
        }));
    }
    return fewOf(sceneClips(indexOf(getIds(prompt.track, "clip_slots"), prompt.slot), prompt.track));
}

/** The MIDI clips with notes of a scene, in the order of the tracks, without one track's. */
function sceneClips(scene, without) {
    return collect(without, function (track) {
        return sceneClip(track, scene);
    });
}

/** What `read` gives for each MIDI track but one, as far as it has notes; with its track and role. */
function collect(without, read) {
    var tracks = getIds(idAt("live_set"), "tracks");
    var found = [];
    for (var i = 0; i < tracks.length; i += 1) {
        var clip = tracks[i] !== without && isMidiTrack(tracks[i]) ? read(tracks[i]) : null;
        if (clip && clip.notes.length > 0) {
            clip.track = tracks[i];
            clip.role = roleOf(tracks[i]);
            clip.selected = [];
            found.push(clip);
        }
    }
    return found;
}

/** As many as a request may take along. */
function fewOf(clips) {
    var few = [];
    var notes = 0;
    for (var i = 0; i < clips.length && few.length < MOST_BESIDE; i += 1) {
        if (notes + clips[i].notes.length <= MOST_NOTES_BESIDE) {
            notes += clips[i].notes.length;
            few.push(clips[i]);
        }
    }
    return few;
}

function indexOf(list, wanted) {
    for (var i = 0; i < list.length; i += 1) {
        if (list[i] === wanted) {
            return i;
        }
    }
    return -1;
}

/** The MIDI clip of a track in the scene, as it loops; null where there is none that can be sent. */
function sceneClip(track, scene) {
    var slot = getIds(track, "clip_slots")[scene];
    var id = slot && hasClip(slot) ? getId(slot, "clip") : 0;
    if (id === 0 || Number(get(id, "is_midi_clip")) !== 1 || Number(get(id, "muted")) === 1) {
        return null;
    }
    var clip = readClip(id);
    return clip.sent === null ? null : clip;
}

/** What a track plays in the arrangement while the prompt does, as one clip of the prompt's length. */
function arrangedBeside(track, prompt) {
    var ids = getIds(track, "arrangement_clips");
    var from = prompt.start + prompt.loopStart - prompt.startMarker;
    var to = from + prompt.length / TICKS;
    var heard = [];
    for (var i = 0; i < ids.length; i += 1) {
        var id = ids[i];
        if (Number(get(id, "is_midi_clip")) === 1 && Number(get(id, "muted")) !== 1 &&
                get(id, "start_time") < to && get(id, "end_time") > from) {
            heard = heard.concat(unrolled(id, from, to));
        }
    }
    return {
        length: prompt.length,
        tempo: prompt.tempo,
        numerator: prompt.numerator,
        denominator: prompt.denominator,
        notes: toWireAll(heard.sort(byOnset), from, prompt.length)
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
    while (place < end && shape.loopEnd > begin) {
        addPass(notes, begin, shape.loopEnd, place - begin, from, end, heard);
        place += shape.loopEnd - begin;
        begin = shape.loopStart;
        if (shape.looping !== 1) {
            break;
        }
    }
    return heard;
}

/** One pass through a clip's notes [begin, stop), moved by `shift` beats, as far as it is heard in [from, end). */
function addPass(notes, begin, stop, shift, from, end, heard) {
    for (var i = 0; i < notes.length; i += 1) {
        var note = notes[i];
        var onset = note.start_time + shift;
        if (note.start_time >= begin && note.start_time < stop && onset >= from && onset < end) {
            heard.push({
                pitch: note.pitch,
                start_time: onset,
                duration: Math.min(note.duration, end - onset),
                velocity: note.velocity,
                mute: note.mute,
                probability: note.probability,
                velocity_deviation: note.velocity_deviation,
                release_velocity: note.release_velocity
            });
        }
    }
}
