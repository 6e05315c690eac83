/**
 * `scrim/crypto`: the key ring, the suites `intl` and `gm`, keyed tokens, authenticated and format-preserving encryption.
 * @module
 */
export type { Backend, BlockCipher, CipherName, HashName, ScryptCost } from './backend.js';
export { backend, defaultBackend } from './backend.js';
export { equalBytes, fromHex, lengthPrefixed, utf8 } from './bytes.js';
export type { CmacTokensOptions } from './cmac-tokens.js';
export { cmacTokens } from './cmac-tokens.js';
export type { Ff1ColumnOptions, Ff1Options, Ff1Result } from './ff1-column.js';
export { FF1_MINIMUM, ff1Column, ff1Integers } from './ff1-column.js';
export type { HeldLock, LockOptions } from './file-lock.js';
export { lockFile, lockFileSync } from './file-lock.js';
export type { HkdfOptions } from './hkdf.js';
export { hkdf } from './hkdf.js';
export type { HmacTokenOptions } from './hmac-token.js';
export { hmacToken } from './hmac-token.js';
export type { HmacTokensOptions } from './hmac-tokens.js';
export { hmacTokens } from './hmac-tokens.js';
export type { KeyRingData, KeyStore, Protection, StoredRoot } from './key-file.js';
export type { KeyProvider, ProtectionOptions } from './key-provider.js';
export { fileProvider, memoryProvider } from './key-provider.js';
export type { CreateOptions, DestructionRecord, KeyRingInfo, OpenOptions, RootInfo, Scope } from './keyring.js';
export { KeyRing } from './keyring.js';
export type { DeriveOptions } from './scenario-keys.js';
export { ScenarioKeys } from './scenario-keys.js';
export type { KeyLabel, KeyLike } from './secret-key.js';
export { SecretKey } from './secret-key.js';
export { SHA256_IV, sha256CompressWords } from './sha256.js';
export type { SivColumnOptions, SivOpened } from './siv-column.js';
export { sivOpenColumn, sivSealColumn } from './siv-column.js';
export type { Sm2Agreement, Sm2Exchange, Sm2Options } from './sm2.js';
export { SM2_DEFAULT_ID, sm2Agree, sm2Generate, sm2Identity, sm2Public, sm2Sign, sm2Verify } from './sm2.js';
export { SM3_IV, sm3CompressWords } from './sm3.js';
export type { Agreement, KeyPairs, Signatures, Suite, SuiteName } from './suite.js';
export { suite } from './suite.js';
export type { ByteColumn, TokenForm } from './token-text.js';
export { tokenLength } from './token-text.js';
