"use strict";
// Live's undo history, performed: what the set was before each step, and after those that were taken back.

class History {
  constructor(set) {
    Object.assign(this, { set, done: [], undone: [] });
  }

  /** A step of undo begins. */
  begin() {
    this.done.push(stateOf(this.set));
    this.undone = [];
  }

  /** What the user's Undo does; false where there is nothing to take back. */
  undo() {
    return this.move(this.done, this.undone);
  }

  redo() {
    return this.move(this.undone, this.done);
  }

  move(from, to) {
    if (from.length === 0) return false;
    to.push(stateOf(this.set));
    this.restore(from.pop());
    return true;
  }

  /** Puts a state back. What comes to life again has another id, as nobody knows that Live keeps it. */
  restore(state) {
    const { set } = this;
    const before = new Set([...set.objects.values()].filter((object) => object.alive));
    before.forEach((object) => { object.alive = false; });
    state.forEach(({ object, values, notes }) => {
      object.alive = true;
      object.values = values;
      if (notes) object.notes.notes = notes;
      if (before.has(object)) return;
      set.lastId += 1;
      object.id = set.lastId;
      set.objects.set(object.id, object);
    });
  }
}

function stateOf(set) {
  return [...new Set(set.objects.values())].filter((object) => object.alive).map((object) => ({
    object,
    values: Object.fromEntries(Object.entries(object.values).map(([key, value]) =>
      [key, Array.isArray(value) ? [...value] : value])),
    notes: object.notes && object.notes.notes.map((note) => ({ ...note })),
  }));
}

module.exports = { History };
