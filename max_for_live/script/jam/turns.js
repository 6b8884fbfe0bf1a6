// Call and response in time with Live: what is played into the track is heard by bars, its answer is played by the patch
// (wiring.py), which is handed each note a little ahead and ends every one that it begins, whatever becomes of us.
//
// Times are beats of Live's song, from Max's transport. Calls and answers take turns of so many bars; where no answer has
// come the last one goes on. A jump, a stop, another metre: all is silent at once, and a call begins at the next bar line.

var BEAT = 480;  // ticks of Max's transport
var AHEAD_MS = 400;  // how long before its beat a note is handed on: Live's main thread may stand still for as long
var EARLY = 0.125;  // beats before a bar line at which a note belongs to the turn behind it
var LATE = 0.5;  // beats behind a bar line at which a call still begins with it, because Live was busy starting
var BACK = 0.25, FORWARD = 1;  // beats that no playing explains
var SHORTEST = 1 / 32;
var HAIR_BEATS = 1 / 128;
var LONGEST_KEPT = 128;  // beats after which what was played is written into the set

var jam = null;

/** Once each tick: begins and ends the mode, and asks where Live is; the answer is the message `transport`. */
function tickJam() {
    var bars = FACE.jam[Math.round(controls.jam)] || 0;
    if (bars === 0 && jam) {
        pauseJam();
        jam = null;
        say([SAY.jamOff]);
    } else if (bars > 0) {
        if (!jam) {
            jam = { runs: false, beat: 0, at: 0, bar: 4, tempo: 120, numerator: 4, denominator: 4, turn: 0, start: 0,
                length: 0, calling: true, asked: 0, held: {}, notes: [], ahead: [], answer: null, last: null, calls: [],
                kept: [], track: deviceTrack() };
            jam.role = jam.track === 0 ? 0 : roleOf(jam.track);
            say([SAY.jamOn]);
            warmUp();
        }
        jam.bars = bars;
        outlet(3, "where");
    }
}

/** Max's transport: quarter notes a minute, ticks of the song, whether it runs, and the metre. */
function takeTransport(tempo, tick, runs, numerator, denominator) {
    if (!jam) {
        return;
    }
    var beat = tick / BEAT, bar = 4 * numerator / denominator, time = now();
    if (runs !== 1 || !(tempo > 0) || !(bar > 0) || !(beat >= 0)) {
        pauseJam();
        return;
    }
    var forward = (time - jam.at) * Math.max(tempo, jam.tempo) / 60000 + FORWARD;
    if (!jam.runs || bar !== jam.bar || beat < jam.beat - BACK || beat > jam.beat + forward) {
        restartJam(beat, bar);
    }
    withAll(jam, { beat: beat, at: time, tempo: tempo, numerator: numerator, denominator: denominator });
    advanceJam();
}

/** Live stands, or the mode ends: silence, and what was played comes into the set. */
function pauseJam() {
    if (jam.runs) {
        silence();
        keepTurn(jam.beat);
        writeJam();
        jam.runs = false;
    }
}

function silence() {
    jam.ahead = [];
    outlet(3, "stop");
}

function restartJam(beat, bar) {
    silence();
    if (jam.runs) {
        keepTurn(jam.beat);
    }
    jam.runs = true;
    jam.bar = bar;
    jam.start = Math.max(0, Math.ceil((beat - LATE) / bar)) * bar;
    // Keys that are held across a start belong to its call; what lies behind a jump to before it doesn't.
    Object.keys(jam.held).forEach(function (pitch) {
        if (jam.held[pitch].onset < jam.start - EARLY || jam.held[pitch].onset > beat + EARLY) {
            delete jam.held[pitch];
        }
    });
    jam.notes = [];
    beginTurn(true);
}

function beginTurn(calling) {
    if (calling) {
        jam.length = jam.bars * jam.bar;
        jam.turn += 1;
    }
    jam.calling = calling;
    jam.asked = 0;
    jam.answer = null;
    jam.better = false;
    jam.prepared = null;
    jam.coming = [];
    jam.playing = [];
    jam.notes = jam.notes.filter(function (note) {
        return note.onset >= jam.start - EARLY;
    });
}

/** A note of who plays, with the tick at which it came. */
function takePlayed(pitch, velocity, tick) {
    if (!jam) {
        return;
    }
    var beat = tick / BEAT, held = jam.held[pitch];
    if (held && jam.runs) {
        jam.notes.push({ pitch: pitch, onset: held.onset, end: Math.max(beat, held.onset + SHORTEST),
            velocity: held.velocity });
    }
    delete jam.held[pitch];
    if (velocity > 0) {
        jam.held[pitch] = { onset: beat, velocity: velocity };
    }
}

function advanceJam() {
    while (jam.beat >= jam.start + jam.length) {
        if (jam.calling) {
            answerCall();
        } else {
            endAnswer();
        }
    }
    if (jam.calling) {
        askInTime();
        prepareAnswer();
    }
    playAhead();
}

/** The newest answer, or else the last one again, is put in readiness; a newer one takes its place until the bar line. */
function prepareAnswer() {
    var end = jam.start + jam.length, answer = jam.answer || jam.last;
    if (jam.beat < end - aheadBeats() || answer === jam.prepared || playedIn(end).length === 0) {
        return;
    }
    if (jam.prepared !== null) {
        silence();
    }
    jam.prepared = answer;
    jam.coming = [];
    for (var shift = 0; shift < jam.length; shift += answer.length / TICKS) {
        addComing(answer.notes, shift, end);
    }
    jam.ahead = jam.coming.slice().sort(function (left, right) {
        return left.onset - right.onset;
    });
}

function addComing(notes, shift, start) {
    notes.forEach(function (numbers) {
        var onset = shift + numbers[1] / TICKS, end = Math.min(onset + numbers[2] / TICKS, jam.length);
        if (onset < jam.length - SHORTEST && numbers[4] === 0) {
            jam.coming.push({ pitch: numbers[0], onset: start + onset, end: start + end, velocity: numbers[3] });
        }
    });
}

/** The call is over. */
function answerCall() {
    prepareAnswer();
    var called = playedIn(jam.start + jam.length).length > 0, coming = jam.coming;
    if (called && jam.answer === null) {
        say([jam.prepared === null ? SAY.jamNone : SAY.jamLast]);
    }
    keepTurn(jam.start + jam.length);
    rememberCall(called);
    jam.last = jam.prepared || jam.last;
    jam.start += jam.length;
    beginTurn(false);
    jam.playing = coming;
}

/** An answer ends with its turn, also where the tempo has changed since. */
function endAnswer() {
    silence();
    keepTurn(jam.start + jam.length);
    jam.start += jam.length;
    beginTurn(true);
    if (keptBeats() >= LONGEST_KEPT) {
        writeJam();
    }
}

function aheadBeats() {
    return AHEAD_MS * jam.tempo / 60000;
}

/** Hands on what will be due soon; what is long past is let go. */
function playAhead() {
    var beatMs = 60000 / jam.tempo;
    while (jam.ahead.length > 0 && jam.ahead[0].onset < jam.beat + aheadBeats()) {
        var note = jam.ahead.shift();
        if (note.onset > jam.beat - BACK) {
            outlet(3, "play", note.pitch, note.velocity, Math.max(SHORTEST / 2, note.end - note.onset - HAIR_BEATS) * beatMs,
                note.onset * BEAT, beatMs / BEAT);
        }
    }
}

/** What was played in this turn as the wire's numbers, by onset; what is still held lasts until `until`. */
function playedIn(until) {
    var length = Math.round(jam.length * TICKS), end = jam.start + jam.length - (jam.calling ? 0 : EARLY), notes = jam.notes;
    Object.keys(jam.held).forEach(function (pitch) {
        var held = jam.held[pitch];
        notes = notes.concat([{ pitch: Number(pitch), onset: held.onset, end: Math.max(until, held.onset + SHORTEST),
            velocity: held.velocity }]);
    });
    return notes.filter(function (note) {
        return note.onset >= jam.start - EARLY && note.onset < end;
    }).map(function (note) {
        return toWire({ pitch: note.pitch, start_time: Math.max(note.onset, jam.start), velocity: note.velocity,
            duration: note.end - Math.max(note.onset, jam.start) }, jam.start, length);
    }).sort(function (left, right) {
        return left[1] - right[1] || left[0] - right[0];
    });
}
