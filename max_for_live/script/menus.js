// The controls of the face: what they say, which of them the present task takes, what becomes of them in a request.

var LOCKS = FACE.locks;
var DRUMS = 4;

var STYLE_MENUS = ["style", "style2"];

var engines = FACE.engines;
var controls = { task: 0, style: 0, style2: 0, role: 0, mood: 0, bars: 0, density: 0, engine: 0, scale: 0, context: 0,
    seed: 0, count: 4, temperature: 1, where: 0, jam: 0, low: 0, high: 127, seedlock: 0, words: "", pads: "", chords: "",
     similarity: 70, rhythm: 0, pitch: 0, contour: 0, velocity: 0, top: 0, bass: 0 };
var shownTask = null;

function chosenTask() {
    return FACE.tasks[controls.task] || FACE.tasks[0];
}

// At the start, and when a preset is loaded, whatever comes for a while is what Live restores, in an order of its own:
// no style is cleared because its task comes back after it, and one behind the end of the task's list means none.
var RESTORING_MS = 2000;
var restoringUntil = 0;
var lastSeed = 0;
var FIELDS = ["words", "pads", "chords"];

/** A control says its value: a menu its place in the list, a switch 0 or 1, a field its words. */
function takeControl(name, value) {
    if (FIELDS.indexOf(name) >= 0) {
        controls[name] = Array.prototype.slice.call(arguments, 1).join(" ").replace(/^"|"$/g, "").replace(/^\s+|\s+$/g, "");
    } else if (name === "port") {
        moveServer(Math.round(value));
    } else if (name === "engine") {
        controls.engine = engines[value] || engines[0];
    } else {
        controls[name] = value;
    }
    if (name === "task" && started && chosenTask() !== shownTask) {
        changeTask();
    }
}

/** Another task has other styles: an old choice would mean another word. */
function changeTask() {
    showTask();
    STYLE_MENUS.forEach(function (menu) {
        // Where it is on its first item already Live shall note no change.
        if (now() >= restoringUntil && Number(controls[menu]) !== 0) {
            controls[menu] = 0;
            outlet(1, menu, 0);
        }
    });
    if (!job) {
        say([shownTask.sentence].concat(HINTS[shownTask.reads] || []));
    }
}

/** The style menus get the task's words, and what the task doesn't take turns grey. */
function showTask() {
    shownTask = chosenTask();
    for (var i = 0; shownTask.takes.style && i < STYLE_MENUS.length; i += 1) {
        outlet.apply(null, [1, i === 0 ? "styles" : "styles2", FACE.firstStyles[i]].concat(shownTask.styles));
    }
    FACE.choosy.forEach(function (name) {
        outlet(1, "active", name, shownTask.takes[name] ? 1 : 0);
    });
}

/** The chosen words of style with a space between, each once. */
function readStyle(task) {
    return STYLE_MENUS.map(function (menu) {
        return task.styles[controls[menu] - 1];
    }).filter(function (word, i, words) {
        return word && words.indexOf(word) === i;
    }).join(" ") || NO_TEXT;
}

/** The controls in the wire's words; what the task doesn't take isn't asked for. */
function readSettings(task) {
    return {
        task: task,
        style: readStyle(task),
        mood: task.takes.mood && (controls.words.substring(0, 110) ||
            Number(controls.mood) > 0 && FACE.moods[controls.mood]) || NO_TEXT,
        role: task.takes.role ? clamp(Math.round(controls.role), 0, DRUMS) : 0,
        bars: task.takes.bars ? FACE.bars[controls.bars] || 0 : 0,
        density: FACE.densities[task.takes.density ? controls.density : 0],
        engine: typeof controls.engine === "string" ? controls.engine : engines[0],
        count: task.takes.count ? clamp(Math.round(controls.count), 1, 64) : 1,
        temperature: task.takes.temperature ? clamp(Math.round(controls.temperature * 1000), 100, 2000) : 1000,
        similarity: task.takes.similarity ? clamp(Math.round(controls.similarity * 10), 0, 1000) : -1,
        seed: readSeed(task),
        range: task.takes.low ? readRange() : null,
        pads: task.takes.pads ? controls.pads : "",
        chords: task.takes.chords ? controls.chords : "",
        goes: Number(controls.where),
        scale: task.takes.scale && Number(controls.scale) === 0 ? readScale() : null,
        context: task.takes.context && Number(controls.context) === 0,
        locks: readLocks(task)
    };
}

/** The chosen seed, else the last one where that is held, else a new one. */
function readSeed(task) {
    if (Number(controls.seed) > 0) {
        return clamp(Math.round(controls.seed), 1, LARGEST);
    }
    if (task.ranked || Number(controls.seedlock) !== 1 || lastSeed === 0) {
        lastSeed = task.ranked ? 0 : randomId();
    }
    return lastSeed;
}

/** Lowest and highest new note; null where any may come. */
function readRange() {
    var range = [clamp(Math.round(controls.low), 0, 127), clamp(Math.round(controls.high), 0, 127)];
    if (range[0] > range[1]) {
        throw new Refusal(SAY.noRange);
    }
    return range[0] === 0 && range[1] === 127 ? null : range;
}

/** The locks that are on, as a sum of bits. */
function readLocks(task) {
    return LOCKS.reduce(function (sum, name, i) {
        return sum + (task.takes[name] && Number(controls[name]) === 1 ? Math.pow(2, i) : 0);
    }, 0);
}

/**
 * The server's engines that the menu doesn't have come behind those it has, so that a stored place means the same
 * tomorrow. A chosen engine that the server hasn't gives way to auto.
 */
function takeEngines(names) {
    link.engines = null;
    var list = FACE.engines.concat(names.filter(function (name) {
        return FACE.engines.indexOf(name) < 0;
    }));
    if (!sameNumbers(list, engines)) {
        engines = list;
        outlet.apply(null, [1, "engines"].concat(list));
        outlet(1, "engine", Math.max(0, list.indexOf(controls.engine)));
    }
    if (typeof controls.engine === "string" && [engines[0]].concat(names).indexOf(controls.engine) < 0) {
        controls.engine = engines[0];
        outlet(1, "engine", 0);
    }
}
