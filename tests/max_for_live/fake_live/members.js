"use strict";
// What can be asked of each kind of object, and since which Live: nothing else exists.
// A reader takes (object, set); a writer (object, value, set); a call (object, args, set).

const { CLIP_READ, CLIP_WRITE, CLIP_CALLS } = require("./clip_members.js");

const value = (name) => (object) => object.values[name];
const values = (...names) => Object.fromEntries(names.map((name) => [name, { read: value(name) }]));
const settable = (...names) => Object.fromEntries(names.map((name) =>
  [name, (object, given) => { object.values[name] = given; }]));

const midiOnly = (slot) => {
  const kind = slot.parent.values.kind;
  if (kind !== "midi") throw new Error(`create_clip: a slot of ${kind === "group" ? "a group" : "an audio"} track`);
  if (slot.parent.values.is_frozen) throw new Error("create_clip: the track is frozen");
};

const READ = {
  Application: { view: { read: (object, set) => set.appView } },
  "Application.View": {},
  Song: {
    ...values("tempo", "signature_numerator", "signature_denominator", "root_note", "scale_name", "is_playing",
      "tracks", "scenes"),
    scale_mode: { read: value("scale_mode"), since: "12.0.5" },
    scale_intervals: { read: value("scale_intervals"), since: "11.0" },
    view: { read: (object, set) => set.view },
  },
  "Song.View": values("detail_clip", "highlighted_clip_slot", "selected_track", "selected_scene"),
  Scene: { ...values("name", "color"), clip_slots: { read: (scene, set) => slotsOf(scene, set) } },
  Track: {
    ...values("name", "color", "is_frozen", "clip_slots", "devices"),
    arrangement_clips: { read: value("arrangement_clips"), since: "11.0" },
    take_lanes: { read: value("take_lanes"), since: "12.2" },
    has_midi_input: { read: (track) => (track.values.kind === "midi" ? 1 : 0) },
    has_audio_input: { read: (track) => (track.values.kind === "audio" ? 1 : 0) },
    is_foldable: { read: (track) => (track.values.kind === "group" ? 1 : 0) },
  },
  ClipSlot: {
    has_clip: { read: (slot) => (slot.values.clip ? 1 : 0) },
    clip: { read: value("clip") },
    is_group_slot: { read: (slot) => (slot.parent.values.kind === "group" ? 1 : 0) },
  },
  TakeLane: values("name", "arrangement_clips"),
  Clip: CLIP_READ,
  RackDevice: values("name", "class_name", "can_have_drum_pads", "can_have_chains", "chains", "drum_pads"),
  DrumPad: values("name", "note", "chains"),
  MaxDevice: values("name", "class_name", "can_have_drum_pads", "can_have_chains"),
  Chain: values("name", "devices"),
};

const WRITE = {
  "Song.View": settable("detail_clip", "selected_track", "selected_scene"),
  Scene: settable("name", "color"),
  Track: settable("name", "color"),
  Clip: CLIP_WRITE,
};

const CALLS = {
  Application: {
    get_version_string: { run: (app, args, set) => set.versionWords, reads: true },
    get_major_version: { run: (app, args, set) => Number(set.version.split(".")[0]), reads: true },
    get_minor_version: { run: (app, args, set) => Number(set.version.split(".")[1]), reads: true },
    get_bugfix_version: { run: (app, args, set) => Number(set.version.split(".")[2] || 0), reads: true },
  },
  "Application.View": {
    is_view_visible: { run: (view, [name]) => (isShown(view, name) ? 1 : 0), reads: true },
  },
  Song: {
    create_scene: { run: (song, [index], set) => createScene(index, set) },
    delete_scene: { run: (song, [index], set) => set.removeScene(index) },
    begin_undo_step: { run: (song, args, set) => set.journal.begin(), reads: true, undo: true },
    end_undo_step: { run: (song, args, set) => set.journal.end(), reads: true, undo: true },
  },
  Track: {
    create_midi_clip: { since: "12.1.10", run: createBetween },
    create_take_lane: { since: "12.2", run: (track, args, set) => set.addTakeLane(track) },
    delete_clip: {
      run: (track, words, set) => {
        if (words.length === 2 && set.idWord) return;  // a Live that wants "id 5" as one word
        const clip = set.find(Number(words.join(" ").replace("id ", "")));
        const holder = clip.parent.values;
        holder.arrangement_clips = holder.arrangement_clips.filter((one) => one !== clip);
        set.remove(clip);
      },
    },
  },
  TakeLane: { create_midi_clip: { since: "12.2", run: createBetween } },
  ClipSlot: {
    create_clip: { run: (slot, [length], set) => createClip(slot, length, set) },
    delete_clip: { run: (slot, args, set) => deleteClip(slot, set) },
  },
  Clip: CLIP_CALLS,
};

/** A clip of the arrangement, or of a take lane over it. */
function createBetween(holder, [start, length], set) {
  const clip = set.makeClip(holder, { at: start, length, name: "" });
  const { arrangement_clips: clips } = holder.values;
  const over = clips.some((one) => one.values.start_time < start + length && one.values.end_time > start);
  if (over) throw new Error("create_midi_clip: a clip is there");
  clips.push(clip);
  return set.since("12.2") ? clip : null;
}

function isShown(view, name) {
  if (!["Session", "Arranger"].includes(name)) throw new Error(`is_view_visible: ${name}`);
  return view.values.shown === name;
}

function slotsOf(scene, set) {
  const index = set.song.values.scenes.indexOf(scene);
  return set.song.values.tracks.map((track) => track.values.clip_slots[index]);
}

function createScene(index, set) {
  if (index !== -1) throw new Error("create_scene: this fake appends only");
  if (set.song.values.scenes.length >= set.mostScenes) throw new Error("create_scene: this edition holds no more scenes");
  return set.addScene();
}

function createClip(slot, length, set) {
  midiOnly(slot);
  if (slot.values.clip) throw new Error("create_clip: the slot has a clip");
  if (!(Number.isFinite(length) && length > 0)) throw new Error(`create_clip: the length is ${length}`);
  set.addClip(slot, { length, name: "", color: 0x111111 });
}

function deleteClip(slot, set) {
  if (!slot.values.clip) throw new Error("delete_clip: the slot is empty");
  set.remove(slot.values.clip);
  slot.values.clip = null;
}

/** The table entry for a member of `object`; throws with its name when this Live doesn't have it. */
function lookUp(table, object, name, set) {
  const members = table[object.type] || {};
  const entry = Object.prototype.hasOwnProperty.call(members, name) ? members[name] : undefined;
  if (!entry) throw new Error(`${object.type} has no member ${name} that this fake knows`);
  if (entry.since && !set.since(entry.since)) throw new Error(`${object.type}.${name} is not in Live ${set.version}`);
  if (entry.undo && !set.undoSteps) throw new Error(`${object.type}.${name} is not in this Live`);
  return entry;
}

module.exports = { READ, WRITE, CALLS, lookUp };
