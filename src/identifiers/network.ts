/**
 * E-mail addresses, IP addresses, MAC addresses.
 *
 * Sources: RFC 5321 section 4.1.2 with the restrictions people meet (dot-atom local part, at least one dot in the domain); RFC 5952
 * (IPv6 text); IEEE 802 (MAC, six octets).
 * @module
 */
import { finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';

const EMAIL =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z]$/;

function validateEmail(value: string): Validation {
  const at = value.lastIndexOf('@');
  if (value.length > 254 || at > 64 || !EMAIL.test(value)) return invalid('format');
  return valid();
}

/** E-mail address. */
export const email: IdentifierSpec = {
  kind: 'email',
  columnKind: 'email',
  label: { en: 'e-mail address', zh: '电子邮箱' },
  headers: [
    '邮箱',
    '电子邮箱',
    '邮箱地址',
    '电子邮件',
    '邮件地址',
    '邮件',
    'e邮箱',
    '电邮',
    'youxiang',
    'dzyx',
    'dzyj',
    'yx',
    'email',
    'emailaddress',
    'mail',
    'mailaddress',
    'emailaddr',
    'usermail',
  ],
  domainSize: null,
  chance: 0.0001,
  validate: validateEmail,
  // The domain is case-insensitive by RFC 5321; mailbox names are in practice, so both are lowered.
  normalize: (value) => {
    const text = toHalfWidth(value)
      .trim()
      .replace(/^mailto:/i, '')
      .replace(/\s+/g, '')
      .toLowerCase();
    return validateEmail(text).valid ? text : null;
  },
  masks: [{ name: '1+domain', keepFirst: 1, keepLast: 0, source: 'd***@example.com, common; the domain stays' }],
};

function ipv4(value: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(value);
  return match?.slice(1).every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0'))) === true;
}

/** The eight groups of an IPv6 address, or null. */
function ipv6Groups(value: string): number[] | null {
  let text = value.replace(/%[0-9A-Za-z._~-]+$/, '');
  const dotted = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  if (dotted !== null) {
    if (!ipv4(dotted[2] as string)) return null;
    const [a, b, c, d] = (dotted[2] as string).split('.').map(Number) as [number, number, number, number];
    text = `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const head = groups(halves[0] as string);
  const tail = halves.length === 2 ? groups(halves[1] as string) : [];
  const all = [...head, ...tail];
  if (!all.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  if (halves.length === 1 ? head.length !== 8 : all.length > 7) return null;
  const zeros = new Array<string>(8 - all.length).fill('0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

/** RFC 5952 section 4: lower case, longest run of zero groups (two or more, first of equals) as `::`. */
function ipv6Text(groups: readonly number[]): string {
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > bestLength) {
      best = i;
      bestLength = end - i;
    }
    i = Math.max(i, end - 1);
  }
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`;
}

function validateIp(value: string): Validation {
  if (ipv4(value))
    return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.)/.test(value)
      ? valid(finding('private-range'))
      : valid();
  return value.includes(':') && ipv6Groups(value) !== null ? valid(finding('ipv6')) : invalid('format');
}

/** IPv4 or IPv6 address. */
export const ip: IdentifierSpec = {
  kind: 'ip',
  columnKind: 'ip',
  label: { en: 'IP address', zh: 'IP地址' },
  headers: [
    'ip',
    'ip地址',
    '登录ip',
    '登陆ip',
    '访问ip',
    '客户端ip',
    '源ip',
    '目的ip',
    '来源ip',
    '注册ip',
    '终端ip',
    'ipdizhi',
    'ipaddress',
    'ipaddr',
    'ipv4',
    'ipv6',
    'clientip',
    'remoteip',
    'remoteaddr',
    'sourceip',
    'srcip',
    'dstip',
    'loginip',
    'hostip',
  ],
  domainSize: 2 ** 32,
  chance: 0.001,
  validate: validateIp,
  normalize: (value) => {
    const text = toHalfWidth(value)
      .trim()
      .replace(/^\[|\]$/g, '');
    if (ipv4(text)) return text;
    const groups = text.includes(':') ? ipv6Groups(text) : null;
    return groups === null ? null : ipv6Text(groups);
  },
  masks: [{ name: 'first octet', keepFirst: 0, keepLast: 0, source: 'Hutool DesensitizedUtil.ipv4 (192.*.*.*)' }],
};

const MAC =
  /^(?:[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})$/;

/** MAC address. */
export const mac: IdentifierSpec = {
  kind: 'mac',
  columnKind: 'mac',
  label: { en: 'MAC address', zh: 'MAC地址' },
  headers: [
    'mac',
    'mac地址',
    '物理地址',
    '设备mac',
    '网卡地址',
    '网卡物理地址',
    '终端mac',
    'macdizhi',
    'macaddress',
    'macaddr',
    'bssid',
    'wifimac',
    'hwaddr',
    'hardwareaddress',
  ],
  domainSize: 2 ** 48,
  chance: 0.0001,
  validate: (value) => (MAC.test(value) ? valid() : invalid('format')),
  normalize: (value) => {
    const text = toHalfWidth(value).trim().toLowerCase();
    if (!MAC.test(text) && !/^[0-9a-f]{12}$/.test(text) && !/^[0-9a-f]{2}(?: [0-9a-f]{2}){5}$/.test(text)) return null;
    return (text.replace(/[^0-9a-f]/g, '').match(/../g) as string[]).join(':');
  },
  masks: [{ name: 'maker', keepFirst: 8, keepLast: 0, source: 'first three octets (OUI)' }],
};
