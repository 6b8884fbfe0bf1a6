// Free slots, new scenes, and taking away what was begun. `made` lists what a request has put into the set so far.

/** Ids of `count` empty slots for a target (orders.js), with scenes added where they run out. */
function freeSlots(target, count, made) {
    var first = firstPlace(target);
    var free = function () {
        return getIds(target.track, "clip_slots").slice(first).filter(function (slot) {
            return !hasClip(slot);
        });
    };
    for (var missing = count - free().length; missing > 0; missing -= 1) {
        addScene(made);
    }
    if (free().length < count) {
        throw new Refusal(SAY.noSlot);
    }
    return free().slice(0, count);
}

/** The place from which slots are looked for; a slot that is gone meanwhile means the top. */
function firstPlace(target) {
    var place = target.slot === 0 ? -1 : getIds(target.track, "clip_slots").indexOf(target.slot);
    return place < 0 ? 0 : place + (target.behind ? 1 : 0);
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

/** All of a request's clips or none: takes away those that were made before one couldn't be, and their scenes. */
function takeAway(made) {
    made.slots.forEach(function (slot) {
        call(slot, "delete_clip");
    });
    made.scenes.reverse().forEach(function (scene) {
        var place = getIds(idAt("live_set"), "scenes").indexOf(scene);
        if (place >= 0) {
            call(idAt("live_set"), "delete_scene", place);
        }
    });
}

/** Runs `action(made)` as one undo step; if it fails, nothing of it stays. */
function allOrNothing(action) {
    var made = { slots: [], scenes: [] };
    asOneStep(function () {
        try {
            action(made);
        } catch (reason) {
            takeAway(made);
            throw reason;
        }
    });
}
