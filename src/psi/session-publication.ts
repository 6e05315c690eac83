/**
 * Which publication a session of protocol OPRF uses: what each side holds, what it announces, and whether they fit.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Agreement, receiverOf, type Side } from './agreement.js';
import { type AnnouncedPublication, type Greeting, publicationOfPeer } from './greeting.js';
import type { SessionPublication } from './protocol.js';
import { checkFits, checkFresh, type PublicationSecret, type PublishedTable, publicationError } from './publication.js';

/** What a side holds of a publication; neither = one is made in the session, by the side that has the items. */
export interface PublicationChoice {
  /** Protocol OPRF, publishing side: what was published before. Default: one is made for the session from the items. */
  readonly publication?: {
    readonly secret: PublicationSecret;
    /** Records, for a querying side that has no table. */
    readonly records?: Uint8Array;
    /** Notes evaluations before they are made. @throws SCRIM_PSI_PUBLICATION when they are used up */
    readonly allow?: (count: number) => void;
  };
  /** Protocol OPRF, querying side: the table that was published. Default: the other side sends it. */
  readonly table?: PublishedTable;
}

type Choice = PublicationChoice & { readonly agreement: Agreement; readonly side: Side };

/** @throws SCRIM_ARGUMENT, SCRIM_PSI_DISAGREE, SCRIM_PSI_PUBLICATION when it does not fit side, agreement or date */
export function checkPublication({ agreement: agreed, side, publication, table }: Choice, items: number): void {
  const wrong = (name: string, problem: string): never => {
    throw new ScrimError('SCRIM_ARGUMENT', { name, problem });
  };
  for (const [name, given, asks] of [
    ['publication', publication?.secret.header, false],
    ['table', table?.header, true],
  ] as const) {
    if (given === undefined) continue;
    if (agreed.protocol !== 'oprf') wrong(name, 'it is for protocol oprf');
    if ((receiverOf(agreed) === side) !== asks) wrong(name, 'it belongs to the other side');
    checkFits(given, agreed);
    checkFresh(given);
  }
  if (publication !== undefined && items > 0) wrong('items', 'a publication stands for them');
}

/** What the greeting says of it. */
export function announcedPublication({ publication, table }: PublicationChoice): AnnouncedPublication | null {
  if (publication !== undefined) {
    const { digest, header } = publication.secret;
    return { digest, header, carried: publication.records !== undefined };
  }
  return table === undefined ? null : { digest: table.digest };
}

/** The publication of the session, or null where one is to be made in it. @throws SCRIM_PSI_DISAGREE, SCRIM_PSI_PUBLICATION */
export function sessionPublication(choice: Choice, peer: Greeting): SessionPublication | null {
  const { agreement: agreed, side, publication, table } = choice;
  if (agreed.protocol !== 'oprf') return null;
  if (receiverOf(agreed) === side) {
    const found = publicationOfPeer(peer, agreed, table?.digest ?? null);
    return found === null ? null : { ...found, ...(table === undefined ? {} : { table }) };
  }
  const asked = peer.publication?.digest;
  if (asked !== undefined && asked !== publication?.secret.digest) {
    throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
  }
  if (publication === undefined) return null;
  const { secret, records, allow } = publication;
  if (asked === undefined && records === undefined) {
    throw publicationError('the other side has no table and the records are not at hand');
  }
  return {
    header: secret.header,
    digest: secret.digest,
    transfers: asked === undefined,
    secret: { header: secret.header, key: secret.key, records: records ?? null },
    ...(allow === undefined ? {} : { allow }),
  };
}
