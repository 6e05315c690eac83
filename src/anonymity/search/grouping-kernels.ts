/**
 * Kernels of grouping: keys, numbering by a direct table or open addressing, sums by class. Plain loops over typed arrays.
 * @module
 */

/** Sums values by pair of codes, and keeps an item of each pair. `sums` has two places a pair: the sum is that of both. */
export function addPairs(
  x: Int32Array,
  y: Int32Array,
  width: number,
  values: Float64Array,
  sums: Float64Array,
  some: Int32Array,
): void {
  // Neighbours often fall into one pair: with two places the second does not wait for the first.
  const second = some.length;
  let i = 0;
  for (; i + 1 < x.length; i += 2) {
    const cell = Math.imul(x[i]!, width) + y[i]!;
    const next = Math.imul(x[i + 1]!, width) + y[i + 1]!;
    sums[cell] = sums[cell]! + values[i]!;
    sums[second + next] = sums[second + next]! + values[i + 1]!;
    some[cell] = i;
    some[next] = i + 1;
  }
  if (i < x.length) {
    const cell = Math.imul(x[i]!, width) + y[i]!;
    sums[cell] = sums[cell]! + values[i]!;
    some[cell] = i;
  }
  for (let cell = 0; cell < second; cell++) sums[cell] = sums[cell]! + sums[second + cell]!;
}

/** Adds an attribute's groups to the keys of combinations. */
export function addTable(of: Int32Array, codes: Int32Array, groups: Int32Array, span: number): void {
  for (let c = 0; c < of.length; c++) of[c] = (of[c] as number) + (groups[codes[c] as number] as number) * span;
}

/** Dense numbers by first appearance, in place; `ranks` is all 0 before and after. */
export function renumber(of: Int32Array, ranks: Int32Array): number {
  let next = 0;
  const seen = of.slice();
  for (let c = 0; c < of.length; c++) {
    const key = of[c] as number;
    if (ranks[key] === 0) ranks[key] = ++next;
    of[c] = (ranks[key] as number) - 1;
  }
  for (let c = 0; c < seen.length; c++) ranks[seen[c] as number] = 0;
  return next;
}

/** Keys of items from one level table. */
export function keys1(keys: Int32Array, count: number, a: Int32Array, ta: Int32Array): void {
  for (let i = 0; i < count; i++) keys[i] = ta[a[i] as number] as number;
}

/** Keys from two tables. */
export function keys2(
  keys: Int32Array,
  count: number,
  a: Int32Array,
  ta: Int32Array,
  b: Int32Array,
  tb: Int32Array,
  sb: number,
): void {
  for (let i = 0; i < count; i++) {
    keys[i] = (ta[a[i] as number] as number) + Math.imul(tb[b[i] as number] as number, sb);
  }
}

/** Keys from three tables. */
export function keys3(
  keys: Int32Array,
  count: number,
  a: Int32Array,
  ta: Int32Array,
  b: Int32Array,
  tb: Int32Array,
  sb: number,
  c: Int32Array,
  tc: Int32Array,
  sc: number,
): void {
  for (let i = 0; i < count; i++) {
    keys[i] =
      ((ta[a[i] as number] as number) +
        Math.imul(tb[b[i] as number] as number, sb) +
        Math.imul(tc[c[i] as number] as number, sc)) |
      0;
  }
}

/** Adds one more table to the keys. */
export function addKeys(keys: Int32Array, count: number, a: Int32Array, ta: Int32Array, stride: number): void {
  for (let i = 0; i < count; i++) {
    keys[i] = ((keys[i] as number) + Math.imul(ta[a[i] as number] as number, stride)) | 0;
  }
}

/** Slot tables that are reused from node to node. */
export class Scratch {
  #direct = new Int32Array(0);
  #slots = new Int32Array(0);

  /** Numbers equal keys by first appearance; fills the first item of each. Keys are below `span`. */
  classify(keys: Int32Array, count: number, span: number, classOf: Int32Array, first: Int32Array): number {
    if (span <= Math.min(2 ** 22, Math.max(2 ** 16, 16 * count))) {
      return classifyDirect(keys, count, this.#directTable(span), classOf, first);
    }
    return classifyHash(keys, count, this.#slotTable(count), classOf, first);
  }

  /** As {@link classify}, with the rows of each class summed on the way and no class of each item. */
  sum(keys: Int32Array, count: number, span: number, rows: Float64Array, first: Int32Array, to: Float64Array): number {
    if (span <= Math.min(2 ** 22, Math.max(2 ** 16, 16 * count))) {
      return sumDirect(keys, count, this.#directTable(span), rows, first, to);
    }
    return sumHash(keys, count, this.#slotTable(count), rows, first, to);
  }

  #directTable(span: number): Int32Array {
    if (this.#direct.length < span) this.#direct = new Int32Array(Math.max(span, 2 ** 16)).fill(-1);
    return this.#direct;
  }

  #slotTable(count: number): Int32Array {
    let capacity = 1024;
    while (capacity < 2 * count) capacity *= 2;
    if (this.#slots.length < capacity) this.#slots = new Int32Array(capacity);
    return this.#slots.subarray(0, capacity).fill(-1);
  }

  /** As {@link classify} for pairs of keys. */
  classifyPairs(low: Int32Array, high: Int32Array, count: number, classOf: Int32Array, first: Int32Array): number {
    return classifyPairs(low, high, count, this.#slotTable(count), classOf, first);
  }
}

function classifyDirect(
  keys: Int32Array,
  count: number,
  direct: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    let found = direct[key] as number;
    if (found < 0) {
      found = classes++;
      direct[key] = found;
      first[found] = i;
    }
    classOf[i] = found;
  }
  for (let c = 0; c < classes; c++) direct[keys[first[c] as number] as number] = -1;
  return classes;
}

function sumDirect(
  keys: Int32Array,
  count: number,
  direct: Int32Array,
  rows: Float64Array,
  first: Int32Array,
  to: Float64Array,
): number {
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    const found = direct[key]!;
    if (found >= 0) {
      to[found] = to[found]! + rows[i]!;
      continue;
    }
    direct[key] = classes;
    to[classes] = rows[i]!;
    first[classes++] = i;
  }
  for (let c = 0; c < classes; c++) direct[keys[first[c]!]!] = -1;
  return classes;
}

function sumHash(
  keys: Int32Array,
  count: number,
  slots: Int32Array,
  rows: Float64Array,
  first: Int32Array,
  to: Float64Array,
): number {
  const mask = slots.length - 1;
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    let hash = Math.imul(key, 0x9e3779b1);
    hash = (hash ^ (hash >>> 15)) & mask;
    let found = slots[hash]!;
    while (found >= 0 && keys[first[found]!] !== key) {
      hash = (hash + 1) & mask;
      found = slots[hash]!;
    }
    if (found >= 0) {
      to[found] = to[found]! + rows[i]!;
      continue;
    }
    slots[hash] = classes;
    to[classes] = rows[i]!;
    first[classes++] = i;
  }
  return classes;
}

function classifyHash(
  keys: Int32Array,
  count: number,
  slots: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  const mask = slots.length - 1;
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    let hash = Math.imul(key, 0x9e3779b1);
    hash = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const found = slots[hash] as number;
      if (found < 0) {
        slots[hash] = classes;
        first[classes] = i;
        classOf[i] = classes++;
        break;
      }
      if (keys[first[found] as number] === key) {
        classOf[i] = found;
        break;
      }
      hash = (hash + 1) & mask;
    }
  }
  return classes;
}

function classifyPairs(
  low: Int32Array,
  high: Int32Array,
  count: number,
  slots: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  const mask = slots.length - 1;
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const a = low[i] as number;
    const b = high[i] as number;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
    hash = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const found = slots[hash] as number;
      if (found < 0) {
        slots[hash] = classes;
        first[classes] = i;
        classOf[i] = classes++;
        break;
      }
      const leader = first[found] as number;
      if (low[leader] === a && high[leader] === b) {
        classOf[i] = found;
        break;
      }
      hash = (hash + 1) & mask;
    }
  }
  return classes;
}

/** Sums by class. */
export function addUp(classOf: Int32Array, count: number, from: Float64Array, to: Float64Array, classes: number): void {
  to.fill(0, 0, classes);
  for (let i = 0; i < count; i++) {
    const at = classOf[i] as number;
    to[at] = (to[at] as number) + (from[i] as number);
  }
}

/** Values at positions. */
export function gatherValues(values: Float64Array, at: Int32Array): Float64Array {
  const out = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = values[at[i] as number] as number;
  return out;
}

/** Positions through a map, in place. */
export function mapThrough(at: Int32Array, count: number, through: Int32Array): void {
  for (let i = 0; i < count; i++) at[i] = through[at[i] as number] as number;
}

/** Codes at positions. */
export function gatherCodes(codes: Int32Array, at: Int32Array): Int32Array {
  const out = new Int32Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = codes[at[i] as number] as number;
  return out;
}

/** Adds persons with several tuples, once a class. */
export function addShared(
  tuple: Int32Array,
  person: Int32Array,
  classOf: Int32Array,
  units: Float64Array,
  last: Int32Array,
): void {
  for (let i = 0; i < tuple.length; i++) {
    const at = classOf[tuple[i] as number] as number;
    const who = person[i] as number;
    if (last[at] !== who) {
      last[at] = who;
      units[at] = (units[at] as number) + 1;
    }
  }
}
