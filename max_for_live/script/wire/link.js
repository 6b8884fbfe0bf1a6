// The connection: a port of our own, hello until the server answers, then a ping now and then.

var SELF = "/clipkin/self/test";
var PORTS = 32;
var PORT_MS = 400;
var NEXT_ROUND_MS = 5000;
var SILENT_AFTER_MS = 2000;
// While a request is at work, and where a ping stays without an answer: a server that is gone is noticed within 3 s, and
// one whose words get lost is hardly ever taken for gone. One that is back is greeted within half a second.
var PING_MS = 400;
var MISSED_PINGS = 6;
var BACK_MS = 250;

var link = {
    state: "closed",
    session: 0,
    epoch: 0,
    port: FACE.listenPort,
    serverPort: FACE.serverPort,
    window: 16,
    notesPerPart: 24,
    heartbeatMs: 2000,
    answered: 0
};

/** Sends one message to the server. */
function send(address, args) {
    outlet.apply(null, [0, address].concat(args));
}

/** Looks for a free port: what we send to ourselves must come back, else another program has that port. */
function openLink() {
    link.session = randomId();
    tryPort(FACE.listenPort);
}

function tryPort(port) {
    link.state = "port";
    link.port = port;
    link.portSince = now();
    link.repeat = new Retransmission(function () {
        outlet(2, "self", SELF, link.session, link.port);
    });
    outlet(2, "listen", port);
}

function nextPort(time) {
    if (link.port - FACE.listenPort + 1 < PORTS) {
        tryPort(link.port + 1);
    } else {
        say([SAY.noPort]);
        link.state = "none";
        link.portSince = time;
    }
}

/** What we sent to ourselves has come back: the port is ours. */
function takeSelf(session, port) {
    if (link.state === "port" && session === link.session && port === link.port) {
        sayHello();
    }
}

function sayHello() {
    link.state = "hello";
    link.helloSince = now();
    link.toldSilent = false;
    link.repeat = new Retransmission(greet, link.epoch === 0 ? LONGEST_PAUSE_MS : BACK_MS);
}

function greet() {
    send("/clipkin/client/hello", [link.session, PROTOCOL, link.port, "device", FACE.version, NO_TEXT]);
}

function tickLink(time) {
    if (link.state === "port") {
        if (time - link.portSince > PORT_MS) {
            nextPort(time);
        } else {
            link.repeat.tick(time);
        }
    } else if (link.state === "none" && time - link.portSince > NEXT_ROUND_MS) {
        openLink();
    } else if (link.state === "hello") {
        link.repeat.tick(time);
        if (!link.toldSilent && time - link.helloSince > SILENT_AFTER_MS) {
            link.toldSilent = true;
            say([SAY.silent]);
        }
    } else if (link.state === "on") {
        tickPing(time);
        if (link.engines) {
            link.engines.tick(time);
            link.engines = link.engines.tries < MOST_TRIES ? link.engines : null;
        }
    }
}

/**
 * A ping each heartbeat; where it stays without an answer a hello, and after six of those the server is gone. One that
 * was started anew answers a ping at the port it came from, which isn't ours, but a hello at ours.
 */
function tickPing(time) {
    if (time < link.pingDue) {
        return;
    }
    if (link.pings - link.answered >= MISSED_PINGS) {
        say([SAY.lost]);
        sayHello();
        return;
    }
    link.pings += 1;
    link.pingDue = time + PING_MS;
    if (link.pings - link.answered > 1) {
        greet();
    } else {
        send("/clipkin/server/ping", [link.session, link.pings]);
    }
}

/** protocol, epoch, version, max_notes, notes_per_part, window, heartbeat_ms */
function takeWelcome(args) {
    if (link.state !== "hello" && (link.state !== "on" || args[1] === link.epoch)) {
        return;
    }
    if (args[0] !== PROTOCOL) {
        say([SAY.otherVersion]);
        return;
    }
    var restarted = link.epoch !== 0 && link.epoch !== args[1];
    link.state = "on";
    link.epoch = args[1];
    link.notesPerPart = clamp(args[4], 1, 24);
    link.window = clamp(args[5], 1, 16);
    link.heartbeatMs = clamp(args[6], 500, 5000);
    link.pings = 0;
    link.answered = 0;
    link.pingDue = now() + link.heartbeatMs;
    link.engines = new Retransmission(function () {
        send("/clipkin/engine/query", [link.session]);
    });
    if (!resumeJob(restarted)) {
        say([SAY.ready]);
    }
}

/** Whatever the server says, it lives. */
function heardServer() {
    link.answered = link.pings;
    link.pingDue = now() + (job ? PING_MS : link.heartbeatMs);
}

/** n, epoch */
function takePong(args) {
    if (link.state === "on" && args[1] !== link.epoch) {
        sayHello();
    }
}

/** A fail that is about no request: our hello was refused, or the server doesn't know us any more. */
function takeLinkFail(code, words) {
    if (code === 409) {
        // The number may be another client's; if the server is full instead, the sentence says so.
        link.session = randomId();
    }
    if (link.state === "on" && (code === 404 || code === 409)) {
        sayHello();
        return;
    }
    if (link.state === "hello") {
        link.toldSilent = true;
        link.repeat.pause = LONGEST_PAUSE_MS;
    }
    say(words);
}

/** The user chose another port of the server. */
function moveServer(port) {
    if (port === link.serverPort) {
        return;
    }
    link.serverPort = port;
    outlet(0, "port", port);
    if (link.state === "hello" || link.state === "on") {
        dropJob();
        link.session = randomId();
        link.epoch = 0;
        say([SAY.looking]);
        sayHello();
    }
}
