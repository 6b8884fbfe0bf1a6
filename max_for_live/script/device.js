// The face and the doors: controls come in, sentences go out, messages of the wire find their reader by address.

var BUSY_MS = 10;
var IDLE_MS = 50;
var LONGEST_WORDS = 180;

var started = false;
var refusing = "";
var heart = null;
var engines = FACE.engines;
var controls = { task: 0, engine: 0, scale: 0, beside: 0, count: 4, temperature: 1, similarity: 70, seed: 0,
    rhythm: 0, pitch: 0, contour: 0, velocity: 0, top: 0, bass: 0 };

/** Shows words and whole numbers on the status line; a number is an atom of its own. */
function say(words) {
    outlet.apply(null, [1, "status"].concat(words));
}

function sentenceOf(reason) {
    if (reason instanceof Refusal) {
        return reason.sentence;
    }
    error("Clipkin: " + reason + "\n");
    return SAY.slotRefused;
}

/** The bang of live.thisdevice; it comes again when a preset is loaded or saved. */
function startDevice() {
    if (started) {
        return;
    }
    started = true;
    openLive();
    if (!liveIsAtLeast(11, 1)) {
        refusing = SAY.oldLive;
        say([refusing]);
        return;
    }
    say([SAY.looking]);
    openLink();
    heart = new Task(tick, this);
    heart.interval = BUSY_MS;
    heart.repeat();
}

function tick() {
    var time = now();
    tickLink(time);
    if (link.state === "on") {
        tickOutbox(time);
    }
    tickJob(time);
    heart.interval = job || finished.length > 0 || link.state === "port" ? BUSY_MS : IDLE_MS;
}

function stopDevice() {
    if (heart) {
        heart.cancel();
        heart.freepeer();
        heart = null;
    }
    if (link.state === "on") {
        send("/clipkin/client/bye", [link.session]);
    }
    link.state = "closed";
    started = false;
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
}

function press(button) {
    if (!started) {
        return;
    }
    if (button === "cancel") {
        cancelJob();
    } else if (refusing !== "") {
        say([refusing]);
    } else if (link.state !== "on") {
        say([link.state === "none" ? SAY.noPort : SAY.silent]);
    } else {
        try {
            var settings = readSettings();
            var prompt = readPrompt(settings.task);
            startJob(prompt, Number(controls.beside) === 0 ? readBeside(prompt) : [], settings);
        } catch (reason) {
            say([reason instanceof Refusal ? reason.sentence : SAY.unreadable]);
        }
    }
}

/** The controls in the wire's words; locks are a sum of bits. */
function readSettings() {
    var locks = 0;
    for (var i = 0; i < LOCKS.length; i += 1) {
        locks += Number(controls[LOCKS[i]]) === 1 ? Math.pow(2, i) : 0;
    }
    return {
        task: FACE.tasks[controls.task] || FACE.tasks[0],
        engine: typeof controls.engine === "string" ? controls.engine : engines[0],
        count: clamp(Math.round(controls.count), 1, 64),
        temperature: clamp(Math.round(controls.temperature * 1000), 100, 2000),
        similarity: clamp(Math.round(controls.similarity * 10), 0, 1000),
        seed: Number(controls.seed) > 0 ? clamp(Math.round(controls.seed), 1, LARGEST) : randomId(),
        scale: Number(controls.scale) === 0 ? readScale() : null,
        locks: locks
    };
}

/** Fills the engine menu, only where the names are others, and keeps the chosen one by name. */
function takeEngines(names) {
    link.engines = null;
    var list = ["auto"].concat(names);
    if (sameNumbers(list, engines)) {
        return;
    }
    engines = list;
    var place = Math.max(0, indexOf(list, controls.engine));
    controls.engine = list[place];
    outlet.apply(null, [1, "engines"].concat(list));
    outlet(1, "engine", place);
}

/** A sentence of the server, whose {} are filled: each from two integers, a number and its decimals. */
function filled(sentence, numbers) {
    var pieces = sentence.split("{}");
    var words = [];
    for (var i = 0; i < pieces.length; i += 1) {
        var piece = pieces[i].replace(/^\s+|\s+$/g, "").substring(0, LONGEST_WORDS);
        if (piece !== "") {
            words.push(piece);
        }
        if (i + 1 < pieces.length && isWhole(numbers[2 * i])) {
            words.push(numbers[2 * i] / Math.pow(10, numbers[2 * i + 1] || 0));
        }
    }
    return words;
}

var READERS = {
    "/clipkin/server/welcome": [7, takeWelcome],
    "/clipkin/server/pong": [5, takePong],
    "/clipkin/engine/names": [1, function (args) { takeEngines(args.slice(1)); }],
    "/clipkin/clip/ack": [5, function (args) { takeAck(args[0], args[1], args[2], args[3], args[4]); }],
    "/clipkin/clip/abort": [2, function (args) { delete incoming[args[0]]; takeAbortOut(args[0]); }],
    "/clipkin/clip/begin": [11, takeBegin],
    "/clipkin/request/accepted": [2, function (args) { takeAccepted(args[0], args[1]); }],
    "/clipkin/request/progress": [4, function (args) { takeProgress(args[0], args[1], args[2]); }],
    "/clipkin/request/state": [2, function (args) { takeState(args[0], args[1]); }],
    "/clipkin/request/done": [4, function (args) { takeDone(args[0]); }],
    "/clipkin/request/fail": [5, function (args) {
        var words = filled(String(args[4]), args.slice(5));
        if (args[0] === 0) {
            takeLinkFail(args[2], words);
        } else {
            takeFail(args[0], args[2], words);
        }
    }]
};

/** A message from the wire; what isn't for this session, or isn't known, is dropped. */
function takeMessage(address, args) {
    if (!started || args[0] !== link.session) {
        return;
    }
    if (address === SELF) {
        takeSelf(args[0], args[1]);
    } else if (PART_KINDS.hasOwnProperty(address) && args.length > 3) {
        takePart(address, args.slice(1));
    } else if (READERS.hasOwnProperty(address) && args.length > READERS[address][0]) {
        READERS[address][1](args.slice(1));
    }
}
