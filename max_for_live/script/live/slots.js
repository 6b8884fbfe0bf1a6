// Free slots, new scenes, and taking away what was begun. `made` lists what a request has put into the set so far.

function Made() {
    this.slots = [];
    this.scenes = [];
}

/** Ids of `count` empty slots for a target (orders.js), with scenes added where they run out. */
function freeSlots(target, count, made) {
    var first = firstPlace(target);
    var free = emptyFrom(getIds(target.track, "clip_slots"), first);
    for (var missing = count - free.length; missing > 0; missing -= 1) {
        addScene(made);
    }
    free = emptyFrom(getIds(target.track, "clip_slots"), first);
    if (free.length < count) {
        throw new Refusal(SAY.noSlot);
    }
    return free.slice(0, count);
}

/** The place from which slots are looked for; a slot that is gone meanwhile means the top. */
function firstPlace(target) {
    var place = target.slot === 0 ? -1 : indexOf(getIds(target.track, "clip_slots"), target.slot);
    return place < 0 ? 0 : place + (target.behind ? 1 : 0);
}

function emptyFrom(slots, first) {
    var free = [];
    for (var i = first; i < slots.length; i += 1) {
        if (!hasClip(slots[i])) {
            free.push(slots[i]);
        }
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

/** All of a request's clips or none: takes away those that were made before one couldn't be, and their scenes. */
function takeAway(made) {
    for (var i = 0; i < made.slots.length; i += 1) {
        call(made.slots[i], "delete_clip");
    }
    for (var k = made.scenes.length - 1; k >= 0; k -= 1) {
        var place = indexOf(getIds(idAt("live_set"), "scenes"), made.scenes[k]);
        if (place >= 0) {
            call(idAt("live_set"), "delete_scene", place);
        }
    }
}

/** Runs `action(made)` as one undo step; if it fails, nothing of it stays. */
function allOrNothing(action) {
    var made = new Made();
    asOneStep(function () {
        try {
            action(made);
        } catch (reason) {
            takeAway(made);
            throw reason;
        }
    });
}
