"use strict";
// The members of a Clip: times that must keep their order, and the calls for notes with the Live they came with.

const value = (name) => (clip) => clip.values[name];
const values = (...names) => Object.fromEntries(names.map((name) => [name, { read: value(name) }]));

const CLIP_READ = {
  ...values("name", "color", "looping", "signature_numerator", "signature_denominator", "start_time", "end_time",
    "muted", "loop_start", "loop_end", "start_marker", "end_marker"),
  is_midi_clip: { read: (clip) => (clip.values.audio ? 0 : 1) },
  is_audio_clip: { read: (clip) => (clip.values.audio ? 1 : 0) },
  is_arrangement_clip: { read: (clip) => (clip.parent.type === "ClipSlot" ? 0 : 1) },
  length: { read: (clip) => clip.values.loop_end - clip.values.loop_start },
};

const plain = (name) => (clip, given) => { clip.values[name] = given; };

const CLIP_WRITE = {
  name: plain("name"),
  looping: plain("looping"),
  muted: plain("muted"),
  color: (clip, given) => {
    if (!Number.isInteger(given) || given < 0 || given > 0xffffff) throw new Error(`color: ${given}`);
    clip.values.color = given;
  },
  signature_numerator: (clip, given) => {
    if (!(given >= 1 && given <= 99)) throw new Error(`signature_numerator: ${given}`);
    clip.values.signature_numerator = given;
  },
  signature_denominator: (clip, given) => {
    if (![1, 2, 4, 8, 16].includes(given)) throw new Error(`signature_denominator: ${given}`);
    clip.values.signature_denominator = given;
  },
  ...pair("loop_start", "loop_end"),
  ...pair("start_marker", "end_marker"),
};

/** Writers of a start and an end, each refused where it would not leave the start before the end. */
function pair(startName, endName) {
  const write = (name) => (clip, given) => {
    const changed = { ...clip.values, [name]: given };
    if (!Number.isFinite(given) || changed[endName] <= changed[startName]) {
      throw new Error(`${name}: ${startName} must lie before ${endName}`);
    }
    clip.values[name] = given;
    if (!clip.values.looping) alignUnlooped(clip, name, given);
  };
  return { [startName]: write(startName), [endName]: write(endName) };
}

/** Without a loop Live's loop members are the markers. */
function alignUnlooped(clip, name, given) {
  const twin = { loop_start: "start_marker", loop_end: "end_marker", start_marker: "loop_start",
    end_marker: "loop_end" }[name];
  clip.values[twin] = given;
}

const notes = (run, since, reads = true) => ({
  since,
  reads,
  run: (clip, args) => {
    if (clip.values.audio) throw new Error("an audio clip has no notes");
    return run(clip.notes, args);
  },
});

const CLIP_CALLS = {
  get_notes_extended: notes((store, args) => store.within(...args), "11.0"),
  get_selected_notes_extended: notes((store) => store.selected(), "11.0"),
  get_all_notes_extended: notes((store) => store.all(), "11.1"),
  get_notes_by_id: notes((store, args) => store.byIds(args), "11.0"),
  select_notes_by_id: notes((store, args) => store.select(args), "11.0.6"),
  add_new_notes: notes((store, args) => store.add(args[0]), "11.0", false),
  apply_note_modifications: notes((store, args) => store.modify(args[0]), "11.0", false),
  remove_notes_extended: notes((store, args) => store.remove(...args), "11.0", false),
};

module.exports = { CLIP_READ, CLIP_WRITE, CLIP_CALLS };
