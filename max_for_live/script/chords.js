// The chord track: "Am9 | Dm9 | G7 . . C" to chords in the wire's five numbers. A dot holds the chord before for one more
// share of its bar, "%" repeats the bar before, N.C. is silence; a track shorter than its clip begins again.

var ROOT = /^([A-G])([#b]?)([^\/]*|6\/9)(?:\/([A-G])([#b]?))?$/;
var CLASSES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

function classOf(letter, sign) {
    return (CLASSES[letter] + (sign === "#" ? 1 : sign === "b" ? 11 : 0)) % 12;
}

/** root, mask, bass of a symbol; null for silence; a Refusal for one that isn't understood. */
function chordOf(symbol) {
    if (/^N\.?C\.?$/i.test(symbol)) {
        return null;
    }
    var found = ROOT.exec(symbol);
    if (!found || !FACE.chords.hasOwnProperty(found[3])) {
        throw new Refusal(SAY.badChords);
    }
    var root = classOf(found[1], found[2]);
    return [root, FACE.chords[found[3]], found[4] ? classOf(found[4], found[5]) : root];
}

/** The chords of each bar, null for silence. */
function barsOf(text) {
    var before = [];
    return text.replace(/^[\s|]+|[\s|]+$/g, "").split("|").map(function (written) {
        var words = written.replace(/,/g, " ").replace(/^\s+|\s+$/g, "").split(/\s+/);
        if (words.join("") === "%" || words.join("") === "") {
            if (before.length === 0) {
                throw new Refusal(SAY.badChords);
            }
            return before;
        }
        var bar = [];
        words.forEach(function (word) {
            var held = bar.length > 0 ? bar[bar.length - 1] : before[before.length - 1] || null;
            bar.push(word === "." || word === "/" ? held : chordOf(word));
        });
        before = bar;
        return bar;
    });
}

/** The chords over `length` ticks in bars of `bar` ticks, as five numbers each: onset, duration, root, mask, bass. */
function chordTrack(text, bar, length) {
    var bars = barsOf(text);
    var timed = [];
    for (var start = 0, i = 0; start < length; start += bar, i += 1) {
        var shares = bars[i % bars.length];
        shares.forEach(function (chord, place) {
            var onset = Math.round(start + place * bar / shares.length);
            var end = Math.min(length, Math.round(start + (place + 1) * bar / shares.length));
            var before = timed[timed.length - 1];
            if (chord && before && before[0] + before[1] === onset && sameNumbers(before.slice(2), chord)) {
                before[1] += end - onset;
            } else if (chord && onset < length) {
                timed.push([onset, end - onset].concat(chord));
            }
        });
    }
    return timed;
}
