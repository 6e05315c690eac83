/**
 * `scrim init`: looks at a data set and proposes a policy with comments, on the safe side, that parses and runs as it stands.
 *
 * The proposal is tried on the first rows before it is printed: a rule that cannot be carried out becomes `drop`. What only
 * people know (who, purpose, approval) is marked TO-BE-FILLED, and the approval ends today.
 * @module
 */
import { basename } from 'node:path';
import { type Bilingual, isScrimError, ScrimError, visibleText } from '../../core/index.js';
import type { Classification, ColumnClassification } from '../../masking/index.js';
import type { Table } from '../../table/index.js';
import { numberIn, type ScrimCommand } from '../command-line.js';
import { type ReadOptions, readData, readFlags } from '../data.js';
import type { Session } from '../session.js';

interface InitFlags extends ReadOptions {
  readonly output?: string;
  readonly k?: number;
  readonly linkable?: boolean;
}

/** Generalised columns: with more, hardly any detail survives k-anonymity. */
const MOST_GENERALISED = 8;
/** Rows on which the proposal is tried. */
const TRIED = 2000;

interface Proposal {
  readonly column: ColumnClassification;
  rule: ColumnClassification['proposedRule'];
  note: Bilingual | null;
}

function proposals(classification: Classification, linkable: boolean): Proposal[] {
  let generalised = 0;
  return classification.columns.map((column): Proposal => {
    const { proposedRule: rule } = column;
    const mask = typeof rule === 'string' ? rule : rule.mask;
    if (mask === 'token' && !linkable) {
      return {
        column,
        rule: 'drop',
        note: [
          `${JSON.stringify(rule)} keeps rows linkable; needs --keys`,
          `${JSON.stringify(rule)} 可保持关联，需要 --keys`,
        ],
      };
    }
    if (mask === 'generalize' && ++generalised > MOST_GENERALISED) {
      return {
        column,
        rule: 'drop',
        note: [
          `${JSON.stringify(rule)} is possible, but with more than ${MOST_GENERALISED} generalised columns little detail is left`,
          `亦可 ${JSON.stringify(rule)}，但泛化列超过 ${MOST_GENERALISED} 个时细节所剩无几`,
        ],
      };
    }
    return { column, rule, note: null };
  });
}

function policyText(
  session: Session,
  source: string,
  rows: number,
  person: string | null,
  given: readonly Proposal[],
  k: number,
): string {
  const say = (text: Bilingual): string => visibleText(session.text(text));
  const today = new Date().toISOString().slice(0, 10);
  const fill = 'TO-BE-FILLED';
  const quoted = (text: string): string => JSON.stringify(text.toString());
  const lines = [
    `# ${say(['Policy proposed by scrim init', 'scrim init 建议的策略'])}: ${visibleText(source)}, ${rows} ${say(['rows', '行'])}`,
    `# ${say(['Check every line. A column that is not named is dropped.', '请逐行核对。未列出的列一律丢弃。'])}`,
    'schema: scrim.policy/1',
    '',
    `# ${say(['Who does what, on whose approval. It holds today only, until you fill it in.', '谁、为何、经谁批准。填写之前仅当日有效。'])}`,
    'who:',
    `  tenant: ${fill}`,
    '  environment: test  # production | development | test',
    `  scenario: ${fill}`,
    `  purpose: ${fill}`,
    `  approval: { reference: ${fill}, by: ${fill}, on: ${quoted(today)}, expires: ${quoted(today)} }`,
    `  operator: ${fill}  # ${say(['real name', '实名'])}`,
    '',
    'sources:',
    `  - name: ${quoted(source)}`,
    '',
  ];
  if (person !== null) {
    lines.push(
      `# ${say(['The person: classes count persons, not rows.', '标识个人的列：等价类按人计数。'])}`,
      `person: ${quoted(person)}`,
      '',
    );
  }
  lines.push('columns:');
  for (const { column, rule, note } of given) {
    const { kind, confidence, grade } = column;
    lines.push(
      `  ${quoted(column.name)}:  # ${say([`looks like ${kind}`, `疑似 ${kind}`])} (${confidence.toFixed(2)})`,
      `    class: ${column.class}`,
      `    grade: ${quoted(grade)}`,
      `    rule: ${typeof rule === 'string' ? rule : JSON.stringify(rule)}`,
    );
    if (note !== null) lines.push(`    # ${say(note)}`);
  }
  lines.push('');
  const masks = given.map(({ rule }) => (typeof rule === 'string' ? rule : rule.mask));
  if (masks.includes('generalize')) {
    lines.push(
      `# ${say(['Recounted by other code before anything is written.', '写出之前由独立代码复核。'])}`,
      'models:',
      `  - { model: k-anonymity, k: ${k} }`,
    );
    const sensitive = given.find(({ column, rule }) => column.class === 'sensitive' && rule !== 'drop');
    if (sensitive !== undefined) {
      lines.push(`  # - { model: l-diversity, column: ${quoted(sensitive.column.name)}, l: 3 }`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Tries the proposal on the first rows; what fails becomes `drop`. Returns the text that ran. */
async function tried(
  session: Session,
  table: Table,
  source: string,
  classification: Classification,
  given: Proposal[],
  k: number,
): Promise<string> {
  const { parsePolicy, protect } = await import('../../policy/index.js');
  const { take } = await import('../../table/index.js');
  const { KeyRing } = await import('../../crypto/index.js');
  const rows = Math.min(TRIED, table.rows);
  const sample = take(
    table,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const small = Math.max(1, Math.min(k, Math.floor(rows / 2)));
  const ring = await KeyRing.create();
  try {
    for (let attempt = 0; attempt <= given.length; attempt++) {
      const text = policyText(session, source, table.rows, classification.person, given, k);
      try {
        const trial = policyText(session, source, table.rows, classification.person, given, small);
        protect(sample, parsePolicy(trial, 'init'), { keys: ring, signal: session.run.signal });
        return text;
      } catch (error) {
        if (!isScrimError(error) || error.code === 'SCRIM_CANCELLED') throw error;
        const named = given.find((one) => one.column.name === error.parameters.column && one.rule !== 'drop');
        // Without a column to blame, the last generalised one is given up.
        const last = given.findLast((one) => typeof one.rule !== 'string' && one.rule.mask === 'generalize');
        const blamed = named ?? last;
        if (blamed === undefined) throw error;
        blamed.note = [
          `${JSON.stringify(blamed.rule)} could not be carried out (${error.code})`,
          `${JSON.stringify(blamed.rule)} 无法执行（${error.code}）`,
        ];
        blamed.rule = 'drop';
      }
    }
    throw new ScrimError('SCRIM_INTERNAL', { check: 'init found no policy that runs' });
  } finally {
    ring.close();
  }
}

/** Adds `scrim init`. */
export function addInit(program: ScrimCommand): void {
  const command = program
    .sub('init', ['look at a data set, propose a policy with comments', '查看数据集并给出带注释的策略建议'])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .flag('-o, --output <file>', ['write the policy here; default: standard output', '策略写入该文件；缺省为标准输出'])
    .flag(
      '--k <n>',
      ['k of the proposed k-anonymity; default 20', '建议的 k-匿名参数；缺省 20'],
      numberIn('--k', 1, 1e9, 'integer'),
    )
    .flag('--linkable', ['keyed tokens for identifiers instead of dropping them', '标识符使用密钥令牌而非丢弃']);
  readFlags(command)
    .common(false)
    .examples('scrim init people.csv -o policy.yaml', 'scrim init 人口.csv --lang zh-CN > 策略.yaml')
    .does<InitFlags>(async (session, options, data) => {
      if (options.output !== undefined) await session.outputs.claim('--output', options.output);
      const { table } = await readData(session, '<data>', data as string, options);
      const { classifyTable } = await import('../../masking/index.js');
      const classification = classifyTable(table, options.header === false ? { headers: false } : {});
      const given = proposals(classification, options.linkable === true);
      const k = options.k ?? Math.max(1, Math.min(20, Math.floor(table.rows / 2)));
      const policy = await tried(session, table, basename(data as string), classification, given, k);
      if (options.output !== undefined) {
        session.outputs.write('--output', policy);
        session.say(
          session.text([
            `Policy in ${options.output}. Next: scrim protect --policy ${options.output} ${data} -o OUT`,
            `策略已写入 ${options.output}。下一步：scrim protect --policy ${options.output} ${data} -o 输出文件`,
          ]),
        );
      } else session.say(policy);
      session.json({ schema: 'scrim.init/1', policy, columns: classification.columns, person: classification.person });
      return 0;
    });
}
