// Writes an arranged song: a new scene at the end of the set for each section, its clips in the tracks of the loops.

/** Writes all sections, or throws a Refusal; `loops`: the clips as they were sent. Gives the words for the status line. */
function writeSong(loops, variations) {
    loops.forEach(function (loop) {
        if (!isThere(loop.track)) {
            throw new Refusal(SAY.trackGone);
        }
        if (isFrozen(loop.track)) {
            throw new Refusal(SAY.frozenScene);
        }
    });
    variations.sort(byIndex);
    var changed = false;
    var count = 0;
    allOrNothing(function (made) {
        var places = {};
        variations.forEach(function (variation) {
            if (!loops[variation.track]) {
                return;
            }
            if (places[variation.section] === undefined) {
                places[variation.section] = addScene(made);
                set(made.scenes[made.scenes.length - 1], "name", variation.name);
            }
            changed = !writeSection(loops[variation.track], variation, places[variation.section], made) || changed;
        });
        count = made.scenes.length;
    });
    return (count === 1 ? [SAY.oneScene] : [count, SAY.songAdded]).concat(changed ? [SAY.changed] : [], remarkOf(variations));
}

/** One track of one section; true when Live gives back what was written. */
function writeSection(loop, variation, scene, made) {
    var slot = getIds(loop.track, "clip_slots")[scene];
    var stem = loop.name.replace(NAME_SUFFIX, "");
    return writeClip(slot, asSection(loop), variation, (stem === "" ? "" : stem + " ") + variation.name, made);
}

/** The loop as the source of a section: it begins at its loop's start, however long the section is. */
function asSection(loop) {
    return {
        color: loop.color,
        looping: 1,
        loopStart: loop.loopStart,
        startMarker: loop.loopStart,
        numerator: loop.numerator,
        denominator: loop.denominator,
        length: 0,
        sent: loop.sent,
        notes: loop.notes,
        outside: []
    };
}
