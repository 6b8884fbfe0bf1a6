// Writes an arranged song: a new scene at the end of the set for each section, its clips in the tracks of the loops.

/** Turns that write all sections; `loops`: the clips as they were sent. */
function songTurns(loops, variations) {
    variations.sort(byIndex);
    var places = {};
    return [function () {
        loops.forEach(function (loop) {
            if (!isThere(loop.track)) {
                throw new Refusal(SAY.trackGone);
            }
            if (isFrozen(loop.track)) {
                throw new Refusal(SAY.frozenScene);
            }
        });
    }].concat(variations.filter(function (variation) {
        return loops[variation.track];
    }).map(function (variation) {
        return function (work) {
            if (places[variation.section] === undefined) {
                places[variation.section] = addScene(work.made);
                set(work.made.scenes[work.made.scenes.length - 1], "name", variation.name);
            }
            return sectionTurns(loops[variation.track], variation, places[variation.section]);
        };
    }));
}

/** One track of one section. */
function sectionTurns(loop, variation, scene) {
    var stem = loop.name.replace(NAME_SUFFIX, "");
    var name = (stem === "" ? "" : stem + " ") + variation.name;
    // The source of a section begins at its loop's start, however long the section is.
    var source = withAll(atZero(loop), { loopStart: loop.loopStart, startMarker: loop.loopStart, outside: [] });
    return oneClipTurns(source, variation, name, function (made) {
        return createInSlot(getIds(loop.track, "clip_slots")[scene], variation.length / TICKS, made);
    }, false);
}

function songWords(variations, made, changed) {
    var count = made.scenes.length;
    return (count === 1 ? [SAY.oneScene] : [count, SAY.songAdded]).concat(changed ? [SAY.changed] : [], remarkOf(variations));
}
