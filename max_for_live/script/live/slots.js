// Where new clips go: free slots, new scenes, the arrangement. `made` lists what a request has put into the set so far:
// its scenes, and its clips, each with the slot (or in the arrangement the track) that it is deleted from.

/** The ids of `count` empty slots for a target (orders.js), with scenes added where they run out. */
function findFreeSlots(target, count, made) {
    var free = [];
    // A slot that is gone meanwhile means the top.
    var place = target.slot === 0 ? -1 : getIds(target.track, "clip_slots").indexOf(target.slot);
    getIds(target.track, "clip_slots").slice(place < 0 ? 0 : place + (target.behind ? 1 : 0)).every(function (slot) {
        if (!hasClip(slot)) {
            free.push(slot);
        }
        return free.length < count;
    });
    while (free.length < count) {
        var scene = addScene(made);
        free.push(getIds(target.track, "clip_slots")[scene]);
    }
    return free;
}

/** Appends a scene and gives its place; Live may refuse, as some editions hold few scenes. */
function addScene(made) {
    var before = getIds(idAt("live_set"), "scenes").length;
    call(idAt("live_set"), "create_scene", -1);
    var scenes = getIds(idAt("live_set"), "scenes");
    if (scenes.length <= before) {
        throw new Refusal(SAY.noSlot);
    }
    made.scenes.push(scenes[scenes.length - 1]);
    return scenes.length - 1;
}

/** An empty clip in a slot; a Live that doesn't make one may do so in a moment. */
function createInSlot(slot, beats, made) {
    if (hasClip(slot)) {
        throw new Refusal(SAY.slotRefused);
    }
    call(slot, "create_clip", beats);
    return isMade(getId(slot, "clip"), { slot: slot }, made);
}

/** An empty clip on a track of the arrangement, in the first gap behind `start` that is long enough. */
function createInArrangement(track, start, beats, made) {
    getIds(track, "arrangement_clips").map(function (clip) {
        return [get(clip, "start_time"), get(clip, "end_time")];
    }).sort(function (left, right) {
        return left[0] - right[0];
    }).forEach(function (span) {
        if (span[0] < start + beats && span[1] > start) {
            start = Math.ceil(span[1]);
        }
    });
    return createBetween(track, track, start, beats, made);
}

/** An empty clip at `start` in a take lane that is empty: no Live can take a lane away again. */
function createInLane(track, start, beats, made) {
    var find = function () {
        return getIds(track, "take_lanes").filter(function (lane) {
            return getIds(lane, "arrangement_clips").length === 0;
        })[0] || 0;
    };
    if (find() === 0) {
        call(track, "create_take_lane");
    }
    return createBetween(find(), track, start, beats, made);
}

function createBetween(holder, track, start, beats, made) {
    var before = getIds(holder, "arrangement_clips");
    call(holder, "create_midi_clip", start, beats);
    // Some Lives give no id, so the new clip is known by what was there before.
    var added = getIds(holder, "arrangement_clips").filter(function (clip) {
        return before.indexOf(clip) < 0;
    });
    return isMade(added.length === 1 ? added[0] : 0, { track: track }, made);
}

function isMade(clip, where, made) {
    if (clip === 0) {
        throw new NotNow(SAY.slotRefused);
    }
    where.clip = clip;
    made.clips.push(where);
    return clip;
}

/** Takes one clip away that we made, unless the user has put another one in its place. */
function removeClip(one) {
    if (!isThere(one.clip)) {
        return;
    }
    if (one.slot) {
        if (isThere(one.slot) && getId(one.slot, "clip") === one.clip) {
            call(one.slot, "delete_clip");
        }
    } else {
        call(one.track, "delete_clip", "id", one.clip);
        if (isThere(one.clip)) {
            call(one.track, "delete_clip", "id " + one.clip);  // the other way of naming it
        }
    }
}

/** All of a request's clips or none: turns that take away those that were made before one couldn't be, and scenes. */
function removalTurns(made) {
    var turns = made.clips.map(function (one) {
        return function () {
            removeClip(one);
        };
    });
    return turns.concat(made.scenes.slice().reverse().map(function (scene) {
        return function () {
            var place = getIds(idAt("live_set"), "scenes").indexOf(scene);
            var full = place >= 0 && getIds(scene, "clip_slots").some(hasClip);
            if (place >= 0 && !full) {
                call(idAt("live_set"), "delete_scene", place);
            }
        };
    }));
}
