/**
 * The header dictionary: Chinese, pinyin, English and other languages; what says nothing says nothing.
 */
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../src/masking/index.js';

describe('readHeader', () => {
  it('finds kinds of identifier by whole names and by the end of compounds', () => {
    const kinds: Record<string, string> = {
      身份证号: 'resident-id',
      '身份证号（脱敏）': 'resident-id',
      user_id_card_no: 'resident-id',
      sfzh: 'resident-id',
      学生家长手机号: 'mobile',
      contactPhone: 'mobile',
      统一社会信用代码: 'uscc',
      patient_name: 'person-name',
      home_address: 'address',
      Geburtsdatum: 'date',
      メールアドレス: 'email',
      就诊日期: 'date',
      client_ip: 'ip',
    };
    for (const [header, kind] of Object.entries(kinds)) expect(readHeader(header).identifier, header).toBe(kind);
  });

  it('finds topics and their classes', () => {
    const topics: Record<string, [string, string]> = {
      出院诊断: ['sensitive', 'health'],
      年收入: ['sensitive', 'finance'],
      登录密码: ['sensitive', 'credentials'],
      gender: ['quasi-identifier', 'demography'],
      文化程度: ['quasi-identifier', 'demography'],
      合同金额: ['business-confidential', 'business'],
      疾病类型: ['sensitive', 'health'],
    };
    for (const [header, [columnClass, topic]] of Object.entries(topics)) {
      expect(readHeader(header), header).toMatchObject({ columnClass, topic });
    }
  });

  it('tells codes, remarks and types by their words, and does not stumble over product_name, estate or household_id', () => {
    expect(readHeader('订单编号').kind).toBe('identifier');
    expect(readHeader('household_id').kind).toBe('identifier');
    expect(readHeader('备注').kind).toBe('text');
    expect(readHeader('order_status').kind).toBe('category');
    expect(readHeader('estate').strength).toBe(0);
    expect(readHeader('product_name').identifier).toBeNull();
    for (const header of ['', 'c1', 'field_3', 'x', '列1', 'V12']) expect(readHeader(header).strength, header).toBe(0);
  });
});
