import { requestName, streamOf } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import { APPROVALS } from './approvals.ts';
import { refuse, shown } from './produce.ts';

/** A request that can be decided, as people name it; see REQUESTS. */
export type RequestName =
  | { readonly kind: 'metric'; readonly stream: string; readonly metric: string; readonly version: number }
  | { readonly kind: 'plan'; readonly stream: string; readonly plan: string; readonly version: number }
  | { readonly kind: 'jurisdiction'; readonly stream: string; readonly jurisdiction: string; readonly version: number }
  | { readonly kind: 'crediting'; readonly stream: string; readonly crediting: string; readonly version: number }
  | (OfQuota & { readonly kind: 'quota'; readonly stream: string; readonly proposal: string })
  | (OfQuota & { readonly kind: 'relief'; readonly stream: string; readonly relief: string })
  | {
      readonly kind: 'split';
      readonly stream: string;
      readonly source: string;
      readonly deal: string;
      readonly exception: string;
    }
  | {
      readonly kind: 'exception';
      readonly stream: string;
      readonly participant: string;
      readonly exception: string;
    }
  | { readonly kind: 'approvals'; readonly stream: string; readonly version: number }
  | { readonly kind: 'freeze'; readonly stream: string; readonly period: string }
  | { readonly kind: 'reopen'; readonly stream: string; readonly period: string }
  | { readonly kind: 'replay'; readonly stream: string; readonly replay: string }
  | { readonly kind: 'grant'; readonly stream: string; readonly principal: string; readonly role: string }
  | { readonly kind: 'erasure'; readonly stream: string; readonly person: string }
  | { readonly kind: 'key'; readonly stream: string; readonly principal: string; readonly key: string };

interface OfQuota {
  readonly participant: string;
  readonly metric: string;
  readonly year: number;
}

const PART = '[A-Za-z0-9][A-Za-z0-9_:-]{0,63}';
const DEFINITION = new RegExp(`^(metric|plan|crediting|jurisdiction)/(${PART})@([1-9][0-9]{0,5})$`);
const QUOTA = new RegExp(`^(quota|relief)/(${PART})\\.(${PART})\\.([0-9]{4})/(${PART})$`);
const SPLIT = new RegExp(`^split/(${PART})\\.([A-Za-z0-9][A-Za-z0-9._:-]{0,127})/(${PART})$`);
const EXCEPTION = new RegExp(`^exception/(${PART})\\.(${PART})$`);
const APPROVAL_RULES = /^approvals@([1-9][0-9]{0,5})$/;
const REPLAY = new RegExp(`^replay/(${PART})$`);
const ACCESS = new RegExp(`^(grant|key)/(${PART})\\.(${PART})$`);
const ERASURE = new RegExp(`^erasure/(${PART})$`);
const PERIOD = /^(freeze|reopen)\/([0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4]))$/;

/** Distributes over the union, so that each kind keeps its own fields. */
type WithoutStream<Name> = Name extends RequestName ? Omit<Name, 'stream'> : never;

/**
 * One text for each request, for lists, command lines and addresses: `metric/expansion@2`, `plan/ae@2`,
 * `quota/ada.new-arr.2026/proposal-1`, `relief/ada.new-arr.2026/relief-1`, `split/crm.D-1/split-1`,
 * `exception/ada.relocation`, `approvals@3`, `freeze/2026-Q1`, `reopen/2026-Q1`, `replay/partner-channel`,
 * `grant/ada.manager`, `erasure/ada`, `key/crm.01JZ0000000000000000000000`.
 */
export const REQUESTS = {
  name(request: WithoutStream<RequestName>): string {
    switch (request.kind) {
      case 'metric':
        return requestName.metric(request.metric, request.version);
      case 'plan':
        return requestName.plan(request.plan, request.version);
      case 'jurisdiction':
        return requestName.jurisdiction(request.jurisdiction, request.version);
      case 'crediting':
        return requestName.crediting(request.crediting, request.version);
      case 'quota':
        return requestName.quota(request, request.proposal);
      case 'relief':
        return requestName.relief(request, request.relief);
      case 'split':
        return requestName.split(request, request.exception);
      case 'exception':
        return requestName.exception(request);
      case 'approvals':
        return requestName.approvals(request.version);
      case 'freeze':
        return requestName.freeze(request.period);
      case 'reopen':
        return requestName.reopen(request.period);
      case 'replay':
        return requestName.replay(request.replay);
      case 'grant':
        return requestName.grant(request);
      case 'erasure':
        return requestName.erasure(request.person);
      case 'key':
        return requestName.key(request);
      default:
        return request satisfies never;
    }
  },

  /** What a text names, or `field_invalid`. Whether there is such a request is for its stream to say. */
  parse(text: string): RequestName | Problem {
    return (
      definition(text) ??
      approvals(text) ??
      quota(text) ??
      split(text) ??
      exception(text) ??
      ofPeriod(text) ??
      replay(text) ??
      access(text) ??
      erasure(text) ??
      unreadable(text)
    );
  },
} as const;

function definition(text: string): RequestName | undefined {
  const [, kind, id, version] = DEFINITION.exec(text) ?? [];
  if (id === undefined) return undefined;
  if (kind === 'jurisdiction') {
    return { kind, stream: streamOf.jurisdiction(id), jurisdiction: id, version: Number(version) };
  }
  if (kind === 'crediting') {
    return { kind, stream: streamOf.crediting(id), crediting: id, version: Number(version) };
  }
  return kind === 'metric'
    ? { kind, stream: streamOf.metric(id), metric: id, version: Number(version) }
    : { kind: 'plan', stream: streamOf.plan(id), plan: id, version: Number(version) };
}

function approvals(text: string): RequestName | undefined {
  const [, version] = APPROVAL_RULES.exec(text) ?? [];
  return version === undefined
    ? undefined
    : { kind: 'approvals', stream: streamOf.policy(APPROVALS), version: Number(version) };
}

function quota(text: string): RequestName | undefined {
  const [, kind, participant, metric, year, name] = QUOTA.exec(text) ?? [];
  if (participant === undefined || metric === undefined || name === undefined) return undefined;
  const of = { participant, metric, year: Number(year), stream: streamOf.quota(participant, metric, Number(year)) };
  return kind === 'quota' ? { kind, ...of, proposal: name } : { kind: 'relief', ...of, relief: name };
}

function split(text: string): RequestName | undefined {
  const [, source, deal, exception] = SPLIT.exec(text) ?? [];
  if (source === undefined || deal === undefined || exception === undefined) return undefined;
  return { kind: 'split', stream: streamOf.deal(source, deal), source, deal, exception };
}

function exception(text: string): RequestName | undefined {
  const [, participant, name] = EXCEPTION.exec(text) ?? [];
  if (participant === undefined || name === undefined) return undefined;
  const stream = streamOf.exception(participant, name);
  return { kind: 'exception', stream, participant, exception: name };
}

function replay(text: string): RequestName | undefined {
  const [, id] = REPLAY.exec(text) ?? [];
  return id === undefined ? undefined : { kind: 'replay', stream: streamOf.replay(id), replay: id };
}

function access(text: string): RequestName | undefined {
  const [, kind, principal, name] = ACCESS.exec(text) ?? [];
  if (principal === undefined || name === undefined) return undefined;
  const of = { stream: streamOf.access(principal), principal };
  return kind === 'grant' ? { kind, ...of, role: name } : { kind: 'key', ...of, key: name };
}

function erasure(text: string): RequestName | undefined {
  const [, person] = ERASURE.exec(text) ?? [];
  return person === undefined ? undefined : { kind: 'erasure', stream: streamOf.person(person), person };
}

function ofPeriod(text: string): RequestName | undefined {
  const [, kind, period] = PERIOD.exec(text) ?? [];
  if (period === undefined) return undefined;
  return { kind: kind === 'reopen' ? 'reopen' : 'freeze', stream: streamOf.period(period), period };
}

function unreadable(text: string): Problem {
  const message = `The request ${shown(text)} cannot be read; name it as the list of waiting requests does, such as plan/ae@2 or relief/ada.new-arr.2026/relief-1.`;
  return refuse('field_invalid', message);
}
