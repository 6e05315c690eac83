/**
 * Bands with names ("young", "mid", "C2"): which runs of an ordered column's values stand under labels that cannot be read, from joint
 * counts with what is read. Each label is one run; the runs with the least difference of counts are found by dynamic programming over
 * the labels used so far (Bellman, Commun. ACM 4(6), 1961). See hierarchy.md.
 * @module
 */

const MOST_LABELS = 8;
/** Steps of the dynamic program at most. */
const WORK = 30_000_000;

/**
 * Label of each place in the order, or null when the labels are too many or the work too much.
 *
 * @param held - shares by class × place in order; published - shares by class × label
 */
export function bestRuns(
  held: Float64Array,
  places: number,
  published: Float64Array,
  labels: number,
  classes: number,
): Int32Array | null {
  if (labels < 2 || labels > MOST_LABELS || places < labels) return null;
  const pairs = (places * (places + 1)) / 2;
  if (pairs * labels * (classes + 2 ** (labels - 1)) > WORK) return null;
  const upTo = new Float64Array(classes * (places + 1));
  for (let group = 0; group < classes; group++) {
    for (let place = 0; place < places; place++)
      upTo[group * (places + 1) + place + 1] =
        (upTo[group * (places + 1) + place] as number) + (held[group * places + place] as number);
  }
  // Difference of counts when a label covers the places from..to-1.
  const width = places + 1;
  const costs = Array.from({ length: labels }, () => new Float64Array(width * width));
  for (let label = 0; label < labels; label++)
    fillCosts(costs[label] as Float64Array, upTo, published, label, labels, classes, width);
  const sets = 1 << labels;
  const best = Array.from({ length: sets }, () => new Float64Array(width).fill(Number.POSITIVE_INFINITY));
  const came = Array.from({ length: sets }, () => new Int32Array(width).fill(-1));
  (best[0] as Float64Array)[0] = 0;
  for (let set = 1; set < sets; set++) {
    for (let label = 0; label < labels; label++) {
      if ((set & (1 << label)) === 0) continue;
      extend(
        best[set] as Float64Array,
        came[set] as Int32Array,
        best[set ^ (1 << label)] as Float64Array,
        costs[label] as Float64Array,
        label,
        width,
      );
    }
  }
  // A label may cover nothing.
  let set = sets - 1;
  for (let other = 1; other < sets; other++)
    if (((best[other] as Float64Array)[places] as number) < ((best[set] as Float64Array)[places] as number))
      set = other;
  if (!Number.isFinite((best[set] as Float64Array)[places] as number)) return null;
  const labelOf = new Int32Array(places);
  for (let to = places; to > 0; ) {
    const step = (came[set] as Int32Array)[to] as number;
    const from = Math.floor(step / labels);
    labelOf.fill(step % labels, from, to);
    set ^= 1 << (step % labels);
    to = from;
  }
  return labelOf;

  function extend(
    into: Float64Array,
    steps: Int32Array,
    before: Float64Array,
    cost: Float64Array,
    label: number,
    size: number,
  ): void {
    for (let from = 0; from < size - 1; from++) {
      const spent = before[from] as number;
      if (!Number.isFinite(spent)) continue;
      for (let to = from + 1; to < size; to++) {
        const sum = spent + (cost[from * size + to] as number);
        if (sum < (into[to] as number)) {
          into[to] = sum;
          steps[to] = from * labels + label;
        }
      }
    }
  }
}

function fillCosts(
  cost: Float64Array,
  upTo: Float64Array,
  published: Float64Array,
  label: number,
  labels: number,
  classes: number,
  width: number,
): void {
  for (let group = 0; group < classes; group++) {
    const wanted = published[group * labels + label] as number;
    const start = group * width;
    for (let from = 0; from < width - 1; from++) {
      const low = upTo[start + from] as number;
      for (let to = from + 1; to < width; to++)
        cost[from * width + to] =
          (cost[from * width + to] as number) + Math.abs((upTo[start + to] as number) - low - wanted);
    }
  }
}
