// The only place that touches Live. Objects are named by their ids, which stay true when the set changes; one LiveAPI
// object is pointed at each in turn, because every further one would leave symbols behind.

var cursor = null;
var liveVersion = [0, 0];

/** Makes the one LiveAPI object; only after live.thisdevice has said that the device is there. */
function openLive() {
    cursor = new LiveAPI("live_set");
    var words = String(call(idAt("live_app"), "get_version_string")).split(".");
    liveVersion = [parseInt(words[0], 10) || 0, parseInt(words[1], 10) || 0];
}

function liveIsAtLeast(major, minor) {
    return liveVersion[0] > major || (liveVersion[0] === major && liveVersion[1] >= minor);
}

/** The id of the object at a path, 0 where there is none. */
function idAt(path) {
    cursor.path = path;
    return Number(cursor.id);
}

function at(id) {
    cursor.id = id;
    return cursor;
}

function isThere(id) {
    return id > 0 && Number(at(id).id) === id;
}

function typeOf(id) {
    return String(at(id).type);
}

/** The single value of a member. */
function get(id, name) {
    return at(id).get(name)[0];
}

function getAll(id, name) {
    return at(id).get(name);
}

function getText(id, name) {
    return at(id).get(name).join(" ");
}

/** The ids of a member that holds objects. */
function getIds(id, name) {
    return at(id).get(name).filter(function (word, i) {
        return i % 2 === 1;
    }).map(Number);
}

/** The id of a member that holds one object, 0 where there is none. */
function getId(id, name) {
    return getIds(id, name)[0] || 0;
}

function set(id, name, value) {
    at(id).set(name, value);
}

function call(id, name) {
    var words = [name].concat(Array.prototype.slice.call(arguments, 2));
    return cursor.call.apply(at(id), words);
}

/** Live's notes, which come as JSON text; null where Live gave none. */
function getNotes(clip, name) {
    var text = call(clip, name);
    try {
        return JSON.parse(String(text)).notes || null;
    } catch (notJson) {
        return null;
    }
}

/** Runs `action` as one step of Live's undo history, where this Live can do that. */
function asOneStep(action) {
    var song = idAt("live_set");
    var open = false;
    if (liveIsAtLeast(12, 0)) {
        try {
            call(song, "begin_undo_step");
            open = true;
        } catch (absent) {
            // Live itself decides then what one undo takes back.
            open = false;
        }
    }
    try {
        return action();
    } finally {
        if (open) {
            call(song, "end_undo_step");
        }
    }
}

/** True when a track or chain holds a Drum Rack, inside other racks too. */
function hasDrums(holder, depth) {
    return getIds(holder, "devices").some(function (device) {
        if (Number(get(device, "can_have_drum_pads")) === 1) {
            return true;
        }
        var isRack = depth < 3 && Number(get(device, "can_have_chains")) === 1;
        return isRack && getIds(device, "chains").some(function (chain) {
            return hasDrums(chain, depth + 1);
        });
    });
}
