"use strict";
// The LiveAPI class of Max's js, over a LiveSet: ids are strings, get gives arrays, what isn't known throws.

const { READ, WRITE, CALLS, lookUp } = require("./members.js");

const isObject = (value) => value !== null && typeof value === "object" && "alive" in value;
const asIds = (list) => list.flatMap((object) => ["id", object.id]);

/** The LiveAPI class for a script's globals; `host.started` tells whether live.thisdevice has banged. */
function liveApiClass(set, host) {
  class LiveAPI {
    constructor(first, second) {
      if (!host.started) throw new Error("LiveAPI was made before live.thisdevice banged");
      const callback = typeof first === "function" ? first : null;
      const path = callback ? second : first;
      this.object = null;
      this.observed = "";
      if (callback) this.observe(callback);
      if (path !== undefined) this.path = path;
    }

    observe(callback) {
      set.observers.add((object, member, value) => {
        if (object !== this.object || member !== this.observed) return;
        callback(host.observerNameFirst ? [member, value] : [value, member]);
      });
    }

    get id() {
      const id = this.object && this.object.alive ? this.object.id : 0;
      return set.idWord ? `id ${id}` : String(id);
    }

    set id(id) {
      const number = typeof id === "string" && !host.v8 ? Number(id) : id;
      if (!Number.isInteger(number)) throw new TypeError(`LiveAPI.id: ${typeof id} ${id}`);
      this.object = set.find(number);
    }

    set path(path) {
      set.ask();
      this.object = follow(set, String(path));
    }

    get type() {
      return this.object ? this.object.type : "";
    }

    set property(name) {
      lookUp(READ, this.living(name), name, set);
      this.observed = name;
    }

    get(name) {
      const value = this.read(name);
      if (value === null) return ["id", 0];
      if (isObject(value)) return ["id", value.id];
      if (Array.isArray(value)) return value.every(isObject) ? asIds(value) : [...value];
      return [set.quotes && typeof value === "string" ? `"${value}"` : value];
    }

    getcount(name) {
      return this.read(name).length;
    }

    read(name) {
      set.ask();
      const object = this.living(name);
      if (name === "canonical_parent") return object.parent;
      return lookUp(READ, object, name, set).read(object, set);
    }

    set(name, ...given) {
      if (given.length === 2 && given[0] === "id") given = [set.find(given[1])];
      if (given.length !== 1) throw new Error(`set ${name}: give one value`);
      const [value] = given;
      this.change(name, [value], (object) => {
        const write = (WRITE[object.type] || {})[name];
        if (!write) throw new Error(`${object.type}.${name} can't be set, or this fake doesn't know it`);
        return { run: () => write(object, value, set) };
      });
    }

    call(name, ...args) {
      return this.change(name, args, (object) => lookUp(CALLS, object, name, set));
    }

    change(name, args, find) {
      set.ask();
      const from = process.cpuUsage();
      try {
        const object = this.living(name);
        const entry = find(object);
        if (name === "detail_clip") {
          // Not a change of the set: it makes no undo step.
        } else if (!entry.reads) set.journal.record(object, name, args);
        const result = entry.run(object, args, set);
        return isObject(result) ? ["id", result.id] : result;
      } catch (error) {
        if (!set.silent) throw error;
        host.console.push(error.message);
        return undefined;
      } finally {
        const spent = process.cpuUsage(from);
        set.spentMs += (spent.user + spent.system) / 1000;  // Live's own time, not the script's
      }
    }

    living(name) {
      if (!this.object) throw new Error(`${name}: no object`);
      if (!this.object.alive) throw new Error(`${name}: the object is stale`);
      return this.object;
    }
  }
  return strict(LiveAPI);
}

/** The class, whose objects throw when a script asks for a property that doesn't exist. */
function strict(LiveAPI) {
  const watch = {
    get(object, name) {
      if (typeof name === "string" && !(name in object)) throw new Error(`LiveAPI has no ${name}`);
      const value = Reflect.get(object, name, object);
      return typeof value === "function" ? value.bind(object) : value;
    },
    set(object, name, value) {
      if (!["id", "path", "property", "mode"].includes(name)) throw new Error(`LiveAPI has no ${String(name)} to set`);
      return Reflect.set(object, name, value, object);
    },
  };
  return function (first, second) {
    if (!new.target) throw new TypeError("LiveAPI needs new");
    return new Proxy(new LiveAPI(first, second), watch);
  };
}

/** The object at a path such as "live_set view detail_clip" or "id 12"; null where there is none. */
function follow(set, path) {
  const words = path.trim().split(/\s+/);
  const first = words.shift();
  if (first === "id") return set.find(Number(words[0]));
  let object = { live_set: set.song, live_app: set.app, this_device: set.device }[first];
  if (!object) throw new Error(`path: ${path}`);
  while (words.length > 0 && object) {
    const name = words.shift();
    let next = name === "canonical_parent" ? object.parent : lookUp(READ, object, name, set).read(object, set);
    if (Array.isArray(next)) next = next[Number(words.shift())] || null;
    object = next;
  }
  return object || null;
}

module.exports = { liveApiClass };
