// What the last press made: made again otherwise, kept, or taken back as long as nobody changed it.

var last = null;

/** The new clips that are as we wrote them go; with `keep` but the selected one, which must be one of them. */
function takeBack(keep) {
    var clips = last === null ? [] : last.clips;
    var kept = keep ? idAt("live_set view detail_clip") : 0;
    var removed = false;
    if (clips.length === 0 || keep && !clips.some(function (one) { return one.clip === kept; })) {
        say([clips.length === 0 ? SAY.nothingMade : SAY.noneOfThem]);
        return;
    }
    startWriting(clips.map(function (one) {
        return function () {
            if (one.clip !== kept && isThere(one.clip) && getNotesText(one.clip) === one.text) {
                removeClip(one);
                removed = true;
            }
        };
    }), function () {
        last.clips = [];
        return [keep ? SAY.keptOne : removed ? SAY.discarded : SAY.noneAsMade];
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
