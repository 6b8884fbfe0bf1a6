// What each task reads from the set, and where its results go.
//
// An order holds `clips`, as they are to be sent; `prompts`, how many of the first are the prompt (the others play at
// the same time); `most`, one more than the greatest index of a result; `pairs`, what the start says besides; `turns`,
// which put results into the set; and `words` for the status line. `whole`: only all of them do. `chords` is a clip of
// chords and no notes, where the user has written some.
//
// A target is a track, the slot at (or `behind`) which free ones are looked for, and the source of name and shape; and
// a `word` for the names, where the results are of another kind than the source.

var MOST_SECTIONS = 512;
var MOST_NOTES_SENT = 60000;

var DEFAULT_BARS = 8;

var LANES = 2;

var WORDS = { harmonise: "chords" };

var ORDERS = { clip: orderForClip, pair: orderForPair, slot: orderForSlot, neighbours: orderForNeighbours,
    scene: orderForScene };

/** The order for the present task, or a Refusal. */
function readOrder(settings) {
    var order = ORDERS[settings.task.reads](settings);
    order.chords = settings.chords === "" ? null : chordClip(order.clips[0], settings);
    return order;
}

/** The written chords as a clip of their own, as long as the first clip or as what is asked for. */
function chordClip(first, settings) {
    var like = first && first.length > 0 ? first : blankClip(deviceTrack());
    var bar = TICKS * 4 * like.numerator / like.denominator;
    var length = first && first.length > 0 ? first.length : bar * (settings.bars || DEFAULT_BARS);
    return { notes: [], selected: [], chords: chordTrack(settings.chords, bar, length), length: length, role: 0,
        tempo: like.tempo, numerator: like.numerator, denominator: like.denominator };
}

function orderFor(settings, clips, prompts, target, pairs) {
    return {
        clips: clips,
        prompts: prompts,
        most: settings.count,
        pairs: pairs,
        whole: false,
        turns: function (results) {
            return [function () {
                checkSource(target);
            }].concat(clipTurns(target, results));
        },
        words: function (results, made, changed) {
            return wordsFor(target, results, changed);
        }
    };
}

/** Was the clip changed while we worked? Then what comes is made of what it was. */
function checkSource(target) {
    var source = target.source;
    target.changedSource = source.clip !== undefined && !(isThere(source.clip) && getNotesText(source.clip) === source.text);
}

/**
 * Into the arrangement where that is wished and can be: behind the clip, or behind everything; or into take lanes at the
 * time at which the clip's loop begins.
 */
function arrange(target, settings) {
    var source = target.source;
    var isArranged = source.clip && source.slot === 0;
    target.inLanes = settings.goes === LANES && isArranged && liveIsAtLeast(12, 2);
    target.arranged = target.inLanes || settings.goes !== LANES && liveIsAtLeast(12, 1, 10);
    target.instead = target.arranged ? [] : [settings.goes === LANES ? SAY.noLanes : SAY.onlySlots];
    target.start = target.inLanes ? Math.max(0, source.start + source.loopStart - source.startMarker) :
        isArranged ? get(source.clip, "end_time") :
        getIds(target.track, "arrangement_clips").reduce(function (end, clip) {
            return Math.max(end, get(clip, "end_time"));
        }, 0);
    return target;
}

/** The selected clip, with what plays at the same time; results behind it on its track. */
function orderForClip(settings) {
    var prompt = readPromptAt(placeOf(selectedClip(SAY.noClip)), settings.task);
    var clips = [prompt].concat(settings.context ? readContext(prompt) : []);
    var target = { track: prompt.track, slot: prompt.slot, behind: true, source: prompt };
    target.word = WORDS[settings.task.name] || "";
    if (settings.goes > 0) {
        arrange(target, settings);
    }
    return orderFor(settings, clips, 1, target, lanesOf(prompt.track, settings.pads).reduce(function (pairs, pitch) {
        return pairs.concat(["lane", pitch]);  // the drums that stay as they are
    }, []));
}

/** The selected clip and the next one of its track; results behind the first. */
function orderForPair(settings) {
    var order = orderForClip(settings);
    var second = readPromptAt(placeOf(nextClip(order.clips[0])), settings.task);
    order.clips.splice(1, 0, second);
    order.prompts = 2;
    return order;
}

/** A clip from nothing, into the chosen slot or the next free ones; in the arrangement on the device's own track. */
function orderForSlot(settings) {
    var place = chosenSlot() || { track: deviceTrack(), slot: 0, scene: -1 };
    checkTrack(place.track);
    var source = blankClip(place.track);
    var clips = settings.context && place.scene >= 0 ? fewOf(sceneClips(place.scene, place.track)) : [];
    var pairs = ["tempo", source.tempo, "numerator", source.numerator, "denominator", source.denominator];
    return orderFor(settings, clips, 0, { track: place.track, slot: place.slot, behind: false, source: source },
        pairs.concat(rolePair(settings, place.track)));
}

/** A part for the clips of a scene: into its empty chosen slot, or, where a clip is chosen, onto the device's track. */
function orderForNeighbours(settings) {
    var chosen = chosenSlot();
    var place = chosen && !hasClip(chosen.slot) ? chosen :
        placeOf(chosen ? getId(chosen.slot, "clip") : selectedClip(SAY.nothingChosen));
    var prompt = place.clip ? readPromptAt(place, settings.task) : null;
    var target = { track: place.track, slot: place.slot, behind: false };
    var clips = prompt ? [prompt].concat(settings.context ? readContext(prompt) : []) :
        fewOf(sceneClips(place.scene, place.track));
    var own = deviceTrack();
    if (prompt && own !== 0 && isMidiTrack(own)) {
        // The same scene of the device's track, which can play only one clip at a time; the prompt stays.
        var scene = target.slot === 0 ? -1 : getIds(target.track, "clip_slots").indexOf(target.slot);
        target.track = own;
        target.slot = scene < 0 ? 0 : getIds(own, "clip_slots")[scene];
        clips = clips.filter(function (clip) {
            return clip === prompt || clip.track !== own;
        }).slice(0, 1 + MOST_CONTEXT);
    }
    checkTrack(target.track);
    if (clips.length === 0) {
        throw new Refusal(SAY.noContext);
    }
    target.source = blankClip(target.track);
    target.source.numerator = clips[0].numerator;
    target.source.denominator = clips[0].denominator;
    return orderFor(settings, clips, prompt ? 1 : 0, target, rolePair(settings, target.track));
}

/** The role that the menu says, else drums for a Drum Rack, else what the task likes. */
function rolePair(settings, track) {
    var role = settings.role || roleOf(track);
    return role > 0 ? ["role", role] : [];
}

/** The clips of the selected scene, as loops of a song, whose sections become new scenes. */
function orderForScene() {
    if (inArrangement()) {
        throw new Refusal(SAY.sessionOnly);
    }
    var scenes = getIds(idAt("live_set"), "scenes");
    var all = sceneClips(scenes.indexOf(idAt("live_set view selected_scene")), 0);
    var loops = all.slice(0, MOST_CONTEXT);
    if (loops.length === 0) {
        throw new Refusal(SAY.emptyScene);
    }
    checkLoops(loops);
    return {
        clips: loops,
        prompts: 1,
        most: MOST_SECTIONS,
        pairs: [],
        whole: true,
        turns: function (results) {
            return songTurns(loops, results);
        },
        words: function (results, made, changed) {
            return songWords(results, made, changed).concat(all.length > loops.length ? [SAY.someTracks] : []);
        }
    };
}

function checkLoops(loops) {
    var all = 0;
    loops.forEach(function (loop) {
        all += loop.sent.length;
        if (isFrozen(loop.track)) {
            throw new Refusal(SAY.frozenScene);
        }
        if (loop.sent.length > MOST_NOTES || all > MOST_NOTES_SENT) {
            throw new Refusal(SAY.tooManyNotes);
        }
    });
}
