// Numbers: what may come from the wire, a note in eight numbers, the checksum, pauses that grow.

/** True for an integer that the wire may carry; Max may hand it over as a float with a whole value. */
function isWhole(value) {
    return typeof value === "number" && Math.floor(value) === value && Math.abs(value) <= LARGEST;
}

function clamp(value, low, high) {
    return Math.max(low, Math.min(high, value));
}

function randomId() {
    return 1 + Math.floor(Math.random() * LARGEST);
}

/** Milliseconds of Max's own clock, which doesn't jump when the computer's is set. */
function now() {
    return typeof max.time === "number" ? max.time : new Date().getTime();
}

/** Folds `numbers` into the checksum `sum`, which begins at 1. */
function fold(sum, numbers) {
    return numbers.reduce(function (sum, number) {
        return (31 * sum + ((number % MODULUS) + MODULUS) % MODULUS) % MODULUS;
    }, sum);
}

/**
 * The eight numbers of one of Live's notes. `start` is the beat at which the clip begins, `length` its ticks: a note
 * that rings past the end is cut on the wire, not in Live.
 */
function toWire(note, start, length) {
    var onset = clamp(Math.round((note.start_time - start) * TICKS), 0, length - 1);
    return [
        note.pitch,
        onset,
        clamp(Math.round(note.duration * TICKS), 1, length - onset),
        clamp(Math.round(orElse(note.velocity, 100)), 1, 127),
        note.mute ? 1 : 0,
        clamp(Math.round(orElse(note.probability, 1) * 1000), 0, 1000),
        clamp(Math.round(orElse(note.velocity_deviation, 0)), -127, 127),
        clamp(Math.round(orElse(note.release_velocity, 64)), 0, 127)
    ];
}

/** The note for Live that eight numbers of the wire mean. */
function fromWire(numbers, start) {
    return {
        pitch: numbers[0],
        start_time: start + numbers[1] / TICKS,
        duration: numbers[2] / TICKS,
        velocity: numbers[3],
        mute: numbers[4],
        probability: numbers[5] / 1000,
        velocity_deviation: numbers[6],
        release_velocity: numbers[7]
    };
}

function orElse(value, other) {
    return typeof value === "number" ? value : other;
}

/** True when eight numbers are a note within a clip of `length` ticks. */
function isNote(numbers, length) {
    var high = [127, length - 1, length, 127, 1, 1000, 127, 127];
    return [0, 0, 1, 1, 0, 0, -127, 0].every(function (low, i) {
        return isWhole(numbers[i]) && numbers[i] >= low && numbers[i] <= high[i];
    });
}

function sameNumbers(left, right) {
    return left.length === right.length && left.every(function (value, i) {
        return value === right[i];
    });
}

/** The object with all that another one has. */
function withAll(object, more) {
    for (var key in more) {
        if (more.hasOwnProperty(key)) {
            object[key] = more[key];
        }
    }
    return object;
}

/** Numbers in pieces of at most `size`. */
function inPieces(list, size) {
    var pieces = [];
    for (var i = 0; i < list.length; i += size) {
        pieces.push(list.slice(i, i + size));
    }
    return pieces;
}

/** Sends something until it is answered, with pauses that grow to the longest; `tries` counts. */
function Retransmission(send, longest) {
    this.send = send;
    this.tries = 0;
    this.pause = FIRST_PAUSE_MS;
    this.longest = longest || LONGEST_PAUSE_MS;
    this.due = 0;
}

Retransmission.prototype.tick = function (time) {
    if (time < this.due) {
        return;
    }
    this.send();
    this.tries += 1;
    this.due = time + this.pause;
    this.pause = Math.min(this.longest, this.pause * 1.5);
};
