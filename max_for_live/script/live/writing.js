// Work on the set in small turns, as one undo step: all of it or none. Called from a Task only, because inside a
// notification Live refuses every change; where it does so nevertheless, the same turn is tried again a moment later.
//
// A turn is a function; it may give further turns, which come next. Live stands still while one runs.

var TURN_MS = 6;
var RETRY_MS = 40;
var MOST_RETRIES = 12;
var FORBIDDEN = /cannot be triggered|undo or redo/i;

var writing = null;

/** Raised where Live may do in a moment what it didn't do now; `sentence` tells if it never does. */
function NotNow(sentence) {
    this.sentence = sentence;
}

/** Begins work; `end(made, changed)` gives the words for the status line once all turns are done. */
function startWriting(turns, end) {
    writing = { turns: [beginStep].concat(turns), end: end, made: { clips: [], scenes: [] }, changed: false, tries: 0,
        due: 0, failed: null };
}

function beginStep() {
    undoStep("end_undo_step");  // of ours, should one have been left open
    undoStep("begin_undo_step");
}

function tickWriting(time) {
    var from = new Date().getTime();
    while (writing && time >= writing.due && new Date().getTime() - from < TURN_MS) {
        if (writing.turns.length === 0) {
            endWriting();
            return;
        }
        runTurn(writing, time);
    }
}

function runTurn(work, time) {
    try {
        var more = work.turns[0](work);
        work.turns.shift();
        work.turns = (more || []).concat(work.turns);
        work.tries = 0;
    } catch (reason) {
        var later = reason instanceof NotNow || FORBIDDEN.test(String(reason));
        if (later && work.tries < MOST_RETRIES) {
            work.tries += 1;
            work.due = time + RETRY_MS;
        } else if (work.failed) {
            work.turns.shift();  // what can't be taken away stays
        } else {
            work.failed = later && !(reason instanceof NotNow) ? new Refusal(SAY.busy) : reason;
            work.tries = 0;
            work.turns = removalTurns(work.made);
        }
    }
}

function endWriting() {
    var work = writing;
    writing = null;
    undoStep("end_undo_step");
    say(work.failed ? [sentenceOf(work.failed)] : work.end(work.made, work.changed));
}

/** The device goes away: close what is open. */
function stopWriting() {
    if (writing) {
        removalTurns(writing.made).forEach(function (turn) {
            turn();
        });
        writing = null;
        undoStep("end_undo_step");
    }
}
