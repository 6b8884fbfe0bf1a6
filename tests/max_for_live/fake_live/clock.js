"use strict";
// Max's Task on a clock that moves only when a test says so: nothing sleeps.

class Clock {
  constructor() {
    this.now = 0;
    this.tasks = new Set();
  }

  /** Runs every Task that falls due within the next `ms` milliseconds, in the order in which they fall due. */
  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const next = [...this.tasks].filter((task) => task.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.now = Math.max(this.now, next.due);
      next.fire();
    }
    this.now = end;
  }

  cancelAll() {
    this.tasks.clear();
  }

  /** The Task class for a script's globals. */
  taskClass() {
    const clock = this;
    return class Task {
      constructor(action, object, ...args) {
        if (typeof action !== "function") throw new TypeError("Task needs a function");
        Object.assign(this, { action, object, args, interval: 500, remaining: 0, freed: false, due: Infinity });
      }

      get running() {
        return clock.tasks.has(this);
      }

      schedule(delayMs = 0) {
        this.start(1, delayMs);
      }

      repeat(times = -1, delayMs = this.interval) {
        this.start(times < 0 ? Infinity : times, delayMs);
      }

      execute() {
        this.action.apply(this.object || this, this.args);
      }

      cancel() {
        clock.tasks.delete(this);
      }

      freepeer() {
        this.cancel();
        this.freed = true;
      }

      start(times, delayMs) {
        if (this.freed) throw new Error("this Task's peer was freed");
        if (!Number.isFinite(delayMs) || delayMs < 0) throw new TypeError(`a Task can't wait ${delayMs} ms`);
        this.remaining = times;
        this.due = clock.now + delayMs;
        clock.tasks.add(this);
      }

      fire() {
        this.remaining -= 1;
        // The next time is set before the action, so that the action may change or cancel it.
        this.due = clock.now + Math.max(1, this.interval);
        if (this.remaining <= 0) this.cancel();
        this.execute();
      }
    };
  }
}

module.exports = { Clock };
