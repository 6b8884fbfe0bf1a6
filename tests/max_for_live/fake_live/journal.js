"use strict";
// What was changed in the set, in which undo step, when changing is forbidden, and Undo.

class Journal {
  /** onStep is called before the first change of each step. */
  constructor(onStep = () => {}) {
    this.onStep = onStep;
    this.isNew = false;
    this.changes = [];
    this.forbidden = "";
    this.depth = 0;
    this.steps = 0;
    this.refusals = 0;
  }

  /** Runs `action` while Live delivers a notification, or undoes something: changes are refused meanwhile. */
  during(what, action) {
    const before = this.forbidden;
    this.forbidden = what;
    try {
      return action();
    } finally {
      this.forbidden = before;
    }
  }

  record(object, member, args) {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new Error("Changes cannot be triggered by notifications. You will need to defer your response.");
    }
    if (this.forbidden) throw new Error(`${object.type}.${member}: changes cannot be triggered by ${this.forbidden}`);
    if (this.depth === 0) this.steps += 1;
    if (this.depth === 0 || this.isNew) this.onStep();
    this.isNew = false;
    this.changes.push({ id: object.id, type: object.type, member, args, step: this.steps });
  }

  begin() {
    if (this.depth > 0) throw new Error("begin_undo_step: a step is open already");
    this.depth += 1;
    this.steps += 1;
    this.isNew = true;
  }

  end() {
    this.depth = Math.max(0, this.depth - 1);  // one without a beginning does nothing
  }

  /** The undo steps in which something was changed; throws when a step was left open. */
  undoSteps() {
    if (this.depth !== 0) throw new Error("an undo step was left open");
    return new Set(this.changes.map((change) => change.step)).size;
  }

  of(object) {
    return this.changes.filter((change) => change.id === object.id);
  }
}

/** Live's undo, performed: what the set was before each step, and after those that were taken back. */
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

module.exports = { History, Journal };
