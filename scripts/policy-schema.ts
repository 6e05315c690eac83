/**
 * Writes schemas/policy.schema.json from the zod schema (`npm run schemas`); a test keeps the two equal.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { policyJsonSchema } from '../src/policy/index.js';

mkdirSync('schemas', { recursive: true });
writeFileSync('schemas/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
