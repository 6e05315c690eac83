/**
 * `scrim anonymize`: generalise quasi-identifiers until the criteria hold, at the least loss.
 *
 * A step run by flags stays inside the domain: only quasi-identifiers and `--sensitive` are written, and the record says `policy: none`.
 * @module
 */
import { basename } from 'node:path';
import type { AnonymizeOptions, Certificate, Recipe } from '../../anonymity/index.js';
import { type Artifact, type ExitCode, type OperationRecord, ScrimError } from '../../core/index.js';
import type { Table } from '../../table/index.js';
import type { ScrimCommand } from '../command-line.js';
import { readData, readFlags, writeData } from '../data.js';
import { readInputJson } from '../input-file.js';
import { noteFlags, operationNote, scopeFlags } from '../operation-note.js';
import type { Session } from '../session.js';
import { textTable } from '../terminal.js';
import { type AnonymizeFlags, anonymizeFlags, COMMAND, optionsFor } from './anonymize-options.js';

/** A JSON file. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CLI_INPUT */
function readJson(path: string, expected: string): { readonly schema?: unknown } {
  const value = readInputJson(path, expected);
  const { schema } = (typeof value === 'object' && value !== null ? value : {}) as { schema?: unknown };
  if (schema !== expected) throw new ScrimError('SCRIM_CLI_INPUT', { path, expected, reason: 'schema' });
  return value as { readonly schema?: unknown };
}

/** Recounts a certificate instead of searching. Exit 4 by the error when it does not hold. */
async function verifyFile(session: Session, path: string, table: Table, options: AnonymizeOptions): Promise<ExitCode> {
  const { verifyCertificate } = await import('../../anonymity/index.js');
  const certificate = readJson(path, 'scrim.certificate/1') as Certificate;
  const verified = verifyCertificate(table, options, certificate);
  session.json({ schema: 'scrim.certificate-check/1', valid: true, ...verified });
  session.say(
    session.text([
      `the certificate holds: ${certificate.metric} ${verified.value} is the minimum over ${verified.latticeNodes} nodes (${verified.recounted} recounted)`,
      `证书成立：${certificate.metric} ${verified.value} 为 ${verified.latticeNodes} 个节点中的最小值（重新计数 ${verified.recounted} 个）`,
    ]),
  );
  return 0;
}

/** Applies a recipe instead of searching. */
async function applyFile(
  session: Session,
  given: AnonymizeFlags,
  table: Table,
  artifact: Artifact,
  note: (record: OperationRecord) => Promise<void>,
): Promise<ExitCode> {
  const { applyRecipe } = await import('../../anonymity/index.js');
  const recipe = readJson(given.apply as string, 'scrim.recipe/1') as Recipe;
  const released =
    given.released === undefined ? undefined : (await readData(session, '--released', given.released, given)).table;
  const { table: output, leakage, ...counts } = applyRecipe(table, recipe, released === undefined ? {} : { released });
  const target = given.output;
  if (target !== undefined) {
    const file = await session.outputs.claim('--output', target);
    const sha256 = await writeData(session, output, file);
    const { version } = await import('../../core/index.js');
    const record: OperationRecord = {
      schema: 'scrim.record/1',
      operation: 'anonymize-recipe',
      tool: { name: 'scrim', version },
      time: new Date().toISOString(),
      parameters: {
        criteria: recipe.criteria.map(({ name, parameters }) => ({ name, parameters })),
        columns: recipe.columns.map(({ name, level }) => ({ name, level })),
      },
      inputs: [artifact],
      outputs: [{ name: basename(target), sha256, rows: output.rows, columns: output.names }],
      counts: {
        rowsRead: table.rows,
        rowsWritten: output.rows,
        rowsSuppressed: counts.suppressedRows,
        rowsUnknown: counts.unknownRows,
      },
      warnings: [],
      columns: leakage,
      policy: 'none',
      unsafe: [],
    };
    await note(record);
    session.outputs.write('--output (record)', `${JSON.stringify(record, null, 2)}\n`);
  }
  session.json({ schema: 'scrim.anonymize-recipe/1', rows: table.rows, rowsWritten: output.rows, ...counts });
  session.say(
    session.text([
      `${output.rows} of ${table.rows} rows released; ${counts.suppressedRows} suppressed, ${counts.unknownRows} with unknown values; ${counts.releasedAtRisk} rows released before break a criterion now`,
      `发布 ${output.rows} / ${table.rows} 行；抑制 ${counts.suppressedRows} 行，未知取值 ${counts.unknownRows} 行；此前已发布的 ${counts.releasedAtRisk} 行现不满足准则`,
    ]),
  );
  // What is out already cannot be taken back: a person has to look at it.
  return counts.releasedAtRisk > 0 ? 3 : 0;
}

/** Adds `scrim anonymize`. */
export function addAnonymize(program: ScrimCommand): void {
  noteFlags(scopeFlags(readFlags(anonymizeFlags(program))))
    .common(false)
    .examples(
      "scrim anonymize adult.csv --qi age,sex,race --hierarchies 'h/adult_hierarchy_{column}.csv' --k 5 --suppression 0.02 -o out.csv",
      'scrim anonymize adult.csv --qi age,sex --k 5 --l 3 --sensitive occupation --recoding local --json -',
      'scrim anonymize adult.csv --policy policy.yaml --recipe recipe.json --certificate proof.json',
    )
    .does<AnonymizeFlags>(async (session, given, data) => {
      const target = given.output;
      for (const [option, file] of Object.entries({
        '--policy': given.policy,
        '--apply': given.apply,
        '--verify': given.verify,
        '--released': given.released,
      })) {
        if (file !== undefined) session.outputs.input(option, file);
      }
      if (target !== undefined) await session.outputs.claim('--output (record)', `${target}.record.json`);
      else if (given.ledger !== undefined) {
        throw new ScrimError('SCRIM_CLI_MISSING', { command: `${COMMAND} --ledger`, what: '--output' });
      }
      const note = await operationNote(session, 'anonymize', given);
      if (given.apply !== undefined) {
        const { table, artifact } = await readData(session, '<data>', data as string, given);
        return applyFile(session, given, table, artifact, note);
      }
      const file = target === undefined ? undefined : await session.outputs.claim('--output', target);
      if (given.recipe !== undefined) await session.outputs.claim('--recipe', given.recipe);
      if (given.certificate !== undefined) await session.outputs.claim('--certificate', given.certificate);
      const { table, artifact } = await readData(session, '<data>', data as string, given);
      const load = process.cpuUsage();
      const { anonymize, recipeOf } = await import('../../anonymity/index.js');
      const options = await optionsFor(table, given);
      if (given.verify !== undefined) return verifyFile(session, given.verify, table, options);
      let done: OperationRecord | undefined;
      const { table: output, record, solution } = anonymize(table, { ...options, ...session.run });
      if (target !== undefined && file !== undefined) {
        const sha256 = await writeData(session, output, file);
        done = {
          ...record,
          inputs: [artifact],
          outputs: [{ name: basename(target), sha256, rows: output.rows, columns: output.names }],
        };
        session.outputs.write('--output (record)', `${JSON.stringify(done, null, 2)}\n`);
      }
      if (given.recipe !== undefined) {
        const { keepOrSuppress } = await import('../../anonymity/index.js');
        const { encode } = await import('../../table/index.js');
        const own = Object.fromEntries(
          options.quasiIdentifiers.map((name) => [
            name,
            options.hierarchies?.[name] ?? keepOrSuppress(encode(table, name).dictionary.strings(), name),
          ]),
        );
        const recipe = recipeOf(solution, own, options.person === undefined ? {} : { person: options.person });
        session.outputs.write('--recipe', `${JSON.stringify(recipe, null, 2)}\n`);
      }
      if (given.certificate !== undefined) {
        if (solution.certificate === null) {
          throw new ScrimError('SCRIM_CERTIFICATE_INVALID', { problem: 'there is none: the search was not complete' });
        }
        session.outputs.write('--certificate', `${JSON.stringify(solution.certificate)}\n`);
      }
      if (done !== undefined) await note(done);
      const { kept: _kept, cpuMilliseconds, ...rest } = solution;
      session.json({
        schema: 'scrim.anonymize/1',
        ...rest,
        cpuMilliseconds: { ...cpuMilliseconds, load: Math.round((load.user + load.system) / 1000) },
      });
      const rows = Object.entries(solution.levels).map(([column, level]) => [column, String(level)]);
      session.say(
        textTable([session.text(['column', '列']), session.text(['level', '层级'])], rows, ['left', 'right']),
      );
      const { metric, suppressedRows, optimal } = solution;
      session.say(
        session.text([
          `${metric.name} ${metric.value}${optimal ? ' (proven minimum)' : ''}, ${suppressedRows} of ${solution.rows} rows suppressed`,
          `${metric.name} ${metric.value}${optimal ? '（已证最小）' : ''}，抑制 ${suppressedRows} / ${solution.rows} 行`,
        ]),
      );
      return 0;
    });
}
