// Takes variations from the server: parts in any order, lost or doubled, joined in their order, taken once when all are there and agree.

var incoming = {};
var taken = {};

// What becomes of each kind of part, and how many numbers an item of those has that the checksum guards.
var PART_KINDS = {
    "/clipkin/clip/part": { size: 8, join: joinNotes },
    "/clipkin/clip/kept": { size: 1, join: function (clip, numbers) {
        clip.variation.kept.push.apply(clip.variation.kept, numbers);
    } },
    "/clipkin/clip/name": { join: function (clip, words) { clip.variation.name = String(words[0]).replace(/^-$/, ""); } },
    "/clipkin/variation/report": { join: readReport },
    "/clipkin/variation/remark": { join: function (clip, words) { clip.variation.remarks.push(words); } }
};

function emptyInbox() {
    incoming = {};
    taken = {};
}

/** transfer, request, index, note_count, part_count, length, checksum, role, tempo, numerator, denominator */
function takeBegin(args) {
    var transfer = args[0];
    if (!isRunning(args[1]) || args[2] < 0 || args[2] >= job.order.most) {
        return;
    }
    if (taken[transfer] === undefined && !incoming[transfer]) {
        if (args[3] > MOST_NOTES || args[4] < 1 || args[5] < 1) {
            send("/clipkin/clip/abort", [link.session, transfer, 400]);
            return;
        }
        incoming[transfer] = { index: args[2], noteCount: args[3], partCount: args[4], length: args[5],
            checksum: args[6], parts: [], base: 0, sum: 1, variation: { index: args[2], length: args[5], seed: 0,
            similarity: -1, name: "", section: 0, track: 0, remarks: [], kept: [], notes: [] } };
    }
    sendAck(transfer);
}

/** A part of any kind; `args` begin with transfer and the part's number. */
function takePart(address, args) {
    var transfer = args[0];
    var clip = incoming[transfer];
    if (taken[transfer] !== undefined) {
        sendAck(transfer);
    }
    if (!clip || !isWhole(args[1]) || args[1] < 0 || args[1] >= clip.partCount) {
        return;
    }
    if (!clip.parts[args[1]]) {
        var kind = PART_KINDS[address];
        var numbers = kind.size ? args.slice(3) : args.slice(2);
        if (kind.size && numbers.length !== args[2] * kind.size) {
            return;
        }
        clip.parts[args[1]] = { kind: kind, numbers: numbers };
        while (clip.base < clip.partCount && clip.parts[clip.base]) {
            var part = clip.parts[clip.base];
            clip.sum = part.kind.size ? fold(clip.sum, part.numbers) : clip.sum;
            part.kind.join(clip, part.numbers);
            clip.base += 1;
        }
        if (clip.base === clip.partCount) {
            takeWhole(transfer, clip);
            return;
        }
    }
    sendAck(transfer);
}

function sendAck(transfer) {
    var clip = incoming[transfer];
    if (!clip) {
        var done = taken[transfer];
        send("/clipkin/clip/ack", [link.session, transfer, done.partCount, 0, 1, done.checksum]);
        return;
    }
    var bitmap = 0;
    for (var bit = 0; bit < 24; bit += 1) {
        if (clip.parts[clip.base + 1 + bit]) {
            bitmap += Math.pow(2, bit);
        }
    }
    send("/clipkin/clip/ack", [link.session, transfer, clip.base, bitmap, 0, 0]);
}

/** All parts are there: take the clip if counts and checksum agree, else give it back. */
function takeWhole(transfer, clip) {
    var variation = clip.variation;
    delete incoming[transfer];
    if (clip.sum !== clip.checksum || variation.notes.length !== clip.noteCount ||
            variation.kept.length !== clip.noteCount) {
        send("/clipkin/clip/abort", [link.session, transfer, 400]);
        return;
    }
    taken[transfer] = { partCount: clip.partCount, checksum: clip.checksum };
    takeVariation(variation);
    sendAck(transfer);
}

/** Joins notes to those before them: a little with each message, so that none takes long. */
function joinNotes(clip, numbers) {
    inPieces(numbers, NOTE_SIZE).forEach(function (note) {
        clip.sum = isNote(note, clip.length) ? clip.sum : -1;
        clip.variation.notes.push(note);
    });
}

// Numbers of a report before its pairs: seed, similarity, kept, notes, in_scale, originality, score, two of locks.
var REPORT_SIZE = 9;

/** The seed, how near it is to the clip, and in a song the section and the track for which the clip is made. */
function readReport(clip, numbers) {
    var variation = clip.variation;
    variation.seed = numbers[0];
    variation.similarity = numbers[1];
    for (var i = REPORT_SIZE; i + 1 < numbers.length; i += 2) {
        if (numbers[i] === "section" || numbers[i] === "track") {
            variation[numbers[i]] = numbers[i + 1];
        }
    }
}
