// The controls of the face: what they say, which of them the present task takes, what becomes of them in a request.

var LOCKS = FACE.locks;
var DRUMS = 4;

var STYLE_MENUS = ["style", "style2"];

var engines = FACE.engines;
var controls = { task: 0, style: 0, style2: 0, role: 0, mood: 0, bars: 0, density: 0, engine: 0, scale: 0, context: 0,
    seed: 0, count: 4, temperature: 1, similarity: 70, rhythm: 0, pitch: 0, contour: 0, velocity: 0, top: 0, bass: 0 };
var shownTask = null;

function chosenTask() {
    return FACE.tasks[controls.task] || FACE.tasks[0];
}

/** A control says its value: a menu its place in the list, a switch 0 or 1. */
function takeControl(name, value) {
    if (name === "port") {
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
    for (var i = 0; i < STYLE_MENUS.length; i += 1) {
        clearStyle(STYLE_MENUS[i]);
    }
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
    for (var name in shownTask.takes) {
        if (shownTask.takes.hasOwnProperty(name)) {
            outlet(1, "active", name, shownTask.takes[name] ? 1 : 0);
        }
    }
}

/** At the start a restored style stays, unless it is behind the end of the task's list. */
function showRestored() {
    showTask();
    for (var i = 0; i < STYLE_MENUS.length; i += 1) {
        if (controls[STYLE_MENUS[i]] > shownTask.styles.length) {
            clearStyle(STYLE_MENUS[i]);
        }
    }
}

/** Puts a style menu on its first item; where it is there already Live shall note no change. */
function clearStyle(menu) {
    if (Number(controls[menu]) !== 0) {
        controls[menu] = 0;
        outlet(1, menu, 0);
    }
}

/** The chosen words of style with a space between, each once. */
function readStyle(task) {
    var words = [];
    for (var i = 0; i < STYLE_MENUS.length; i += 1) {
        var word = task.styles[controls[STYLE_MENUS[i]] - 1];
        if (word && words.indexOf(word) < 0) {
            words.push(word);
        }
    }
    return words.join(" ") || NO_TEXT;
}

/** The controls in the wire's words; what the task doesn't take isn't asked for. */
function readSettings() {
    var task = chosenTask();
    return {
        task: task,
        style: readStyle(task),
        mood: task.takes.mood && Number(controls.mood) > 0 && FACE.moods[controls.mood] || NO_TEXT,
        role: task.takes.role ? clamp(Math.round(controls.role), 0, DRUMS) : 0,
        bars: task.takes.bars ? FACE.bars[controls.bars] || 0 : 0,
        density: FACE.densities[task.takes.density ? controls.density : 0],
        engine: typeof controls.engine === "string" ? controls.engine : engines[0],
        count: task.takes.count ? clamp(Math.round(controls.count), 1, 64) : 1,
        temperature: task.takes.temperature ? clamp(Math.round(controls.temperature * 1000), 100, 2000) : 1000,
        similarity: task.takes.similarity ? clamp(Math.round(controls.similarity * 10), 0, 1000) : -1,
        seed: Number(controls.seed) > 0 ? clamp(Math.round(controls.seed), 1, LARGEST) : task.ranked ? 0 : randomId(),
        scale: task.takes.scale && Number(controls.scale) === 0 ? readScale() : null,
        context: task.takes.context && Number(controls.context) === 0,
        locks: readLocks(task)
    };
}

/** The locks that are on, as a sum of bits. */
function readLocks(task) {
    var sum = 0;
    for (var i = 0; i < LOCKS.length; i += 1) {
        sum += task.takes[LOCKS[i]] && Number(controls[LOCKS[i]]) === 1 ? Math.pow(2, i) : 0;
    }
    return sum;
}

/**
 * The server's engines that the menu doesn't have come behind those it has, so that a stored place means the same
 * tomorrow. A chosen engine that the server hasn't gives way to auto.
 */
function takeEngines(names) {
    link.engines = null;
    var list = FACE.engines.slice();
    for (var i = 0; i < names.length; i += 1) {
        if (list.indexOf(names[i]) < 0) {
            list.push(names[i]);
        }
    }
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
