// The face and the doors: controls come in, sentences go out, messages of the wire find their reader by address.

var BUSY_MS = 10;
var IDLE_MS = 50;
var LONGEST_WORDS = 180;
var NEAR = 850;
// Not connected; ready or done; at work.
var LIGHTS = [[0.5, 0.5, 0.5, 1], [0.3, 0.75, 0.4, 1], [0.95, 0.7, 0.2, 1]];

var started = false;
var refusing = "";
var heart = null;

/** Shows words and whole numbers on the status line; a number is an atom of its own. And the light beside it. */
function say(words) {
    var light = link.state !== "on" ? 0 : job || writing || finished.length > 0 ? 2 : 1;
    outlet.apply(null, [1, "light"].concat(LIGHTS[light]));
    outlet.apply(null, [1, "status"].concat(words));
}

function sentenceOf(reason) {
    if (reason instanceof Refusal || reason instanceof NotNow) {
        return reason.sentence;
    }
    error("Clipkin: " + reason + "\n");
    return SAY.slotRefused;
}

/** The bang of live.thisdevice; it comes again when a preset is loaded or saved. */
function startDevice() {
    restoringUntil = now() + RESTORING_MS;
    if (started) {
        return;
    }
    started = true;
    openLive();
    showTask();
    if (!liveIsAtLeast(11, 1)) {
        refusing = liveVersion[0] === 0 ? SAY.noVersion : SAY.oldLive;
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
    tickJam();
    heart.interval = job || jam || writing || finished.length > 0 || link.state === "port" ? BUSY_MS : IDLE_MS;
}

function stopDevice() {
    if (heart) {
        heart.cancel();
        heart.freepeer();
        heart = null;
    }
    stopWriting();
    if (jam) {
        silence();
        jam = null;
    }
    if (link.state === "on") {
        send("/clipkin/client/bye", [link.session]);
    }
    link.state = "closed";
    started = false;
}

function press(button) {
    if (!started) {
        return;
    }
    if (button === "cancel") {
        cancelJob();
    } else if (button === "report") {
        // What a person who tries the device sends back.
        say([SAY.reportOf, FACE.version, SAY.reportLive].concat(liveVersion, [SAY.reportAsked, count.asked,
            SAY.reportCame, count.came]));
    } else if (button === "dice") {
        outlet(1, "seed", randomId());
    } else if (refusing !== "") {
        say([refusing]);
    } else if (button === "keep" || button === "discard") {
        if (writing !== null || finished.length > 0) {
            say([SAY.writing]);
        } else {
            takeBack(button === "keep");
        }
    } else if (link.state !== "on") {
        say([link.state === "none" ? SAY.noPort : SAY.silent]);
    } else {
        tryToStart(button);
    }
}

/** Make, again, or more like the selected clip. */
function tryToStart(button) {
    try {
        var settings = button === "again" ? null : readSettings(chosenTask());
        if (settings === null) {
            makeAgain();
            return;
        }
        if (button === "more" && settings.task.takes.similarity) {
            settings.similarity = Math.max(settings.similarity, NEAR);
        }
        startJob(readOrder(settings), settings);
        if (settings.scale === null && scaleUnknown !== "") {
            say([SAY.unknownScale, scaleUnknown]);
        }
    } catch (reason) {
        say([reason instanceof Refusal ? reason.sentence : SAY.unreadable]);
    }
}

/** A sentence of the server, whose {} are filled: each from two integers, a number and its decimals. */
function filled(sentence, numbers) {
    var words = [];
    sentence.split("{}").forEach(function (text, i, pieces) {
        var piece = text.trim().substring(0, LONGEST_WORDS);
        if (piece !== "") {
            words.push(piece);
        }
        if (i + 1 < pieces.length && isWhole(numbers[2 * i])) {
            words.push(numbers[2 * i] / Math.pow(10, numbers[2 * i + 1] || 0));
        }
    });
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
        return;
    }
    heardServer();
    if (PART_KINDS.hasOwnProperty(address) && args.length > 3) {
        takePart(address, args.slice(1));
    } else if (READERS.hasOwnProperty(address) && args.length > READERS[address][0]) {
        READERS[address][1](args.slice(1));
    }
}
