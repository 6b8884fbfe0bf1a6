// What a jam asks the server for, and what of it comes into the set.

var ASKED_BEFORE = [3, 1.25, 0.5];  // beats before a call's end, each time with what was played until then
var REMEMBERED = 4;
var QUICK = FACE.quick;

/** Asks for an answer where it is time; a request of the Make button goes first. */
function askInTime() {
    var left = jam.start + jam.length - jam.beat, asked = ASKED_BEFORE.filter(function (before) {
        return left <= before;
    }).length;
    if (asked <= jam.asked) {
        return;
    }
    jam.asked = asked;
    askAbout(playedIn(jam.beat), jam.length);
}

/** Before anybody plays a phrase is asked about for nothing, so that the engines are there when one is. */
function warmUp() {
    var phrase = [60, 62, 64, 65].map(function (pitch, beat) {
        return [pitch, beat * TICKS, TICKS, 100, 0, 1000, 0, 64];
    });
    askAbout(phrase, phrase.length);
}

function askAbout(notes, beats) {
    if (notes.length > 0 && link.state === "on" && (!job || job.order.take)) {
        try {
            var settings = jamSettings(), length = Math.round(beats * TICKS);
            // Where a better one has come already a quick one won't take its place.
            askFor(jam.turn, settings, jam.better ? settings.engine : quickly(settings), { notes: notes, selected: [],
                role: jam.role, length: length, tempo: Math.round(jam.tempo * 1000), numerator: jam.numerator,
                denominator: jam.denominator }, 0);
        } catch (reason) {
            say([reason instanceof Refusal ? reason.sentence : SAY.unreadable]);
        }
    }
}

/** The face's dials as a jam takes them: similarity, density, mood, scale, engine, and by its role who answers. */
function jamSettings() {
    var settings = readSettings(FACE.tasks[0]);
    return withAll(settings, { style: NO_TEXT, count: 1, temperature: 1000, seed: jam.turn, range: null, locks: 0,
        role: clamp(Math.round(controls.role), 0, DRUMS), context: false, pads: "", chords: "" });
}

/** The engine that answers at once, where the choice is the server's; one that was chosen is asked by itself. */
function quickly(settings) {
    return settings.engine === engines[0] && settings.role === 0 ? QUICK : settings.engine;
}

/** One request: first of the quick engine, then, with the call that has come by then (`sent`), of the other one. */
function askFor(turn, settings, engine, clip, sent) {
    var pairs = ["answer", 1].concat(settings.role > 0 ? ["role", settings.role] : []);
    jam.calls.forEach(function (transfer) {
        pairs.push("context", transfer);
    });
    startJob({
        clips: sent ? [] : [clip], sent: sent ? [sent] : [], prompts: 1, most: 1, pairs: pairs, whole: false,
        take: function (answer, transfer) {
            if (jam && jam.turn === turn && jam.calling) {
                jam.answer = answer;
                jam.called = transfer;
                jam.better = engine !== quickly(settings);
                if (engine !== settings.engine) {
                    askFor(turn, settings, settings.engine, clip, transfer);
                }
            }
        }
    }, withAll(withAll({}, settings), { engine: engine }));
}

/** The calls before are listened to, because a key is seldom heard in one. */
function rememberCall(called) {
    if (called && jam.answer !== null) {
        jam.calls = jam.calls.concat([jam.called]).slice(-REMEMBERED);
    }
}

/** The server knows nothing of them any more. */
function forgetCalls() {
    if (jam) {
        jam.calls = [];
    }
}

/** What was played in this turn, by hand and in answer, stays; `until`: the beat at which it ends. */
function keepTurn(until) {
    var answers = jam.playing.filter(function (note) {
        return note.onset < until;
    }).map(function (note) {
        return [note.pitch, Math.round((note.onset - jam.start) * TICKS), Math.round((note.end - note.onset) * TICKS),
            note.velocity, 0, 1000, 0, 64];
    });
    var played = playedIn(until);
    var turn = { length: jam.length, played: played, answers: answers };
    if (!isEmpty(turn) || jam.kept.length > 0) {
        jam.kept.push(turn);
    }
}

function isEmpty(turn) {
    return turn.played.length + turn.answers.length === 0;
}

function keptBeats() {
    return jam.kept.reduce(function (beats, turn) {
        return beats + turn.length;
    }, 0);
}

/** Two clips in free slots of the device's track: all that was played, and the answers alone. */
function writeJam() {
    var target = { track: jam.track, slot: 0, behind: false, source: null };
    var variations = ["jam", "jam answers"].map(function (name, index) {
        return { index: index, length: 0, notes: [], remarks: [], name: name };
    });
    var place = 0;
    while (jam.kept.length > 0 && isEmpty(jam.kept[jam.kept.length - 1])) {
        jam.kept.pop();
    }
    jam.kept.forEach(function (turn) {
        var moved = function (numbers) {
            return [numbers[0], numbers[1] + place].concat(numbers.slice(2));
        };
        variations[0].notes = variations[0].notes.concat(turn.played.map(moved), turn.answers.map(moved));
        variations[1].notes = variations[1].notes.concat(turn.answers.map(moved));
        place += Math.round(turn.length * TICKS);
    });
    jam.kept = [];
    variations = variations.filter(function (variation) {
        variation.length = place;
        variation.kept = variation.notes.map(function () {
            return 0;
        });
        return variation.notes.length > 0;
    });
    if (variations.length > 0 && jam.track !== 0 && isMidiTrack(jam.track)) {
        finished.push({ write: function () {
            target.source = blankClip(target.track);
            startWriting(clipTurns(target, variations), function () {
                return [SAY.jamKept];
            });
        } });
    }
}
