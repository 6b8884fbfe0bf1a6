// One request from the press of the button to its end. A new one drops the old; what still comes of it is ignored.
// What is complete waits in `finished` for a tick that may write, because only a Task may.

var job = null;
var finished = [];
var lastRequest = 0;
var count = { asked: 0, came: 0 };
var LISTEN_MS = 3000;

/** Begins a request for an order (orders.js). */
function startJob(order, settings) {
    dropJob();
    count.asked += order.take ? 0 : 1;
    link.pingDue = now();  // a server that has gone since the last heartbeat is noticed soon
    job = { order: order, settings: settings, results: [], restarts: 0 };
    sendPrompt();
}

/** Sends the clips, then the request itself. */
function sendPrompt() {
    emptyInbox();
    lastRequest += 1;
    job.number = lastRequest;
    job.phase = "sending";
    job.results = [];
    job.transfers = (job.order.sent || []).slice();
    job.waiting = job.order.clips.concat(job.order.chords ? [job.order.chords] : []);
    job.repeat = null;
    if (job.waiting.length > 0) {
        sayOfJob([job.waiting[0].selected.length > 0 ? SAY.sendingSelected : SAY.sending]);
    }
    sendNext();
}

/** A jam's requests come and go with its turns, unsaid. */
function sayOfJob(words) {
    if (!job.order.take) {
        say(words);
    }
}

function sendNext() {
    var clip = job.waiting.shift();
    if (!clip) {
        sendStart();
        return;
    }
    sendClip(clip, function (transfer) {
        job.transfers.push(transfer);
        sendNext();
    }, function () {
        endJob([SAY.dead]);
    });
}

function sendStart() {
    var settings = job.settings;
    var prompts = job.order.prompts;
    var args = [link.session, job.number, prompts > 0 ? job.transfers[0] : 0, settings.task.name, settings.engine,
        settings.mood, settings.style, settings.count, settings.temperature, settings.similarity, settings.seed];
    args = args.concat(job.order.pairs, pairsOf(settings));
    if (prompts > 1) {
        args.push("second", job.transfers[1]);
    }
    job.transfers.slice(prompts).forEach(function (transfer, i) {
        args.push(prompts + i < job.order.clips.length ? "context" : "chords", transfer);
    });
    job.phase = "starting";
    sayOfJob([SAY.waiting]);
    job.repeat = new Retransmission(function () {
        send("/clipkin/request/start", args);
    });
}

/** What the start says only where it is wished. */
function pairsOf(settings) {
    var range = settings.range, scale = settings.scale;
    return [].concat(settings.locks > 0 ? ["locks", settings.locks] : [], settings.bars > 0 ? ["bars", settings.bars] : [],
        settings.density !== FACE.densities[0] ? ["density", settings.density] : [],
        range ? ["range_low", range[0], "range_high", range[1]] : [],
        scale ? ["scale_root", scale[0], "scale_mask", scale[1]] : []);
}

function tickJob(time) {
    if (writing === null && finished.length > 0) {
        var next = finished.shift();
        (next.write || writeResults)(next);
    }
    tickWriting(time);
    if (!job || link.state !== "on") {
        return;
    }
    if (job.repeat) {
        if (job.repeat.tries >= MOST_TRIES && time >= job.repeat.due) {
            endJob([job.phase === "cancelling" ? SAY.cancelled : SAY.dead]);
        } else {
            job.repeat.tick(time);
        }
    } else if (job.phase === "running" && time - job.heardAt > LISTEN_MS) {
        job.repeat = new Retransmission(function () {
            send("/clipkin/request/query", [link.session, job.number]);
        });
    }
}

/** True while this request may still get variations. */
function isRunning(request) {
    return job !== null && job.number === request && (job.phase === "running" || job.phase === "starting");
}

/** The request has begun, or still lives: stop repeating. */
function heard() {
    job.heardAt = now();
    job.phase = "running";
    job.repeat = null;
}

function takeAccepted(request, position) {
    if (isRunning(request)) {
        heard();
        sayOfJob(position > 0 ? [SAY.queued, position] : [SAY.working, 0]);
    }
}

function takeProgress(request, permille, index) {
    if (isRunning(request)) {
        heard();
        if (job.settings.count > 1) {
            sayOfJob([STAGE, clamp(index + 1, 1, job.settings.count), STAGE_OF, job.settings.count]);
        } else {
            sayOfJob([SAY.working, Math.floor(permille / 10)]);
        }
    }
}

function takeVariation(variation) {
    heard();
    job.results.push(variation);
}

/** 0 not known, 1 waiting, 2 at work, 3 being sent, 4 done, 5 failed: the end of the last two comes by itself. */
function takeState(request, state) {
    if (isRunning(request)) {
        (state === 0 ? restartJob : heard)();
    }
}

function takeDone(request) {
    send("/clipkin/request/seen", [link.session, request]);
    if (job === null || job.number !== request) {
        return;
    }
    if (job.phase === "cancelling") {
        endJob([SAY.cancelled]);
    } else {
        finishJob([]);
    }
}

function takeFail(request, code, words) {
    send("/clipkin/request/seen", [link.session, request]);
    if (job === null || job.number !== request) {
        return;
    }
    if (job.phase === "cancelling" || code === 499) {
        endJob([SAY.cancelled]);
    } else if (job.order.take) {
        forgetCalls();
        endJob(words);
    } else if (code === 404 && job.restarts === 0) {
        restartJob();
    } else if (job.results.length > 0 && !job.order.whole) {
        finishJob(words);
    } else {
        endJob(words);
    }
}

/** All that will come has come; the next tick writes it. */
function finishJob(words) {
    if (job.order.take) {
        var done = job;
        job = null;
        if (done.results.length > 0) {
            done.order.take(done.results[0], done.transfers[0]);
        }
    } else if (job.results.length > 0) {
        var few = !job.order.whole && job.results.length < job.settings.count;
        finished.push({ order: job.order, settings: job.settings, results: job.results,
            words: few && words.length === 0 ? [SAY.fewer] : words });
        job = null;
    } else {
        endJob(words.length > 0 ? words : [SAY.none]);
    }
}

function writeResults(done) {
    startWriting(done.order.turns(done.results), function (made, changed) {
        count.came += 1;
        last = { order: done.order, settings: done.settings, clips: made.clips };
        showFirst(made);
        return done.order.words(done.results, made, changed).concat(done.words);
    });
}

/** Sends everything once more, to a server that has forgotten it; a second time it is given up. */
function restartJob() {
    if (job.restarts > 0) {
        endJob([SAY.dead]);
        return;
    }
    job.restarts += 1;
    sendPrompt();
}

/** The server is back. True when a request is still on its way; `restarted`: it knows nothing of it any more. */
function resumeJob(restarted) {
    if (!job) {
        return false;
    }
    if (restarted && job.order.take) {
        forgetCalls();
        outgoing = null;
        job = null;
        return false;
    } else if (restarted && job.phase === "cancelling") {
        endJob([SAY.cancelled]);
    } else if (restarted) {
        outgoing = null;
        restartJob();
        if (job) {
            say([SAY.restarted]);
        }
    } else if (job.phase === "sending") {
        sendPrompt();
    } else {
        job.heardAt = now() - LISTEN_MS;
        say([SAY.waiting]);
    }
    return true;
}

function endJob(words) {
    job = null;
    emptyInbox();
    say(words);
}

/** The user's Cancel. */
function cancelJob() {
    if (!job) {
        say([SAY.nothing]);
    } else if (job.phase === "sending" || link.state !== "on") {
        abandonOutgoing();
        endJob([SAY.cancelled]);
    } else if (job.phase !== "cancelling") {
        var number = job.number;
        job.phase = "cancelling";
        emptyInbox();
        say([SAY.cancelling]);
        job.repeat = new Retransmission(function () {
            send("/clipkin/request/cancel", [link.session, number]);
        });
    }
}

/** Forgets the present request, and tells the server once, so that it needn't go on. */
function dropJob() {
    if (!job) {
        return;
    }
    abandonOutgoing();
    if (job.phase === "starting" || job.phase === "running") {
        send("/clipkin/request/cancel", [link.session, job.number]);
    }
    job = null;
    emptyInbox();
}
