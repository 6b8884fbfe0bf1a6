"use strict";
// The notes of one MIDI clip, with the rules by which Live takes, cuts and gives them.

const KEYS = ["pitch", "start_time", "duration", "velocity", "mute", "probability", "velocity_deviation",
  "release_velocity"];
const DEFAULTS = { velocity: 100, mute: 0, probability: 1, velocity_deviation: 0, release_velocity: 64 };
const RANGES = { pitch: [0, 127], velocity: [0, 127], probability: [0, 1], velocity_deviation: [-127, 127],
  release_velocity: [0, 127] };

class NoteStore {
  /** `nextId` gives a number that was never used before. */
  constructor(nextId, manners = {}) {
    this.nextId = nextId;
    this.manners = manners;
    this.notes = [];
  }

  /** The JSON text of the notes whose pitch and start lie inside the span; the ends are outside. */
  within(fromPitch, pitchSpan, fromTime, timeSpan) {
    if (this.manners.noWindows) return asText([]);
    return asText(this.notes.filter((note) =>
      note.pitch >= fromPitch && note.pitch < fromPitch + pitchSpan &&
      note.start_time >= fromTime && note.start_time < fromTime + timeSpan));
  }

  all() {
    return asText(this.notes);
  }

  selected() {
    return asText(this.notes.filter((note) => note.selected));
  }

  byIds(ids) {
    return asText(this.notes.filter((note) => ids.includes(note.note_id)));
  }

  select(ids) {
    this.notes.forEach((note) => { note.selected = ids.includes(note.note_id); });
  }

  /** Takes `{notes: [...]}` or its JSON text and gives the new ids; another form of call does nothing, silently. */
  add(payload) {
    const { noteForm = "any", dropNotes = 0 } = this.manners;
    if (noteForm !== "any" && (noteForm === "text") !== (typeof payload === "string")) return [];
    let list = notesIn(payload);
    if (!list) return [];
    list.forEach(checkNew);
    list = list.slice(0, list.length - dropNotes);
    return this.put(list).map((note) => note.note_id);
  }

  /** Puts notes in, unchecked, and gives them with their ids; a note replaces one with its pitch and start. */
  put(list) {
    const byPlace = new Map(this.notes.map((note) => [place(note), note]));
    const added = list.map((given) => ({ ...DEFAULTS, ...given, note_id: this.nextId() }));
    added.forEach((note) => byPlace.set(place(note), note));
    this.notes = [...byPlace.values()];
    this.cutOverlaps();
    return added;
  }

  /** Changes notes by their ids; one id that isn't here and nothing is changed. */
  modify(payload) {
    const list = notesIn(payload);
    if (!list) return;
    const found = list.map((change) => this.notes.find((note) => note.note_id === change.note_id));
    if (found.some((note) => !note)) return;
    list.forEach((change, index) => Object.assign(found[index], change));
    this.cutOverlaps();
  }

  remove(fromPitch, pitchSpan, fromTime, timeSpan) {
    this.notes = this.notes.filter((note) =>
      note.pitch < fromPitch || note.pitch >= fromPitch + pitchSpan ||
      note.start_time < fromTime || note.start_time >= fromTime + timeSpan);
  }

  cutOverlaps() {
    this.notes.sort((a, b) => a.pitch - b.pitch || a.start_time - b.start_time);
    this.notes.forEach((note, index) => {
      const next = this.notes[index + 1];
      if (next && next.pitch === note.pitch && note.start_time + note.duration > next.start_time) {
        note.duration = next.start_time - note.start_time;
      }
    });
  }
}

const place = (note) => `${note.pitch} ${note.start_time}`;

function notesIn(payload) {
  if (typeof payload === "string") {
    if (payload === "dictionary") return null;
    return JSON.parse(payload).notes;
  }
  return payload && Array.isArray(payload.notes) ? payload.notes : null;
}

function checkNew(note) {
  if ("note_id" in note) throw new Error("add_new_notes: a new note has no note_id");
  for (const [key, value] of Object.entries(note)) {
    if (!KEYS.includes(key)) throw new Error(`add_new_notes: unknown key ${key}`);
    if (!Number.isFinite(Number(value)) || value === "") throw new Error(`add_new_notes: ${key} is ${value}`);
    const [low, high] = RANGES[key] || [-Infinity, Infinity];
    if (value < low || value > high) throw new Error(`add_new_notes: ${key} is ${value}`);
  }
  if (!Number.isInteger(note.pitch)) throw new Error(`add_new_notes: pitch is ${note.pitch}`);
  if (note.start_time === undefined) throw new Error("add_new_notes: start_time is missing");
  if (!(note.duration > 0)) throw new Error(`add_new_notes: duration is ${note.duration}`);
}

function asText(notes) {
  const sorted = [...notes].sort((a, b) => a.pitch - b.pitch || a.start_time - b.start_time);
  return JSON.stringify({ notes: sorted.map(({ selected, ...note }) => note) });
}

module.exports = { NoteStore, KEYS };
