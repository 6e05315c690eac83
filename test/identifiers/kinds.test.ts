/**
 * Every kind: what is valid, what normalises to what, what is a finding only. Expected values by the standard named in each kind's file,
 * or written out by hand from it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binTableInfo,
  cardIssuer,
  columnKinds,
  detect,
  identifierKinds,
  isCalendarDate,
  luhnCheck,
  luhnValid,
  MOD31_CHARACTERS,
  mod11Check,
  mod31Check,
  normalize,
  normalizeKey,
  organisationCheck,
  parseAddress,
  parseCalendarDate,
  regionAt,
  regionEntries,
  regionTableInfo,
  residentIdParts,
  surnameOf,
  surnameTableInfo,
  validate,
} from '../../src/identifiers/index.js';

const codes = (kind: string, value: string): string[] => validate(kind, value).findings.map((one) => one.code);

describe('every kind', () => {
  it('has a column kind of the list, headers that are normalised, and masks with a source', () => {
    const names = new Set<string>();
    for (const spec of identifierKinds) {
      expect(columnKinds).toContain(spec.columnKind);
      expect(names.has(spec.kind)).toBe(false);
      names.add(spec.kind);
      for (const header of spec.headers) expect(header).toBe(header.toLowerCase().replace(/[\s_-]/g, ''));
      expect(new Set(spec.headers).size).toBe(spec.headers.length);
      for (const mask of spec.masks) expect(mask.source.length).toBeGreaterThan(3);
      expect(spec.chance).toBeGreaterThan(0);
      expect(spec.chance).toBeLessThanOrEqual(1);
    }
  });

  it('takes any text without an exception; what it normalises stays the same when normalised again', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Z ()·.:-]{0,24}$/)),
        (text) => {
          for (const spec of identifierKinds) {
            spec.validate(text);
            const canonical = spec.normalize(text);
            if (canonical !== null) expect(spec.normalize(canonical), spec.kind).toBe(canonical);
          }
          detect(text);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ends quickly on long hostile texts', () => {
    for (const unit of ['1', 'a', ' ', '-', '.', '1.', 'a.', '省', '路', '(', '1 ', 'A1', '::', '°']) {
      for (const spec of identifierKinds) {
        spec.validate(unit.repeat(5000));
        spec.normalize(unit.repeat(5000));
      }
    }
  });

  it('refuses an unknown kind with a code', () => {
    expect(() => normalize('nonsense', 'x')).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});

describe('check digits', () => {
  it('MOD 11-2: exactly one of eleven characters completes 17 digits; any single digit change is found', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{17}$/), fc.nat(16), fc.integer({ min: 1, max: 9 }), (digits, at, change) => {
        const check = mod11Check(digits);
        const changed = `${digits.slice(0, at)}${(Number(digits[at]) + change) % 10}${digits.slice(at + 1)}`;
        expect(mod11Check(changed)).not.toBe(check);
      }),
    );
    // GB 11643-1999, annex, the example number.
    expect(mod11Check('11010519491231002')).toBe('X');
  });

  it('MOD 31-3, organisation code and Luhn complete what they check', () => {
    const character = fc.constantFrom(...MOD31_CHARACTERS);
    fc.assert(
      fc.property(fc.array(character, { minLength: 17, maxLength: 17 }), (list) => {
        expect(MOD31_CHARACTERS).toContain(mod31Check(list.join('')));
      }),
    );
    expect(mod31Check('91110000600037341')).toBe('L');
    expect(organisationCheck('60003734')).toBe('1');
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,30}$/), (digits) => {
        expect(luhnValid(digits + luhnCheck(digits))).toBe(true);
      }),
    );
  });
});

describe('resident ID', () => {
  it('normalises 15 digits, blanks, hyphens, full-width and lower case to 18 characters', () => {
    const wide = '１１０１０５１９４９１２３１００２Ｘ';
    for (const text of [
      '11010519491231002X',
      '11010519491231002x',
      '110105 19491231 002X',
      '110105-19491231-002X',
      wide,
      "'11010519491231002X",
    ]) {
      expect(normalize('resident-id', text)).toBe('11010519491231002X');
    }
    expect(normalize('resident-id', '150102880730303')).toBe('150102198807303035');
    expect(normalize('resident-id', '110105194912310021')).toBeNull();
  });

  it('reports region and year as findings that never decide', () => {
    // 110103 (崇文区) ended with 2009; 999999 never was.
    const body = '11010320150101001';
    const ended = body + mod11Check(body);
    expect(validate('resident-id', ended)).toMatchObject({ valid: true });
    expect(codes('resident-id', ended)).toContain('region-not-in-force');
    const unknown = `88888820000101001`;
    expect(codes('resident-id', unknown + mod11Check(unknown))).toEqual(['region-unknown']);
    const future = '11010521000101001';
    expect(codes('resident-id', future + mod11Check(future))).toContain('future-date');
    expect(residentIdParts('11010519491231002X')).toEqual({
      region: '110105',
      year: 1949,
      month: 12,
      day: 31,
      sex: 'female',
    });
  });
});

describe('telephones', () => {
  it('drops blanks, hyphens, full-width digits and the country prefix from mobiles; any 1[3-9] number is kept', () => {
    for (const text of [
      '13800138000',
      '138 0013 8000',
      '138-0013-8000',
      '+8613800138000',
      '+86 138 0013 8000',
      '008613800138000',
      '8613800138000',
      '0086-138-0013-8000',
      '１３８００１３８０００',
      '(+86)13800138000',
    ]) {
      expect(normalize('mobile', text), text).toBe('13800138000');
    }
    expect(normalize('mobile', '15400000000')).toBe('15400000000');
    expect(codes('mobile', '15400000000')).toEqual(['segment-unknown']);
    for (const text of ['12345678901', '1380013800', '138001380000', '', 'abc'])
      expect(normalize('mobile', text)).toBeNull();
  });

  it('keeps area code, number and extension of fixed telephones apart', () => {
    expect(normalize('landline', '(0571)8765 4321')).toBe('0571-87654321');
    expect(normalize('landline', '+86-21-62345678')).toBe('021-62345678');
    expect(normalize('landline', '0755-26543210转802')).toBe('0755-26543210-802');
    expect(normalize('landline', '400-820-8820')).toBe('4008208820');
    expect(validate('landline', '010-6234567').valid).toBe(false);
    expect(validate('landline', '0571-12345678').valid).toBe(false);
  });
});

describe('organisations, cards, documents', () => {
  it('reports the inner organisation code of a credit code without deciding by it', () => {
    expect(codes('uscc', '91310115MA1K3BTP2B')).not.toContain('inner-check-failed');
    const body = '91310115MA1K3BTP9';
    expect(codes('uscc', body + mod31Check(body))).toContain('inner-check-failed');
    expect(normalize('uscc', '9131 0115 ma1k 3btp 2b')).toBe('91310115MA1K3BTP2B');
  });

  it('knows issuers by their BIN and says when a BIN is not covered', () => {
    const body = '622202751234567890';
    const card = body + luhnCheck(body);
    expect(validate('bank-card', card)).toMatchObject({
      valid: true,
      findings: [{ code: 'issuer', detail: '中国工商银行' }],
    });
    expect(cardIssuer('4111111111111111')).toBeNull();
    expect(codes('bank-card', '4111111111111111')).toEqual(['issuer-unknown']);
    expect(validate('bank-card', '1234567890123452').reason).toBe('prefix');
    expect(normalize('bank-card', '4111 1111-1111 1111')).toBe('4111111111111111');
  });

  it('reads permits, Hong Kong and Taiwan cards, officer IDs and IMEIs', () => {
    expect(normalize('hk-id', 'p174468 6')).toBe('P174468(6)');
    expect(validate('tw-id', 'A123456789').valid).toBe(true);
    expect(validate('hk-macao-permit', 'H1234567801').valid).toBe(true);
    expect(normalize('officer-id', '军字第 2001988号')).toBe('军字第2001988号');
    expect(normalize('officer-id', '军字第2001988')).toBe('军字第2001988号');
    // 3GPP TS 23.003: the example of many test suites.
    expect(validate('imei', '490154203237518').valid).toBe(true);
    expect(validate('imei', '490154203237519').reason).toBe('check-digit');
    const body = '94120019900307123';
    expect(validate('foreigner-id', body + mod11Check(body)).valid).toBe(true);
    expect(validate('resident-id', body + mod11Check(body)).valid).toBe(false);
  });

  it('reads plates with dots and blanks, new-energy and special ones', () => {
    expect(normalize('plate', '浙A·12345')).toBe('浙A12345');
    expect(codes('plate', '浙AD12345')).toEqual(['new-energy']);
    for (const text of ['粤Z1234港', '京A0006警', '川A1234学', '浙D1234挂', '使014578'])
      expect(validate('plate', text).valid, text).toBe(true);
    for (const text of ['浙I12345', '国A12345', '浙A1234', '浙A1234567'])
      expect(validate('plate', text).valid, text).toBe(false);
  });
});

describe('network and places', () => {
  it('normalises addresses of machines', () => {
    // RFC 5952, section 4 and 1.
    expect(normalize('ip', '2001:0DB8:0000:0000:0000:0000:0002:0001')).toBe('2001:db8::2:1');
    expect(normalize('ip', '2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1');
    expect(normalize('ip', '::ffff:192.0.2.1')).toBe('::ffff:c000:201');
    expect(validate('ip', '256.1.1.1').valid).toBe(false);
    expect(normalize('mac', '001A.2B3C.4D5E')).toBe('00:1a:2b:3c:4d:5e');
    expect(normalize('mac', '0571-85109321')).toBeNull();
    expect(normalize('email', ' Zhang.San@Example.COM ')).toBe('zhang.san@example.com');
    expect(validate('email', 'a@b').valid).toBe(false);
  });

  it('takes addresses apart down to the house', () => {
    expect(parseAddress('浙江省杭州市西湖区文三路123号5幢2单元301室')).toEqual({
      province: '浙江省',
      city: '杭州市',
      county: '西湖区',
      township: null,
      village: null,
      road: '文三路',
      number: '123号',
      rest: '5幢2单元301室',
      code: '330106',
    });
    expect(parseAddress('上海市浦东新区张江镇科苑路88号')).toMatchObject({
      county: '浦东新区',
      township: '张江镇',
      code: '310115',
    });
    // There is a 朝阳区 in two cities: no code is guessed.
    expect(parseAddress('朝阳区建国路8号')).toMatchObject({ county: '朝阳区', code: null });
    expect(parseAddress('河北省保定市清苑县张登镇王庄村3组')).toMatchObject({
      county: '清苑县',
      township: '张登镇',
      village: '王庄村3组',
    });
  });

  it('knows codes by year and says where the editions end', () => {
    expect(regionAt('110103', 2005)).toMatchObject({ county: '崇文区', status: 'in-force' });
    expect(regionAt('110103', 2015).status).toBe('not-in-force');
    expect(regionAt('110105', 1950).status).toBe('outside-editions');
    expect(regionAt('330113', 2021).status).toBe('outside-editions');
    expect(regionEntries()).toHaveLength(regionTableInfo.rows);
    expect(binTableInfo.rows).toBeGreaterThan(1000);
    expect(surnameTableInfo.single).toBeGreaterThan(400);
  });
});

describe('names and dates', () => {
  it('finds surnames, compound ones first', () => {
    expect(surnameOf('欧阳娜娜')).toBe('欧阳');
    expect(surnameOf('王小明')).toBe('王');
    expect(surnameOf('爱新觉罗溥仪')).toBe('爱新觉罗');
    expect(surnameOf('的确')).toBeNull();
    expect(normalize('person-name', '王　 伟')).toBe('王伟');
    expect(normalize('person-name', '阿依古丽•买买提')).toBe('阿依古丽·买买提');
    expect(normalize('person-name', ' John  smith ')).toBe('JOHN SMITH');
    expect(normalize('person-name', '张3')).toBeNull();
  });

  it('reads dates in Chinese and Western forms and refuses days that are none', () => {
    const day = { year: 2024, month: 3, day: 7 };
    for (const text of [
      '2024-03-07',
      '2024/3/7',
      '2024.3.7',
      '20240307',
      '2024年3月7日',
      '二〇二四年三月七日',
      '２０２４年３月７日',
      'Mar 7, 2024',
      '7 March 2024',
      '2024-03-07T08:15:00Z',
      '20240307081500',
    ]) {
      expect(parseCalendarDate(text), text).toEqual(day);
    }
    expect(parseCalendarDate('2023-02-29')).toBeNull();
    expect(parseCalendarDate('13/13/2024')).toBeNull();
    expect(parseCalendarDate('二〇二四年十二月三十一日')).toEqual({ year: 2024, month: 12, day: 31 });
    expect(codes('date', '农历甲辰年正月初八')).toEqual(['lunar-not-converted']);
    expect(isCalendarDate(1900, 2, 29)).toBe(false);
    expect(isCalendarDate(2000, 2, 29)).toBe(true);
  });
});

describe('keys over several columns', () => {
  it('normalises each part and keeps tuples apart', () => {
    expect(normalizeKey(['person-name', 'mobile'], ['王 伟', '+86 138 0013 8000'])).toBe('2:王伟11:13800138000');
    expect(normalizeKey([null, null], ['ab', 'c'])).not.toBe(normalizeKey([null, null], ['a', 'bc']));
    expect(normalizeKey(['mobile'], ['no'])).toBeNull();
    expect(normalizeKey(['mobile'], [null])).toBeNull();
  });
});

describe('detect', () => {
  it('puts the likeliest kind first', () => {
    expect(detect('11010519491231002X')[0]?.kind).toBe('resident-id');
    expect(detect('13800138000')[0]?.kind).toBe('mobile');
    expect(detect('91310115MA1K3BTP2B')[0]?.kind).toBe('uscc');
    expect(detect('浙江省杭州市西湖区文三路123号')[0]?.kind).toBe('address');
    expect(detect(new TextEncoder().encode('a@example.com'))[0]?.kind).toBe('email');
    expect(detect('欧阳娜娜')[0]?.kind).toBe('person-name');
    expect(detect('')).toEqual([]);
  });
});
