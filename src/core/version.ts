/**
 * The version of Scrim, as written into records and reports; a test keeps it equal to package.json.
 * @module
 */

/** Semantic version of this package. */
export const version: string = '0.1.0';
