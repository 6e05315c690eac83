/**
 * Ladders of data grades as versioned data: the national one and a local one with four levels.
 *
 * Sources of the steps: GB/T 43697-2024 (general, important, core data); DB33/T 2351-2021 (Zhejiang, public data, L1 to L4). Which kind of column stands on
 * which step is this library's default, dated below, for the owner of the data to confirm: important and core data are named by
 * catalogues of the authorities, not by the look of a column.
 * @module
 */
import type { ColumnKind } from '../../identifiers/index.js';

/** What a column is to a person or an organisation. */
export type ColumnClass = 'direct-identifier' | 'quasi-identifier' | 'sensitive' | 'business-confidential' | 'other';

/** Steps of protection, lowest first, and the default step of a column. */
export interface GradeLadder {
  readonly name: string;
  /** Version of this data file, a date. */
  readonly version: string;
  readonly source: string;
  readonly steps: readonly { readonly grade: string; readonly en: string; readonly zh: string }[];
  readonly byClass: Readonly<Record<ColumnClass, string>>;
  /** Exceptions by kind. */
  readonly byKind: Partial<Readonly<Record<ColumnKind, string>>>;
  /** Exceptions by topic of the header dictionary (health, finance, credentials, ...). */
  readonly byTopic: Readonly<Record<string, string>>;
}

/** The ladders that come with the library. */
export const gradeLadders: Readonly<Record<'national' | 'local', GradeLadder>> = {
  national: {
    name: 'national',
    version: '2024-10-01',
    source: 'GB/T 43697-2024 数据安全技术 数据分类分级规则',
    steps: [
      { grade: 'general', en: 'general data', zh: '一般数据' },
      { grade: 'important', en: 'important data', zh: '重要数据' },
      { grade: 'core', en: 'core data', zh: '核心数据' },
    ],
    byClass: {
      'direct-identifier': 'general',
      'quasi-identifier': 'general',
      sensitive: 'general',
      'business-confidential': 'general',
      other: 'general',
    },
    byKind: {},
    byTopic: {},
  },
  local: {
    name: 'local',
    version: '2021-07-05',
    source: 'DB33/T 2351-2021 数字化改革 公共数据分类分级指南 (steps); assignment: default of this library',
    steps: [
      { grade: 'L1', en: 'not sensitive', zh: '不敏感数据' },
      { grade: 'L2', en: 'slightly sensitive', zh: '低敏感数据' },
      { grade: 'L3', en: 'fairly sensitive', zh: '较敏感数据' },
      { grade: 'L4', en: 'sensitive', zh: '敏感数据' },
    ],
    byClass: {
      'direct-identifier': 'L3',
      'quasi-identifier': 'L2',
      sensitive: 'L3',
      'business-confidential': 'L3',
      other: 'L1',
    },
    byKind: { 'resident-id': 'L4', 'bank-card': 'L4', passport: 'L4', permit: 'L4', uscc: 'L2', coordinate: 'L3' },
    byTopic: { health: 'L4', credentials: 'L4', biometrics: 'L4', crime: 'L4', religion: 'L4', finance: 'L3' },
  },
};

/** Grade of a column on a ladder: by topic, then by kind, then by class. */
export function gradeOf(ladder: GradeLadder, kind: ColumnKind, columnClass: ColumnClass, topic: string | null): string {
  if (topic !== null && ladder.byTopic[topic] !== undefined) return ladder.byTopic[topic];
  // Region codes, dates and the like take the grade of their class.
  return (columnClass === 'other' ? undefined : ladder.byKind[kind]) ?? ladder.byClass[columnClass];
}
