/**
 * Region codes of GB/T 2260: name of a code in a year, whether it was in force, the way from county to province.
 *
 * Source of the codes: see `tables/regions.ts` (editions 1980-2019 and 2023). A year outside the editions is answered from
 * the nearest edition and said so; the table never decides whether a resident ID is valid.
 * @module
 */
import { regionTableInfo, regionTableText } from './tables/regions.js';

/** A code with one of its names and the years in which an edition lists it. */
export interface RegionEntry {
  /** Six digits; province `xx0000`, prefecture `xxxx00`, county `xxxxxx`. */
  readonly code: string;
  readonly name: string;
  /** First year-end edition with this code and name (1980 = or earlier). */
  readonly from: number;
  /** Last edition with this code and name (2023 = still in force in the last edition). */
  readonly to: number;
}

/** What the table knows about a code in a year. */
export interface RegionFinding {
  readonly code: string;
  readonly province: string | null;
  readonly city: string | null;
  readonly county: string | null;
  /**
   * `in-force`: an edition of that year lists the code; `not-in-force`: the code existed in other years only;
   * `outside-editions`: the year has no edition, the nearest one is shown; `unknown-code`: no edition ever lists it.
   */
  readonly status: 'in-force' | 'not-in-force' | 'outside-editions' | 'unknown-code';
}

let parsed: Map<string, RegionEntry[]> | undefined;

function table(): Map<string, RegionEntry[]> {
  if (parsed !== undefined) return parsed;
  const map = new Map<string, RegionEntry[]>();
  for (const line of regionTableText.split('\n')) {
    for (const item of line.split(';')) {
      const match = /^(\d{6})([^\d~]+)(\d{4})?(?:~(\d{4})?)?$/.exec(item);
      if (match === null) continue;
      const entry: RegionEntry = {
        code: match[1] as string,
        name: match[2] as string,
        from: match[3] === undefined ? regionTableInfo.from : Number(match[3]),
        to: match[4] === undefined ? regionTableInfo.to : Number(match[4]),
      };
      const list = map.get(entry.code);
      if (list === undefined) map.set(entry.code, [entry]);
      else list.push(entry);
    }
  }
  parsed = map;
  return map;
}

/** All entries of the table, in order of code and first year. */
export function regionEntries(): readonly RegionEntry[] {
  return [...table().values()].flat();
}

/** True when some edition lists these six digits. */
export function isKnownRegion(code: string): boolean {
  return table().has(code);
}

function nearest(code: string, year: number): { entry: RegionEntry; exact: boolean; gap: boolean } | null {
  const entries = table().get(code);
  if (entries === undefined) return null;
  let best = entries[0] as RegionEntry;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const distance = year < entry.from ? entry.from - year : year > entry.to ? year - entry.to : 0;
    if (distance < bestDistance) {
      best = entry;
      bestDistance = distance;
    }
  }
  const gap = year < regionTableInfo.from || year > regionTableInfo.to || (year > 2019 && year < regionTableInfo.to);
  return { entry: best, exact: bestDistance === 0, gap };
}

/**
 * Names of province, city and county of a six-digit code in a year. Children of municipalities have no city.
 *
 * @example
 * regionAt('120110', 1980).county; // => '东郊区'
 */
export function regionAt(code: string, year: number): RegionFinding {
  const province = nearest(`${code.slice(0, 2)}0000`, year)?.entry.name ?? null;
  const cityFound = code.slice(2, 4) === '00' ? null : nearest(`${code.slice(0, 4)}00`, year);
  const city = cityFound?.entry.name ?? null;
  const own = nearest(code, year);
  const county = code.endsWith('00') ? null : (own?.entry.name ?? null);
  if (own === null) return { code, province, city, county: null, status: 'unknown-code' };
  const status = own.gap ? 'outside-editions' : own.exact ? 'in-force' : 'not-in-force';
  return { code, province, city, county, status };
}

/** County-level codes in force in the last edition, with their names; optionally only those under a prefix. */
export function currentCounties(prefix = ''): readonly RegionEntry[] {
  return regionEntries().filter(
    (entry) => entry.to === regionTableInfo.to && !entry.code.endsWith('00') && entry.code.startsWith(prefix),
  );
}
