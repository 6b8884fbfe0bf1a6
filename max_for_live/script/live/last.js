// What the last press made: made again otherwise, kept, or taken back as long as nobody changed it.

var last = null;

/** Turns that take away the new clips that are as we wrote them, but one. */
function discardTurns(but) {
    return last.clips.map(function (one) {
        return function (work) {
            if (one.clip !== but && isThere(one.clip) && getNotesText(one.clip) === one.text) {
                removeClip(one);
                work.made.removed = true;
            }
        };
    });
}

/** The new clips that may be taken back; where there are none it says so. */
function lastClips() {
    var clips = last === null ? [] : last.clips;
    if (clips.length === 0) {
        say([SAY.nothingMade]);
    }
    return clips;
}

function discardLast() {
    if (lastClips().length === 0) {
        return;
    }
    startWriting(discardTurns(0), function (made) {
        last.clips = [];
        return [made.removed ? SAY.discarded : SAY.noneAsMade];
    });
}

/** The selected new clip stays and the others go; where another clip is selected nothing happens. */
function keepSelected() {
    var clip = idAt("live_set view detail_clip");
    var clips = lastClips();
    if (!clips.some(function (one) { return one.clip === clip; })) {
        if (clips.length > 0) {
            say([SAY.noneOfThem]);
        }
        return;
    }
    startWriting(discardTurns(clip), function () {
        last.clips = [];
        return [SAY.keptOne];
    });
}

/** The same clip once more, with the same settings and other dice. */
function makeAgain() {
    if (last === null) {
        say([SAY.nothingMade]);
        return;
    }
    var settings = last.settings;
    settings.seed = settings.task.ranked ? settings.seed + settings.count : randomId();
    startJob(last.order, settings);
}

/** Shows the first new clip of a session, as a click on it would. */
function showFirst(made) {
    if (made.clips.length > 0) {
        try {
            at(idAt("live_set view")).set("detail_clip", "id", made.clips[0].clip);
        } catch (refused) {
            return;  // the clip is there all the same
        }
    }
}
