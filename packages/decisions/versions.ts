import { type Acting, canonical, isProblem, type Problem } from '@ledger/kernel';
import { type Claim, judge, type Kind, recording } from './authority.ts';
import { checkInterval, type Interval, isCovered } from './interval.ts';
import { firstProblem, refuse } from './produce.ts';
import { asked, type Decision, noted, type RequestEvent, type Requests, settled } from './requests.ts';

/** What a proposed version of a definition says, of whatever is defined. */
interface Proposal {
  readonly version: number;
  readonly document: object;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

/** Approved versions and retirements in the order in which they were decided: for any day, the newest that holds it applies. */
interface Layer extends Interval {
  /** `null`: retired. */
  readonly document: object | null;
}

/** Versions of one definition. */
export interface Versions<P extends Proposal> {
  readonly events: number;
  readonly lastVersion: number;
  readonly requests: Requests<P>;
  readonly layers: readonly Layer[];
}

export const NO_VERSIONS = { events: 0, lastVersion: 0, requests: [], layers: [] } as const;

export function withProposed<P extends Proposal>(versions: Versions<P>, proposal: P): Versions<P> {
  const events = versions.events + 1;
  const lastVersion = Math.max(versions.lastVersion, proposal.version);
  return {
    ...versions,
    events,
    lastVersion,
    requests: asked(versions.requests, String(proposal.version), proposal, events),
  };
}

export function withApproved<P extends Proposal>(versions: Versions<P>, proposal: Proposal): Versions<P> {
  const layer = { document: proposal.document, from: proposal.effectiveFrom, to: proposal.effectiveTo };
  return {
    ...versions,
    events: versions.events + 1,
    requests: settled(versions.requests, String(proposal.version), 'approved'),
    layers: [...versions.layers, layer],
  };
}

export function withDeclined<P extends Proposal>(versions: Versions<P>, version: number): Versions<P> {
  const requests = settled(versions.requests, String(version), 'declined');
  return { ...versions, events: versions.events + 1, requests };
}

export function withStep<P extends Proposal>(versions: Versions<P>, step: RequestEvent): Versions<P> {
  return { ...versions, events: versions.events + 1, requests: noted(versions.requests, step) };
}

export function withRetired<P extends Proposal>(versions: Versions<P>, from: string): Versions<P> {
  return { ...versions, events: versions.events + 1, layers: [...versions.layers, { document: null, from, to: null }] };
}

/**
 * Whether exactly this is waiting already, or in force for at least a day. A version that later ones cover whole may be proposed
 * again: that is how one goes back to it.
 */
export function isKnown<P extends Proposal>({ requests, layers }: Versions<P>, proposal: Proposal): boolean {
  const document = canonical(proposal.document);
  const waiting = requests.some(
    ({ outcome, data }) =>
      outcome === 'waiting' &&
      data.effectiveFrom === proposal.effectiveFrom &&
      data.effectiveTo === proposal.effectiveTo &&
      canonical(data.document) === document,
  );
  return (
    waiting ||
    layers.some(
      (layer, index) =>
        layer.document !== null &&
        layer.from === proposal.effectiveFrom &&
        layer.to === proposal.effectiveTo &&
        canonical(layer.document) === document &&
        !isCovered(layer, layers.slice(index + 1)),
    )
  );
}

/** What a proposal says, whatever it proposes: the document names what is defined. */
export interface Proposing<Document extends object> {
  readonly document: Document;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}

interface Numbered<Document extends object> extends Proposing<Document> {
  readonly version: number;
  readonly evidence: string[];
  readonly requestedBy: string;
}

/** Proposes the next version; nothing where exactly this is known. `proposed`: its event. */
export function propose<P extends Proposal, E extends { readonly data: P }>(
  { kind, versions, actor }: { readonly kind: Kind; readonly versions: Versions<P>; readonly actor: Acting },
  { document, effectiveFrom, effectiveTo, reason, evidence }: Proposing<P['document']>,
  proposed: (terms: Numbered<P['document']>) => E | Problem,
): readonly E[] | Problem {
  const refused = judge({ kind, step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const terms = { document, effectiveFrom, effectiveTo, reason, evidence: [...evidence] };
  const made = proposed({ ...terms, version: versions.lastVersion + 1, requestedBy: actor.id });
  if (isProblem(made)) return made;
  const wrong = checkProposal(made.data, canonical(document));
  if (wrong !== undefined) return wrong;
  return isKnown(versions, made.data) ? [] : [made];
}

/** What is wrong with a proposal, whatever it proposes; `text`: all that it carries, as canonical JSON. */
export function checkProposal({ effectiveFrom: from, effectiveTo: to }: Proposal, text: string): Problem | undefined {
  return firstProblem(
    () => checkInterval({ from, to }, '/effectiveTo'),
    () => checkLength(text),
  );
}

/** The version that a decision is about. */
export function matter<P extends Proposal, D extends Decision & { readonly version: number }>(
  kind: Kind,
  fullName: string,
  { decision, requests, actor }: { readonly decision: D; readonly requests: Requests<P>; readonly actor: Acting },
) {
  return { kind, requests, name: String(decision.version), fullName, decision, actor } as const;
}

/** What ends a definition. */
export interface Retiring {
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly beneficiaries: readonly string[];
}

/** Retires what is defined: no request, since it is a checker's own decision. `unknown`: why there is nothing to retire. */
export function retire<P extends Proposal, E extends { readonly data: { readonly effectiveFrom: string } }>(
  claim: Pick<Claim, 'kind' | 'actor' | 'beneficiaries'>,
  versions: Versions<P>,
  { retired, unknown }: { readonly retired: E | Problem; readonly unknown: () => Problem },
): readonly E[] | Problem {
  return recording(claim, () => {
    if (isProblem(retired)) return retired;
    if (versions.layers.length === 0) return unknown();
    return isRetiredFrom(versions, retired.data.effectiveFrom) ? [] : [retired];
  });
}

/** Whether the newest word is that it is retired from this day on. */
function isRetiredFrom<P extends Proposal>({ layers }: Versions<P>, from: string): boolean {
  const last = layers.at(-1);
  return last?.document === null && last.from === from;
}

/** An event must fit into one append (kernel, LIMITS) with room to spare; in bytes of canonical JSON. */
const LONGEST_DOCUMENT = 250_000;

function checkLength(document: string): Problem | undefined {
  const bytes = Buffer.byteLength(document);
  if (bytes <= LONGEST_DOCUMENT) return undefined;
  const message = `The document is ${bytes} bytes long, more than ${LONGEST_DOCUMENT}; split it into several.`;
  return refuse('document_too_large', message, '/document');
}
