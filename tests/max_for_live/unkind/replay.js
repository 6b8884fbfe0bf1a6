// Runs the script again through what trace.js wrote down, in ES5 and without Node: the engine must ask Live the same
// questions and say the same words. SCRIPT, MUTE, TRACES and FOLDER stand before this text; with ROUNDS it measures how
// many milliseconds each turn of the Task takes, in the fewest of so many rounds, and doesn't compare.

var global = this;
var Clock = Date;
var measures = typeof ROUNDS === "number";
var trace, place, task, turns;

function same(one, other) {
    if (typeof one === "number" || typeof other === "number") {
        return one === other || Math.abs(one - other) < 1e-9;
    }
    if (typeof one === "string" && one.indexOf("{\"notes\"") === 0 && typeof other === "string") {
        return same(JSON.parse(one), JSON.parse(other));
    }
    if (one === null || other === null || typeof one !== "object" || typeof other !== "object") {
        return one === other || (one === undefined && other === null);
    }
    for (var key in other) {
        if (!same(one[key], other[key])) {
            return false;
        }
    }
    return one.length === other.length;
}

/** The next word of the trace, which must begin with these; its last is the answer. */
function next(words) {
    var wanted = trace[place];
    place += 1;
    for (var i = 0; !measures && i < words.length; i += 1) {
        if (!wanted || !same(words[i], wanted[i])) {
            throw new Error("at " + place + " the script says " + JSON.stringify(words).substring(0, 300) + ", not " +
                JSON.stringify(wanted || null).substring(0, 300));
        }
    }
    var answer = wanted[words.length];
    if (answer && answer.error) {
        throw new Error(answer.error);
    }
    return answer === null ? undefined : answer;
}

function listOf(args) {
    return Array.prototype.slice.call(args);
}

function LiveAPI(first) {
    next(["new", first]);
}
Object.defineProperty(LiveAPI.prototype, "id", {
    get: function () { return next(["id?"]); },
    set: function (id) { next(["id", id]); }
});
Object.defineProperty(LiveAPI.prototype, "path", { set: function (where) { next(["path", where]); } });
Object.defineProperty(LiveAPI.prototype, "type", { get: function () { return next(["type"]); } });
LiveAPI.prototype.get = function (name) { return next(["get", name]); };
LiveAPI.prototype.set = function () { next(["set", listOf(arguments)]); };
LiveAPI.prototype.call = function () { return next(["call", listOf(arguments)]); };

function Task(action) {
    this.action = action;
    task = this;
}
Task.prototype.repeat = Task.prototype.cancel = Task.prototype.freepeer = function () { return undefined; };

function outlet() {
    var atoms = listOf(arguments);
    next(["out"].concat(atoms));
}

function arrayfromargs(args) {
    return listOf(args);
}

function quiet() { return undefined; }
var post = quiet, error = quiet, setinletassist = quiet, setoutletassist = quiet;
var max = { time: 0 }, messagename = "";

/** Runs a text among the globals: mujs does so with a file of it only. */
function begin(text, name) {
    if (typeof load === "function") {
        load(FOLDER + name);
    } else {
        global["eval"](text);
    }
}

function run() {
    trace = JSON.parse(TRACES[number]);
    place = 0;
    var turn = 0, from;
    max.time = 0;
    begin(MUTE, "mute.js");
    begin(SCRIPT, "script.js");
    while (place < trace.length) {
        var event = trace[place];
        place += 1;
        max.time = event[1];
        if (event[0] === "task") {
            from = new Clock().getTime();
            task.action.call(null);
            from = new Clock().getTime() - from;
            turns[turn] = Math.min(from, turns[turn] === undefined ? from : turns[turn]);
            turn += 1;
        } else if (event[0] !== "in") {
            throw new Error("at " + place + " the script should say " + JSON.stringify(event).substring(0, 300));
        } else if (typeof global[event[2]] === "function" && /^(bang|control|press|played|transport|notifydeleted)$/.test(event[2])) {
            global[event[2]].apply(global, event[3]);
        } else {
            messagename = event[2];
            anything.apply(global, event[3]);
        }
    }
}

var failed = 0;
for (var number = 0; number < TRACES.length; number += 1) {
    turns = [];
    for (var round = 0; round < (measures ? ROUNDS : 1); round += 1) {
        try {
            run();
        } catch (reason) {
            failed += 1;
            if (failed < 4) {
                print("trace " + number + ": " + reason + (reason.stack ? "\n" + reason.stack : ""));
            }
        }
    }
}
print(measures && failed === 0 ? "longest " + turns.sort(function (a, b) { return b - a; })[0] : TRACES.length + " flows, " + failed + " failed");
