// The only place that touches Live. Objects are named by their ids, which stay true when the set changes; one LiveAPI
// object is pointed at each in turn, because every further one would leave symbols behind.

var cursor = null;
var liveVersion = [0, 0];

/** Makes the one LiveAPI object; only after live.thisdevice has said that the device is there. */
function openLive() {
    cursor = new LiveAPI("live_set");
    liveVersion = readVersion();
}

/** What Live says of itself, in whatever words ("Live 12.1.5", "12.4b3"); zeros where it says nothing readable. */
function readVersion() {
    var app = idAt("live_app");
    var found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(asked(app, "get_version_string")) ||
        [0, asked(app, "get_major_version"), asked(app, "get_minor_version"), asked(app, "get_bugfix_version")];
    return found.slice(1, 4).map(function (number) {
        return parseInt(number, 10) || 0;
    });
}

/** What a call gives, as text; nothing where this Live hasn't got it. */
function asked(id, name) {
    try {
        return String(call(id, name));
    } catch (absent) {
        return "";
    }
}

/** A version that can't be read is no version at all. */
function liveIsAtLeast(major, minor, bugfix) {
    var here = 1e6 * liveVersion[0] + 1e3 * liveVersion[1] + (liveVersion[2] || 0);
    return here >= 1e6 * major + 1e3 * minor + (bugfix || 0);
}

/** The ids in what Live gives, which says "id", 5 or "id 5" for each; none for an id 0. */
function idsIn(words) {
    return (String([].concat(words).join(" ")).match(/\d+/g) || []).map(Number).filter(function (id) {
        return id > 0;
    });
}

/** The id of the object at a path, 0 where there is none. */
function idAt(path) {
    cursor.path = path;
    return idsIn(cursor.id)[0] || 0;
}

function at(id) {
    cursor.id = id;
    return cursor;
}

function isThere(id) {
    return id > 0 && idsIn(at(id).id)[0] === id;
}

function typeOf(id) {
    return String(at(id).type);
}

/** The single value of a member. */
function get(id, name) {
    return at(id).get(name)[0];
}

function getText(id, name) {
    return [].concat(at(id).get(name)).join(" ").replace(/^"(.*)"$/, "$1");
}

/** The ids of a member that holds objects. */
function getIds(id, name) {
    return idsIn(at(id).get(name));
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
    return notesIn(call(clip, name));
}

function notesIn(text) {
    try {
        return JSON.parse(String(text)).notes || null;
    } catch (notJson) {
        return null;
    }
}

/** All notes of a clip as Live writes them: another text means that somebody changed some. */
function getNotesText(clip) {
    return String(call(clip, "get_all_notes_extended"));
}

/** Begins or ends a step of Live's undo history; before 12 Live itself decides what one undo takes back. */
function undoStep(name) {
    if (liveIsAtLeast(12, 0)) {
        asked(idAt("live_set"), name);
    }
}

/** The Drum Rack of a track or chain, inside other racks too; 0 where there is none. */
function drumRack(holder, depth) {
    return getIds(holder, "devices").reduce(function (found, device) {
        if (found !== 0 || Number(get(device, "can_have_drum_pads")) === 1) {
            return found || device;
        }
        var isRack = depth < 3 && Number(get(device, "can_have_chains")) === 1;
        return isRack ? getIds(device, "chains").reduce(function (inside, chain) {
            return inside || drumRack(chain, depth + 1);
        }, 0) : 0;
    }, 0);
}

/** The pitches of a track's drum pads whose names hold one of the words, which commas part; or a Refusal. */
function lanesOf(track, words) {
    var rack = words === "" ? 0 : drumRack(track, 0);
    var pads = rack === 0 ? [] : getIds(rack, "drum_pads").filter(function (pad) {
        return getIds(pad, "chains").length > 0;
    }).map(function (pad) {
        return { pitch: Number(get(pad, "note")), name: getText(pad, "name").toLowerCase() };
    });
    return words.toLowerCase().split(",").reduce(function (lanes, word) {
        var meant = pads.filter(function (pad) {
            return word.trim() !== "" && pad.name.indexOf(word.trim()) >= 0 && lanes.indexOf(pad.pitch) < 0;
        });
        if (word.trim() !== "" && meant.length === 0) {
            throw new Refusal(SAY.noPad);
        }
        return lanes.concat(meant.map(function (pad) {
            return pad.pitch;
        }));
    }, []);
}
