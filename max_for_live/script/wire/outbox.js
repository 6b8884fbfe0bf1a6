// Sends one clip at a time to the server: a begin, then parts in a window, again where none was acknowledged.

var outgoing = null;
var lastTransfer = 0;

/** Begins to send a clip; calls whole(transfer) or dead() once. */
function sendClip(clip, whole, dead) {
    var parts = partsOf(clip);
    lastTransfer += 1;
    outgoing = {
        transfer: lastTransfer,
        parts: parts.list,
        checksum: parts.checksum,
        begin: [link.session, lastTransfer, 0, 0, clip.notes.length, parts.list.length, clip.length, parts.checksum,
            clip.role, clip.tempo, clip.numerator, clip.denominator],
        begun: false,
        base: 0,
        come: {},
        sentAt: {},
        beginAt: -DEAD_MS,
        pause: RESEND_MS,
        heardAt: now(),
        whole: whole,
        dead: dead
    };
}

/** The numbered parts of a clip, without their session and transfer, and the checksum over their numbers. */
function partsOf(clip) {
    var parts = { list: [], checksum: 1 };
    inPieces(clip.notes, link.notesPerPart).forEach(function (notes) {
        addPart(parts, "/clipkin/clip/part", notes.length, [].concat.apply([], notes));
    });
    inPieces(clip.selected, 192).forEach(function (words) {
        addPart(parts, "/clipkin/clip/selected", words.length, words);
    });
    inPieces(clip.chords || [], 38).forEach(function (chords) {
        addPart(parts, "/clipkin/clip/chords", chords.length, [].concat.apply([], chords));
    });
    return parts;
}

function addPart(parts, address, count, numbers) {
    parts.checksum = fold(parts.checksum, numbers);
    parts.list.push([address, [parts.list.length, count].concat(numbers)]);
}

function tickOutbox(time) {
    var clip = outgoing;
    if (!clip) {
        return;
    }
    if (time - clip.heardAt > DEAD_MS) {
        outgoing = null;
        clip.dead();
    } else if (clip.begun) {
        sendWindow(clip, time);
    } else if (time - clip.beginAt >= clip.pause) {
        clip.beginAt = time;
        growPause(clip, time);
        send("/clipkin/clip/begin", clip.begin);
    }
}

/** Sends the parts of the window that are due: new ones, and those unacknowledged for a while. */
function sendWindow(clip, time) {
    var open = 0;
    var late = false;
    var last = Math.min(clip.parts.length, clip.base + 24);
    for (var i = clip.base; i < last && open < link.window; i += 1) {
        if (clip.come[i]) {
            continue;
        }
        open += 1;
        if (clip.sentAt[i] !== undefined && time - clip.sentAt[i] < clip.pause) {
            continue;
        }
        late = late || clip.sentAt[i] !== undefined;
        clip.sentAt[i] = time;
        send(clip.parts[i][0], [link.session, clip.transfer].concat(clip.parts[i][1]));
    }
    if (late) {
        growPause(clip, time);
    }
}

/** Only a server that says nothing at all is asked less often. */
function growPause(clip, time) {
    if (time - clip.heardAt > QUIET_MS) {
        clip.pause = Math.min(QUIET_MS, clip.pause * 1.5);
    }
}

/** session, transfer, base, bitmap, done, checksum */
function takeAck(transfer, base, bitmap, done, checksum) {
    var clip = outgoing;
    if (!clip || clip.transfer !== transfer || base < 0 || base > clip.parts.length) {
        return;
    }
    clip.heardAt = now();
    clip.pause = RESEND_MS;
    clip.begun = true;
    clip.base = Math.max(clip.base, base);
    for (var bit = 0; bit < 24; bit += 1) {
        if (Math.floor(bitmap / Math.pow(2, bit)) % 2 === 1) {
            clip.come[base + 1 + bit] = true;
        }
    }
    if (done === 1 && checksum === clip.checksum) {
        outgoing = null;
        clip.whole(transfer);
    } else {
        sendWindow(clip, now());
    }
}

/** The server gave the clip up: it says why in a fail, or has fallen behind. */
function takeAbortOut(transfer) {
    if (outgoing && outgoing.transfer === transfer) {
        var clip = outgoing;
        outgoing = null;
        clip.dead();
    }
}

function abandonOutgoing() {
    if (outgoing) {
        send("/clipkin/clip/abort", [link.session, outgoing.transfer, 499]);
        outgoing = null;
    }
}
