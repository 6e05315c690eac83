/**
 * Households and their members: the synthetic population behind the register, as parallel typed arrays.
 *
 * A household shares an address, most often a surname, and parents' telephones; ages of couples, children and grandparents
 * follow each other. Education follows birth cohort, occupation education and age, income occupation, diagnosis age and sex.
 * @module
 */
import { compactDate } from './columns.js';
import { Draw, Weighted } from './draw.js';
import { Interner } from './interner.js';
import { NameBook } from './names.js';
import type { Places } from './places.js';
import * as values from './values.js';

/** The population: entry p of every array belongs to person p; persons of a household follow each other. */
export interface People {
  readonly persons: number;
  readonly households: number;
  readonly household: Int32Array;
  readonly residence: Int32Array;
  /** Days since 1970-01-01. */
  readonly birthDay: Int32Array;
  /** 1 man, 0 woman. */
  readonly sex: Uint8Array;
  /** County code of birth and order code: `county * 1000 + order`. */
  readonly identity: Int32Array;
  readonly name: Int32Array;
  readonly names: Float64Array;
  readonly ethnic: Uint8Array;
  /** Code into `phones`, or -1. */
  readonly phone: Int32Array;
  readonly phones: Float64Array;
  /** Code into `addresses`, per person. */
  readonly address: Int32Array;
  readonly addresses: Float64Array;
  readonly education: Uint8Array;
  readonly marital: Uint8Array;
  /** Position in `occupations`, then in `otherStatus`. */
  readonly occupation: Uint8Array;
  /** Yuan a year, a multiple of 100. */
  readonly income: Int32Array;
  readonly book: NameBook;
}

const DAYS_PER_YEAR = 365.2425;
const householdSizes = new Weighted([25.4, 29.7, 21, 13.2, 6.2, 3.1, 1.4]);
const adultAges = new Weighted([5.3, 6.5, 8.8, 7, 6.6, 8.1, 8.6, 7.2, 5.2, 5.2, 3.5, 2.2, 1.4, 0.8]);

function ageAt(birthDay: number, day: number): number {
  return Math.floor((day - birthDay) / DAYS_PER_YEAR);
}

/** Makes `count` persons as they stand on `today` (days since 1970-01-01). */
export function makePeople(count: number, seed: string, places: Places, today: number): People {
  const draw = new Draw(`${seed}/people`);
  const book = new NameBook();
  const people = {
    household: new Int32Array(count),
    residence: new Int32Array(count),
    birthDay: new Int32Array(count),
    sex: new Uint8Array(count),
    identity: new Int32Array(count),
    name: new Int32Array(count),
    ethnic: new Uint8Array(count),
    phone: new Int32Array(count),
    address: new Int32Array(count),
    education: new Uint8Array(count),
    marital: new Uint8Array(count),
    occupation: new Uint8Array(count),
    income: new Int32Array(count),
  };
  const names = new Interner(Math.ceil(count * 0.4) + 16);
  const phones = new Interner(count);
  const addresses = new Interner(Math.ceil(count * 0.5) + 16);
  const identities = new Interner(count);
  const samplers = makeSamplers();

  let person = 0;
  let households = 0;
  while (person < count) {
    const residence = places.residence(draw);
    const address = addresses.code(places.addressKey(draw, residence));
    const size = Math.min(1 + householdSizes.pick(draw), count - person);
    const ethnic = samplers.ethnic.pick(draw);
    const uyghur = values.ethnicGroups[ethnic]?.[0] === '维吾尔族';
    const headAge = 20 + adultAges.pick(draw) * 5 + draw.below(5);
    const headSex = draw.chance(0.7) ? 1 : 0;
    const family = book.surname(draw);
    const couple = size > 1 && draw.chance(headAge < 26 ? 0.3 : 0.86);
    const elders = size > 3 && headAge < 58 && draw.chance(0.4) ? 1 : 0;
    const start = person;
    let parentPhone = -1;
    for (let k = 0; k < size; k++, person++) {
      // Roles: 0 head, 1 spouse, 2 elder, 3 child (or lodger with the head's surname).
      const role = k === 0 ? 0 : k === 1 && couple ? 1 : k === size - 1 && elders === 1 ? 2 : 3;
      let age = headAge;
      let sex = headSex;
      if (role === 1) {
        age = Math.max(20, headAge + Math.round(draw.normal() * 3) + (headSex === 1 ? -2 : 2));
        sex = 1 - headSex;
      } else if (role === 2) {
        age = Math.min(100, headAge + 22 + draw.below(14));
        sex = draw.chance(0.42) ? 1 : 0;
      } else if (role === 3) {
        age = Math.max(0, headAge - 22 - draw.below(14) - k * 2);
        if (headAge < 24) age = headAge + draw.below(5) - 2;
        sex = draw.chance(0.52) ? 1 : 0;
      }
      const birthDay = today - Math.floor(age * DAYS_PER_YEAR) - draw.below(365) - 1;
      const birthYear = Math.floor(compactDate(birthDay) / 10000);
      const years = ageAt(birthDay, today);
      let surname = family;
      if (role === 1) surname = book.surname(draw);
      else if (role === 2 && sex === 0) surname = book.surname(draw);
      else if (role === 3 && headSex === 0 && couple && draw.chance(0.85)) surname = -1;
      if (surname === -1) surname = Math.floor(names.key(people.name[start + 1] as number) / 98304);
      if (surname >= book.surnames) surname = family;

      people.household[person] = households;
      people.residence[person] = residence;
      people.birthDay[person] = birthDay;
      people.sex[person] = sex;
      people.ethnic[person] = ethnic;
      people.address[person] = address;
      people.name[person] = names.code(
        uyghur ? book.minorityName(draw, sex) : book.name(draw, surname, sex, birthYear),
      );
      people.identity[person] = claimIdentity(
        draw,
        identities,
        places.birthCode(draw, residence, birthYear),
        birthDay,
        sex,
      );
      people.phone[person] = -1;
      if (years >= 14 && !draw.chance(years > 75 ? 0.45 : 0.015)) {
        people.phone[person] = newPhone(draw, phones);
        if (parentPhone === -1) parentPhone = people.phone[person] as number;
      } else if (parentPhone !== -1 && draw.chance(0.8)) {
        people.phone[person] = parentPhone;
      }
      people.education[person] = educationOf(draw, samplers, birthYear, years);
      people.marital[person] = maritalOf(draw, role, couple, years);
      const occupation = occupationOf(draw, samplers, people.education[person] as number, years, sex);
      people.occupation[person] = occupation;
      people.income[person] = incomeOf(draw, occupation, years);
    }
    households++;
  }
  return {
    ...people,
    persons: count,
    households,
    names: names.keys(),
    phones: phones.keys(),
    addresses: addresses.keys(),
    book,
  };
}

interface Samplers {
  readonly ethnic: Weighted;
  readonly education: readonly Weighted[];
  /** By highest education level reached: weights over all occupations. */
  readonly occupation: readonly Weighted[];
}

function makeSamplers(): Samplers {
  return {
    ethnic: new Weighted(values.ethnicGroups.map(([, weight]) => weight)),
    education: values.educationWeights.map((weights) => new Weighted(weights)),
    occupation: values.educationLevels.map(
      (_, level) =>
        new Weighted(
          values.occupations.map(([, , weight, lowest]) => {
            if (level < lowest) return 0.002 * weight;
            return weight * Math.exp(-0.75 * Math.max(0, level - lowest - 1)) * (lowest >= 5 ? 3 : 1);
          }),
        ),
    ),
  };
}

function claimIdentity(draw: Draw, identities: Interner, county: number, birthDay: number, sex: number): number {
  // Order codes are given out by police stations in blocks: low numbers are more frequent. Odd = man.
  let order = Math.floor(draw.unit() ** 1.6 * 499) * 2 + sex;
  for (;;) {
    const before = identities.size;
    identities.code((county * 100_000 + (birthDay + 50_000)) * 1000 + order);
    if (identities.size > before) return county * 1000 + order;
    order = (order + 2) % 1000;
  }
}

function newPhone(draw: Draw, phones: Interner): number {
  for (;;) {
    const segment = values.mobileSegments[draw.below(values.mobileSegments.length)] as string;
    const before = phones.size;
    const code = phones.code(Number(segment) * 1e8 + draw.below(1e8));
    if (phones.size > before) return code;
  }
}

function educationOf(draw: Draw, samplers: Samplers, birthYear: number, age: number): number {
  const cohort = birthYear < 1955 ? 0 : birthYear < 1975 ? 1 : birthYear < 1990 ? 2 : 3;
  const final = (samplers.education[cohort] as Weighted).pick(draw);
  if (age < 4) return 0;
  if (age < 6) return 1;
  const reached = age < 12 ? 2 : age < 15 ? 3 : age < 18 ? 4 : age < 22 ? 6 : age < 25 ? 7 : 8;
  if (age < 15) return reached;
  return Math.min(final, reached);
}

function maritalOf(draw: Draw, role: number, couple: boolean, age: number): number {
  if (age < 20) return 0;
  if (couple && role < 2) return 1;
  if (role === 2) return draw.chance(Math.min(0.85, (age - 50) / 50)) ? 3 : 1;
  if (age > 62) return draw.chance(0.6) ? 3 : 1;
  if (draw.chance(age < 28 ? 0.82 : age < 36 ? 0.34 : 0.1)) return 0;
  return draw.chance(age > 32 ? 0.24 : 0.06) ? 2 : 1;
}

function occupationOf(draw: Draw, samplers: Samplers, level: number, age: number, sex: number): number {
  const other = values.occupations.length;
  if (age < 6) return other;
  if (age < 16 || (age < 23 && draw.chance(level >= 5 ? 0.85 : 0.55))) return other + 1;
  const retired = sex === 1 ? 60 : 53;
  if (age >= retired && draw.chance(level >= 3 ? 0.9 : age > 72 ? 0.8 : 0.35)) return other + 2;
  if (draw.chance(sex === 1 ? 0.03 : 0.16)) return other + 3;
  if (draw.chance(0.045)) return other + 4;
  return (samplers.occupation[level] as Weighted).pick(draw);
}

function incomeOf(draw: Draw, occupation: number, age: number): number {
  const employed = values.occupations[occupation];
  const spread = Math.exp(0.42 * draw.normal());
  let yuan = 0;
  if (employed !== undefined) yuan = employed[4] * spread * (0.72 + Math.min(28, Math.max(0, age - 20)) / 70);
  else if (occupation === values.occupations.length + 2) yuan = (draw.chance(0.55) ? 41_000 : 2_600) * spread;
  else if (occupation > values.occupations.length + 2) yuan = draw.chance(0.7) ? 0 : 6_000 * spread;
  return Math.round(yuan / 100) * 100;
}
