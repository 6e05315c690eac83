/**
 * Classification: kind, class, grade and proposed rule of every column.
 * @module
 */
export type { Classification, ClassifyOptions, ColumnClassification } from './classify.js';
export { classifyTable } from './classify.js';
export type { Evidence } from './decide.js';
export type { HeaderMeaning } from './headers.js';
export { readHeader } from './headers.js';
export type { ColumnClass, GradeLadder } from './ladders.js';
export { gradeLadders } from './ladders.js';
export type { ProposedRule } from './rules.js';
