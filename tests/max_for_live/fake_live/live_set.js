"use strict";
// The objects of a Live set: plain data with ids. What a script may ask of them stands in members.js.

const { History, Journal } = require("./journal.js");
const { NoteStore } = require("./notes.js");

const PLAIN_SONG = { tempo: 120, signature_numerator: 4, signature_denominator: 4, root_note: 0, scale_name: "Major",
  scale_mode: 0, scale_intervals: [0, 2, 4, 5, 7, 9, 11], is_playing: 0 };

class LiveSet {
  /**
   * version "12.1.10" · undoSteps: Live knows begin_undo_step · silent: a refused change says nothing (as in Max,
   * where the error goes to the console), instead of throwing · song: values · scenes: how many
   * idWord: ids come as "id 5" · quotes: names come quoted · versionWords: what get_version_string says
   * noteForm: "object" or "text", the only one that add_new_notes takes, silently · dropNotes: how many it loses a call
   * noWindows: it gives nothing where only some pitches or beats are asked for
   * callMs: how long each call takes by Max's clock
   * mostScenes: how many this edition of Live holds · device: the track it sits on
   * tracks: [{name, kind: "midi" | "audio" | "group", frozen, drums, clips: {slot: CLIP}, arrangement: [CLIP]}]
   */
  constructor({ version = "12.1.10", undoSteps = true, silent = false, song = {}, scenes = 8, mostScenes = 1000,
    tracks = [], device = 0, idWord = false, quotes = false, versionWords = version, noteForm = "any", dropNotes = 0,
    noWindows = false, callMs = 0 } = {}) {
    Object.assign(this, { version, undoSteps, silent, mostScenes, idWord, quotes, versionWords, noteForm,
      dropNotes, noWindows, callMs, questions: 0, spentMs: 0, objects: new Map(), lastId: 0, observers: new Set() });
    this.history = new History(this);
    this.journal = new Journal(() => this.history.begin());
    this.app = this.make("Application", null, {});
    this.appView = this.make("Application.View", this.app, { shown: "Session" });
    this.song = this.make("Song", null, { ...PLAIN_SONG, ...song, tracks: [], scenes: [] });
    this.view = this.make("Song.View", this.song, { detail_clip: null, highlighted_clip_slot: null,
      selected_track: null, selected_scene: null });
    for (let index = 0; index < scenes; index += 1) this.addScene();
    tracks.forEach((track) => this.addTrack(track));
    this.device = this.make("MaxDevice", this.song.values.tracks[device] || null, { name: "Clipkin",
      class_name: "MxDeviceMidiEffect", can_have_drum_pads: 0, can_have_chains: 0 });
  }

  /** One question to Live. */
  ask() {
    this.questions += 1;
  }

  make(type, parent, values) {
    this.lastId += 1;
    const object = { id: this.lastId, type, parent, alive: true, values };
    this.objects.set(object.id, object);
    return object;
  }

  /** The object with this id while it lives; a deleted one's id is never used again. */
  find(id) {
    const object = this.objects.get(Number(id));
    return object && object.alive ? object : null;
  }

  remove(object) {
    object.alive = false;
    for (const other of this.objects.values()) {
      if (other.alive && other.parent === object) this.remove(other);
    }
    const view = this.view.values;
    Object.keys(view).forEach((key) => { if (view[key] === object) view[key] = null; });
  }

  addScene() {
    const scene = this.make("Scene", this.song, { name: "", color: 0 });
    this.song.values.scenes.push(scene);
    this.song.values.tracks.forEach((track) => this.addSlot(track));
    return scene;
  }

  removeScene(index) {
    const { scenes, tracks } = this.song.values;
    if (!scenes[index] || scenes.length === 1) throw new Error(`delete_scene: ${index} of ${scenes.length}`);
    this.remove(scenes.splice(index, 1)[0]);
    tracks.forEach((track) => this.remove(track.values.clip_slots.splice(index, 1)[0]));
  }

  addTrack({ name = "MIDI", kind = "midi", frozen = false, drums = false, clips = {}, arrangement = [] } = {}) {
    const track = this.make("Track", this.song, { name, kind, color: 0x808080, is_frozen: frozen ? 1 : 0,
      clip_slots: [], arrangement_clips: [], take_lanes: [], devices: [] });
    this.song.values.tracks.push(track);
    this.song.values.scenes.forEach(() => this.addSlot(track));
    if (drums) this.addDevice(track, { class_name: "DrumGroupDevice", can_have_drum_pads: 1 });
    Object.entries(clips).forEach(([slot, clip]) => this.addClip(track.values.clip_slots[slot], clip));
    arrangement.forEach((clip) => track.values.arrangement_clips.push(this.makeClip(track, clip)));
    return track;
  }

  /** A take lane, as comping makes them since Live 12.2. */
  addTakeLane(track) {
    const lane = this.make("TakeLane", track, { name: "Take", arrangement_clips: [] });
    track.values.take_lanes.push(lane);
    return lane;
  }

  addSlot(track) {
    track.values.clip_slots.push(this.make("ClipSlot", track, { clip: null }));
  }

  addDevice(parent, values) {
    const device = this.make("RackDevice", parent, { name: "Rack", can_have_chains: 1, chains: [], drum_pads: [],
      ...values });
    parent.values.devices.push(device);
    return device;
  }

  /** A pad of a Drum Rack; without `used` it has no chain. */
  addPad(rack, name, note, used = true) {
    const pad = this.make("DrumPad", rack, { name, note, chains: [] });
    if (used) this.addChain(pad);
    rack.values.drum_pads.push(pad);
  }

  addChain(rack) {
    const chain = this.make("Chain", rack, { name: "Chain", devices: [] });
    rack.values.chains.push(chain);
    return chain;
  }

  addClip(slot, clip) {
    slot.values.clip = this.makeClip(slot, clip);
    return slot.values.clip;
  }

  /** A clip; notes are Live's own keys: {pitch, start_time, duration, …, selected}. */
  makeClip(parent, { notes = [], audio = false, length = 4, name = "clip", at = 0, ...values } = {}) {
    const clip = this.make("Clip", parent, { name, color: 0x3366cc, audio, looping: 1, loop_start: 0,
      loop_end: length, start_marker: 0, end_marker: length, signature_numerator: 4, signature_denominator: 4,
      start_time: parent.type === "ClipSlot" ? 0 : at, end_time: parent.type === "ClipSlot" ? 0 : at + length,
      muted: 0, ...values });
    clip.notes = new NoteStore(() => { this.lastId += 1; return this.lastId; }, this);
    clip.notes.put(notes.map((note) => ({ selected: false, ...note })));
    return clip;
  }

  track(index) {
    return this.song.values.tracks[index];
  }

  slot(track, scene) {
    return this.track(track).values.clip_slots[scene];
  }

  clip(track, scene) {
    return this.slot(track, scene).values.clip;
  }

  /** Opens a clip in Live's detail view, as a click on it does. */
  select(clip) {
    this.view.values.detail_clip = clip;
  }

  /** Clicks a slot of the session, full or empty: an empty one leaves the detail view as it was. */
  click(track, scene) {
    const slot = this.slot(track, scene);
    Object.assign(this.view.values, { highlighted_clip_slot: slot, selected_track: this.track(track),
      selected_scene: this.song.values.scenes[scene] });
    if (slot.values.clip) this.select(slot.values.clip);
  }

  /** What a person did in Live, which tells the observers of that member. */
  change(object, member, value) {
    object.values[member] = value;
    this.notify(object, member, value);
  }

  notify(object, member, value) {
    this.journal.during("a notification", () => {
      [...this.observers].forEach((observer) => observer(object, member, value));
    });
  }

  /** The user's Undo and Redo, which tell nobody. */
  undo() {
    return this.journal.during("undo or redo", () => this.history.undo());
  }

  redo() {
    return this.journal.during("undo or redo", () => this.history.redo());
  }

  /** True when this set's Live is at least `version`. */
  since(version) {
    const here = this.version.split(".").map(Number);
    const wanted = version.split(".").map(Number);
    for (let place = 0; place < 3; place += 1) {
      const difference = (here[place] || 0) - (wanted[place] || 0);
      if (difference !== 0) return difference > 0;
    }
    return true;
  }
}

module.exports = { LiveSet };
