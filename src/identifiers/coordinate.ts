/**
 * Geographic coordinates, and the three systems in use in China: WGS-84, GCJ-02 and BD-09.
 *
 * Sources: WGS-84 ellipsoid; GCJ-02 as published in open conversions (Krasovsky ellipsoid, a = 6378245 m, e² = 0.00669342162296594323);
 * BD-09 offset as documented for the Baidu map interface. The inverse of GCJ-02 is the usual one-step approximation (error of a few metres).
 * @module
 */
import { finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';

/** Longitude and latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number];

const A = 6378245;
const EE = 0.006693421622965943;
const X_PI = (Math.PI * 3000) / 180;

function outsideChina([longitude, latitude]: Position): boolean {
  return longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271;
}

function waves(x: number, y: number): number {
  return ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3 + y;
}

function offset([longitude, latitude]: Position): Position {
  const x = longitude - 105;
  const y = latitude - 35;
  const root = Math.sqrt(Math.abs(x));
  let dLatitude = waves(x, -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root);
  dLatitude += ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3;
  dLatitude += ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
  let dLongitude = waves(x, 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root);
  dLongitude += ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3;
  dLongitude += ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  const radians = (latitude / 180) * Math.PI;
  const magic = 1 - EE * Math.sin(radians) ** 2;
  const rootMagic = Math.sqrt(magic);
  return [
    (dLongitude * 180) / ((A / rootMagic) * Math.cos(radians) * Math.PI),
    (dLatitude * 180) / (((A * (1 - EE)) / (magic * rootMagic)) * Math.PI),
  ];
}

/** WGS-84 to GCJ-02; positions outside China are returned as they are. */
export function wgs84ToGcj02(position: Position): Position {
  if (outsideChina(position)) return position;
  const [x, y] = offset(position);
  return [position[0] + x, position[1] + y];
}

/** GCJ-02 to WGS-84, one step of the inverse. */
export function gcj02ToWgs84(position: Position): Position {
  if (outsideChina(position)) return position;
  const [x, y] = offset(position);
  return [position[0] - x, position[1] - y];
}

/** GCJ-02 to BD-09. */
export function gcj02ToBd09([x, y]: Position): Position {
  const z = Math.sqrt(x * x + y * y) + 0.00002 * Math.sin(y * X_PI);
  const theta = Math.atan2(y, x) + 0.000003 * Math.cos(x * X_PI);
  return [z * Math.cos(theta) + 0.0065, z * Math.sin(theta) + 0.006];
}

/** BD-09 to GCJ-02. */
export function bd09ToGcj02([longitude, latitude]: Position): Position {
  const x = longitude - 0.0065;
  const y = latitude - 0.006;
  const z = Math.sqrt(x * x + y * y) - 0.00002 * Math.sin(y * X_PI);
  const theta = Math.atan2(y, x) - 0.000003 * Math.cos(x * X_PI);
  return [z * Math.cos(theta), z * Math.sin(theta)];
}

/** WGS-84 to BD-09. */
export function wgs84ToBd09(position: Position): Position {
  return gcj02ToBd09(wgs84ToGcj02(position));
}

/** BD-09 to WGS-84. */
export function bd09ToWgs84(position: Position): Position {
  return gcj02ToWgs84(bd09ToGcj02(position));
}

const NUMBER = '[+-]?\\d{1,3}(?:\\.\\d{1,15})?';
const PAIR = new RegExp(
  `^[(\\[（]?\\s*(?:POINT\\s*\\()?\\s*(${NUMBER})\\s*[,，;\\s]\\s*(${NUMBER})\\s*\\)?\\s*[)\\]）]?$`,
  'i',
);
const DMS = /^(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*["″秒])?\s*([NSEW北南东西])?$/i;
const PREFIXED = /^([NSEW北南东西](?:经|纬)?|东经|西经|北纬|南纬)\s*(.+)$/i;

/** Reads a pair (longitude, latitude in either order where it can be told) in decimal degrees; null when it is none. */
export function parsePosition(value: string): Position | null {
  const match = PAIR.exec(toHalfWidth(value).trim());
  if (match === null) return null;
  const first = Number(match[1]);
  const second = Number(match[2]);
  if (Math.abs(first) <= 90 && Math.abs(second) > 90 && Math.abs(second) <= 180) return [second, first];
  return Math.abs(first) <= 180 && Math.abs(second) <= 90 ? [first, second] : null;
}

function isDegree(text: string): boolean {
  const body = PREFIXED.exec(text)?.[2] ?? text;
  const dms = DMS.exec(body.trim());
  if (dms !== null) return Number(dms[1]) <= 180 && Number(dms[2]) < 60 && Number(dms[3] ?? 0) < 60;
  const number = /^([+-]?\d{1,3}\.\d{3,15})°?\s*[NSEW]?$/i.exec(body.trim());
  return number !== null && Math.abs(Number(number[1])) <= 180;
}

function validate(value: string): Validation {
  const text = toHalfWidth(value).trim();
  const position = parsePosition(text);
  if (position !== null) {
    if (!/\.\d{2}/.test(text)) return invalid('format');
    return outsideChina(position) ? valid(finding('outside-china')) : valid();
  }
  return isDegree(text) ? valid(finding('single-axis')) : invalid('format');
}

/** A position, or one axis of it. */
export const coordinate: IdentifierSpec = {
  kind: 'coordinate',
  columnKind: 'coordinate',
  label: { en: 'geographic coordinate', zh: '地理坐标' },
  headers: [
    '经度',
    '纬度',
    '经纬度',
    '坐标',
    '地理坐标',
    '位置坐标',
    'gps坐标',
    '定位',
    'x坐标',
    'y坐标',
    'jingdu',
    'weidu',
    'jingweidu',
    'zuobiao',
    'jd',
    'wd',
    'lng',
    'lon',
    'long',
    'lat',
    'longitude',
    'latitude',
    'coordinate',
    'coordinates',
    'gps',
    'location',
    'geo',
    'position',
    'latlng',
    'lnglat',
    'geom',
  ],
  domainSize: null,
  chance: 0.3,
  validate,
  normalize: (value) => {
    const position = parsePosition(value);
    if (position !== null) return `${position[0].toFixed(6)},${position[1].toFixed(6)}`;
    const text = toHalfWidth(value).trim();
    return /^[+-]?\d{1,3}\.\d+$/.test(text) && Math.abs(Number(text)) <= 180 ? Number(text).toFixed(6) : null;
  },
  masks: [{ name: 'grid', keepFirst: 0, keepLast: 0, source: 'rounding to 0.01° (about 1 km)' }],
};
