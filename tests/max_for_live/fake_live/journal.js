"use strict";
// What was changed in the set, in which undo step, and when changing is forbidden.

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

module.exports = { Journal };
