// Where the user is: the selected clip, the chosen slot, the scene; and where a clip lies.

/** The clip in Live's detail view, else the highlighted slot's; where there is none a Refusal with the `sentence`. */
function selectedClip(sentence) {
    var clip = idAt("live_set view detail_clip");
    if (clip === 0) {
        var slot = idAt("live_set view highlighted_clip_slot");
        clip = slot !== 0 && hasClip(slot) ? getId(slot, "clip") : 0;
    }
    if (clip === 0) {
        throw new Refusal(sentence);
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

/** The clip that comes next on the same track: below in the session, later in the arrangement. */
function nextClip(place) {
    var slots = getIds(place.track, "clip_slots");
    var below = place.slot === 0 ? null : slots.slice(slots.indexOf(place.slot) + 1).filter(hasClip)[0];
    var next = below ? getId(below, "clip") : 0;
    (place.slot === 0 ? getIds(place.track, "arrangement_clips") : []).forEach(function (clip) {
        var start = get(clip, "start_time");
        next = start > place.start && (next === 0 || start < get(next, "start_time")) ? clip : next;
    });
    if (next === 0) {
        throw new Refusal(SAY.noSecond);
    }
    return next;
}

/** The highlighted slot of the session as a place, or null where there is none: in the arrangement nobody sees it. */
function chosenSlot() {
    var slot = inArrangement() ? 0 : idAt("live_set view highlighted_clip_slot");
    if (slot === 0) {
        return null;
    }
    var track = getId(slot, "canonical_parent");
    return { slot: slot, track: track, scene: getIds(track, "clip_slots").indexOf(slot) };
}

/** True where the arrangement is shown in place of the session. */
function inArrangement() {
    return Number(call(idAt("live_app view"), "is_view_visible", "Arranger")) === 1;
}

/** The track that this device sits on; in a rack or a chain the track around it. */
function deviceTrack() {
    var holder = idAt("this_device canonical_parent");
    while (holder !== 0 && typeOf(holder) !== "Track") {
        holder = getId(holder, "canonical_parent");
    }
    return holder;
}

function hasClip(slot) {
    return Number(get(slot, "has_clip")) === 1;
}

function isMidiTrack(track) {
    return Number(get(track, "has_midi_input")) === 1;
}

function isFrozen(track) {
    return Number(get(track, "is_frozen")) === 1;
}

/** The track's number of a clip's role on the wire, as far as the track tells: drums, or not known. */
function roleOf(track) {
    return drumRack(track, 0) !== 0 ? DRUMS : 0;
}

/** Raises a Refusal unless the track takes new MIDI clips. */
function checkTrack(track) {
    if (!isMidiTrack(track)) {
        throw new Refusal(SAY.notMidi);
    }
    if (isFrozen(track)) {
        throw new Refusal(SAY.frozenTrack);
    }
}
