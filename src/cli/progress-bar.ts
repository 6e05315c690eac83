/**
 * Progress on the error stream: one redrawn line with rate and remaining time, or one JSON line per event.
 *
 * Silent when the stream is not a terminal, unless JSON was asked for.
 * @module
 */
import { displayWidth, type Language, type Progress, type ProgressEvent, truncateText } from '../core/index.js';

/** Names of the steps in Chinese; a step that is not here is shown by its own name. */
const STAGES_ZH: Readonly<Record<string, string>> = {
  read: '读取',
  write: '写出',
  search: '搜索',
  apply: '应用',
  mask: '脱敏',
  attack: '攻击测试',
  classify: '分类',
  match: '列匹配',
  align: '行对齐',
  null: '零模型',
  risk: '风险',
  digest: '摘要',
  encode: '编码',
  verify: '核验',
  grid: '网格',
};

const UNITS_ZH: Readonly<Record<ProgressEvent['unit'], string>> = { rows: '行', bytes: '字节', steps: '步' };

const BAR = 24;

function amount(value: number, unit: ProgressEvent['unit'], language: Language): string {
  if (unit === 'bytes') return value < 1e6 ? `${Math.round(value / 1e3)} kB` : `${(value / 1e6).toFixed(1)} MB`;
  return `${value.toLocaleString('en-US')} ${language === 'zh-CN' ? UNITS_ZH[unit] : unit}`;
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** One line that fits `width` columns. */
export function progressLine(event: ProgressEvent, seconds: number, language: Language, width: number): string {
  const stage = language === 'zh-CN' ? (STAGES_ZH[event.stage] ?? event.stage) : event.stage;
  const parts = [stage];
  if (event.total !== null && event.total > 0) {
    const share = Math.min(1, event.done / event.total);
    const full = Math.round(share * BAR);
    parts.push(`${'█'.repeat(full)}${'░'.repeat(BAR - full)}`, `${String(Math.floor(share * 100)).padStart(3)}%`);
  }
  parts.push(amount(event.done, event.unit, language));
  if (seconds >= 1 && event.done > 0) {
    if (event.unit !== 'steps') parts.push(`${amount(Math.round(event.done / seconds), event.unit, language)}/s`);
    if (event.total !== null && event.done < event.total) {
      const left = duration(((event.total - event.done) / event.done) * seconds);
      parts.push(language === 'zh-CN' ? `剩余 ${left}` : `${left} left`);
    }
  }
  return truncateText(parts.join('  '), width);
}

/** Where and how progress is shown. */
export interface ProgressBarOptions {
  readonly write: (text: string) => void;
  readonly mode: 'bar' | 'json' | 'none';
  readonly language: Language;
  readonly width: number;
}

/** A {@link Progress} reporter with an end. */
export class ProgressBar {
  readonly #options: ProgressBarOptions;
  #stage = '';
  #started = 0;
  #drawn = 0;
  #visible = false;

  constructor(options: ProgressBarOptions) {
    this.#options = options;
  }

  /** Takes an event; draws at most ten times a second. */
  readonly report: Progress = (event) => {
    const { mode, write } = this.#options;
    if (mode === 'none') return;
    const now = performance.now();
    const fresh = event.stage !== this.#stage;
    if (fresh) {
      this.#stage = event.stage;
      this.#started = now;
    } else if (now - this.#drawn < 100 && event.done !== event.total) return;
    this.#drawn = now;
    if (mode === 'json') {
      const { stage, done, total, unit } = event;
      write(`${JSON.stringify({ event: 'progress', stage, done, total, unit })}\n`);
      return;
    }
    const line = progressLine(event, (now - this.#started) / 1000, this.#options.language, this.#options.width - 1);
    write(`\r${line}${' '.repeat(Math.max(0, this.#options.width - 1 - displayWidth(line)))}`);
    this.#visible = true;
  };

  /** Wipes the line, so that messages start at the left edge. */
  clear(): void {
    if (!this.#visible) return;
    this.#options.write(`\r${' '.repeat(Math.max(0, this.#options.width - 1))}\r`);
    this.#visible = false;
  }
}
