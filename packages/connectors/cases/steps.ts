import type { Actor } from '@ledger/kernel';
import type { Definition, PlanDefinition } from '../definitions/index.ts';
import { offsetOf } from '../definitions/node.ts';
import { quotaTermsOf } from '../definitions/quota-schema.ts';
import type { FileProblem } from '../definitions/source.ts';
import type { Action, RequestWords, Step } from './case.ts';
import { type DealsTold, sharesOf } from './deals.ts';
import type { ParsedStep } from './parse.ts';
import { boundsOf, type Scope } from './scope.ts';

const OPS: Actor = { id: 'case-ops', role: 'ops' };
const FINANCE: Actor = { id: 'case-finance', role: 'finance' };
/** Finance asks for a reopening, and two others of finance approve it. */
const CONTROLLER: Actor = { id: 'case-controller', role: 'finance' };
const WHY = 'As the case says.';

/** What the steps of a case are turned into commands with. */
export interface Setting {
  readonly scope: Scope;
  readonly deals: DealsTold;
  readonly documents: ReadonlyMap<ParsedStep, readonly Definition[]>;
  /** The only metric that the plans of the case measure; `undefined` where there are several. */
  readonly metric: string | undefined;
  /** Metrics that are counted, not valued. */
  readonly numbers: ReadonlySet<string>;
  readonly problems: FileProblem[];
}

/** The steps as commands, each with the day on which it is given. */
export function stepsOf(parsed: readonly ParsedStep[], setting: Setting): readonly Step[] {
  let day = setting.scope.start;
  return parsed.flatMap((step): readonly Step[] => {
    const on = dayOf(step, day);
    if (on < day) {
      const says = `${on} is before ${day}, the day of the step above; steps stand in the order in which they were recorded.`;
      setting.problems.push(step.source.problem('date_invalid', offsetOf(step.node, ['on']), ['on'], says));
    } else day = on;
    const action = actionOf(step, on, setting);
    if (action === undefined) return [];
    const line = step.source.lineOf(step.node.at);
    return [{ line, says: inWords(step), on, refused: step.file.refused ?? null, by: actorOf(step), action }];
  });
}

/** A deal is told when it closes and a period frozen when it is over, unless a day is given; the rest follows at once. */
function dayOf(step: ParsedStep, before: string): string {
  const { on } = step.file;
  if (on !== undefined) return on;
  const own =
    step.word === 'deal' ? step.file.closed : step.word === 'freeze' ? boundsOf(step.file.freeze)?.to : undefined;
  return own !== undefined && own > before ? own : before;
}

function actorOf(step: ParsedStep): Actor {
  const { file } = step;
  if ('by' in file && file.by !== undefined) return actor(file.by);
  if ('requested-by' in file && file['requested-by'] !== undefined) return actor(file['requested-by']);
  if (step.word === 'reopen') return CONTROLLER;
  return step.word === 'approve' || step.word === 'decline' || step.word === 'revoke' ? FINANCE : OPS;
}

function actor(text: string): Actor {
  const colon = text.indexOf(':');
  return { role: text.slice(0, colon), id: text.slice(colon + 1) };
}

function inWords({ word, file }: ParsedStep): string {
  const subject: unknown = (file as Readonly<Record<string, unknown>>)[word];
  const text = typeof subject === 'string' ? subject : Object.keys(subject ?? {}).join(', ');
  return word === 'define' ? 'define' : `${word} ${text}`;
}

function approverOf(file: { readonly 'approved-by'?: string | undefined }): Actor | null {
  const text = file['approved-by'];
  return text === undefined ? FINANCE : text === 'nobody' ? null : actor(text);
}

function exceptionOf(file: {
  readonly reason?: string | undefined;
  readonly evidence?: readonly string[] | undefined;
  readonly 'approved-by'?: string | undefined;
}) {
  return { reason: file.reason ?? WHY, evidence: file.evidence ?? [WHY], approver: approverOf(file) };
}

function plansOf(plans: Readonly<Record<string, string>>) {
  return Object.entries(plans).map(([participant, plan]) => ({ participant, plan }));
}

function actionOf(step: ParsedStep, on: string, setting: Setting): Action | undefined {
  const { deals, scope } = setting;
  switch (step.word) {
    case 'define':
    case 'file': {
      const documents = (setting.documents.get(step) ?? []).filter(({ kind }) => kind !== 'calendar');
      return documents.length === 0 ? undefined : { do: 'define', documents, approver: approverOf(step.file) };
    }
    case 'assign': {
      const { assign, from = scope.from, to = null, reason = WHY } = step.file;
      return { do: 'assign', plans: plansOf(assign), from, to, reason };
    }
    case 'unassign': {
      const { unassign, from = on, reason = WHY } = step.file;
      return { do: 'unassign', plans: plansOf(unassign), from, reason };
    }
    case 'quota':
      return quotas(step, setting);
    case 'deal':
      if (step.file.amount === undefined && (step.file.lines ?? []).length === 0) {
        const says = 'is missing. Write the amount of the deal, or its lines.';
        setting.problems.push(step.source.problem('field_missing', step.node.at, ['amount'], says));
      }
      return deals.tell(step.file.deal, terms(step), on);
    case 'amend':
      if (!deals.has(step.file.amend)) {
        const says = `no step above tells of deal ${step.file.amend}; write \`deal: ${step.file.amend}\` before it is amended.`;
        setting.problems.push(step.source.problem('not_found', offsetOf(step.node, ['amend']), ['amend'], says));
        return undefined;
      }
      return deals.amend(deals.keyOf(step.file.amend).deal, terms(step), on);
    case 'cancel': {
      const { cancel, day = on, withdrawn, reason = withdrawn ?? WHY } = step.file;
      const isWithdrawn = withdrawn !== undefined;
      return { do: 'cancel', ...deals.keyOf(cancel), cancelledOn: day, reason, isWithdrawn };
    }
    case 'milestone': {
      const { milestone, reached, day = on, amount = null, withdrawn = null } = step.file;
      return { do: 'milestone', ...deals.keyOf(milestone), milestone: reached, reachedOn: day, amount, withdrawn };
    }
    case 'split': {
      const { split, shares } = step.file;
      return {
        do: 'split',
        ...deals.keyOf(split),
        shares: sharesOf(shares),
        ...exceptionOf(step.file),
        expiresOn: step.file.expires ?? null,
      };
    }
    case 'relief': {
      const { relief, from, to, kind = 'leave', share = '100%', amount } = step.file;
      const metric = metricOf(step.file.metric, step, setting);
      const basis = amount === undefined ? ({ by: 'days', share } as const) : ({ by: 'amount', amount } as const);
      const year = Number(step.file.year ?? from.slice(0, 4));
      return {
        do: 'relief',
        participant: relief,
        metric,
        year,
        kind,
        from,
        to,
        basis,
        ...exceptionOf(step.file),
        expiresOn: step.file.expires ?? null,
      };
    }
    case 'approve':
      return { do: 'approve', ...request(step.file.approve, deals) };
    case 'decline':
      return { do: 'decline', ...request(step.file.decline, deals), reason: step.file.reason ?? WHY };
    case 'revoke':
      return { do: 'revoke', ...request(step.file.revoke, deals), reason: step.file.reason ?? WHY };
    case 'leave': {
      const { leave, from, to, kind = 'leave', reason = WHY } = step.file;
      return { do: 'leave', participant: leave, from, to, kind, reason };
    }
    case 'offboard': {
      const { offboard, from = on, kind, 'compensation-ends': compensationEnds, reason = WHY } = step.file;
      const how = { ...(kind && { kind }), ...(compensationEnds && { compensationEnds }) };
      return { do: 'offboard', participant: offboard, endsOn: from, ...how, reason };
    }
    case 'reports-to': {
      const { 'reports-to': lines, from = on, reason = WHY } = step.file;
      const changes = Object.entries(lines).map(([participant, manager]) => ({
        participant,
        manager: String(manager),
      }));
      return { do: 'report', lines: changes, from, reason };
    }
    case 'rates': {
      const { from = on, source = WHY } = step.file;
      const rates = Object.entries(step.file.rates).map(([pair, rate]) => {
        const [base = '', quote = ''] = pair.split('/');
        return { base, quote, on: from, rate, source };
      });
      return { do: 'define', documents: [{ kind: 'rates', written: writtenAt(step), rates }], approver: null };
    }
    case 'reopen': {
      const { approver, ...asked } = exceptionOf(step.file);
      const second = approver === null ? null : { ...approver, id: `${approver.id}-2` };
      const by = { ...asked, period: step.file.reopen };
      return { do: 'reopen', ...by, approvers: approver === null || second === null ? [] : [approver, second] };
    }
    case 'freeze':
      return { do: 'freeze', period: step.file.freeze, despite: step.file.despite, ...exceptionOf(step.file) };
    default:
      return step satisfies never;
  }
}

function writtenAt(step: Pick<ParsedStep, 'source' | 'node'>) {
  return { file: step.source.name, line: step.source.lineOf(step.node.at) };
}

type Of<W extends ParsedStep['word']> = Extract<ParsedStep, { readonly word: W }>;

/** What a step says of a deal, without what it says of itself. */
function terms(step: Of<'deal' | 'amend'>): Parameters<DealsTold['tell']>[1] {
  const { on: _, refused: _refused, note: _note, by: _by, ...rest } = step.file;
  if ('deal' in rest) {
    const { deal: _deal, ...told } = rest;
    return told;
  }
  const { amend: _amend, ...told } = rest;
  return told;
}

function quotas(step: Of<'quota'>, setting: Setting): Action {
  const { quota, per = 'year', year, reason = WHY, evidence = [] } = step.file;
  const metric = metricOf(step.file.metric, step, setting);
  const counted = setting.numbers.has(metric);
  const currency = counted ? null : (step.file.currency ?? setting.scope.currency);
  const entries = Object.entries(quota).map(([participant, written]) => {
    const amounts = Array.isArray(written) ? written.map(String) : [String(written)];
    const terms = { participant, metric, year: Number(year ?? setting.scope.from.slice(0, 4)) };
    return { ...terms, quota: { per, amounts, currency, ...quotaTermsOf(step.file) }, reason, evidence };
  });
  const placeOf = () => step.source.placeOf(step.node.at);
  const documents = [{ kind: 'quotas', written: writtenAt(step), placeOf, quotas: entries }] as const;
  return { do: 'define', documents, approver: approverOf(step.file) };
}

function metricOf(said: string | undefined, step: ParsedStep, { metric, problems }: Setting): string {
  const found = said ?? metric;
  if (found !== undefined) return found;
  const says = 'is missing: the plans of this case do not measure one metric alone. Name the one that is meant.';
  problems.push(step.source.problem('field_missing', step.node.at, ['metric'], says));
  return 'bookings';
}

function request(text: string, deals: DealsTold): RequestWords {
  const [, kind = null, about = ''] =
    /^(metric|plan|crediting|jurisdiction|quota|relief|split|exception|freeze) (\S+)$/.exec(text) ?? [];
  if (kind !== 'split') return { request: text, kind, about };
  const { source, deal } = deals.keyOf(about);
  return { request: text, kind, about: `${source}.${deal}` };
}

/**
 * Where a case assigns nobody and has one plan, everybody earns under it from its first day on: one step more behind each that
 * brings the plan or somebody new.
 */
export function withAssignments(steps: readonly Step[], people: readonly string[]): readonly Step[] {
  const documents = steps.flatMap(({ action }) => (action.do === 'define' ? action.documents : []));
  const plans = new Set(documents.flatMap((each) => (each.kind === 'plan' ? [each.document.plan] : [])));
  const [plan] = plans;
  const assigned = steps.some(
    ({ action, refused }) => refused === null && (action.do === 'assign' || action.do === 'unassign'),
  );
  const onboarded = documents.some(
    (each) => each.kind === 'participants' && each.participants.some((person) => person.plans.length > 0),
  );
  if (plan === undefined || plans.size > 1 || assigned || onboarded) return steps;
  const waiting = new Map(people.map((participant) => [participant, null as string | null]));
  let published: PlanDefinition | undefined;
  return steps.flatMap((step) => {
    const { action } = step;
    if (action.do !== 'define' || step.refused !== null) return [step];
    for (const document of action.documents) {
      if (document.kind === 'plan') published ??= document;
      if (document.kind === 'participants') {
        for (const { participant, startsOn } of document.participants) waiting.set(participant, startsOn);
      }
    }
    if (published === undefined || waiting.size === 0) return [step];
    const { from } = published;
    // Whoever starts later earns under it from then on.
    const byDay = Map.groupBy(waiting, ([, starts]) => (starts !== null && starts > from ? starts : from));
    waiting.clear();
    const extra = [...byDay].map(([day, named]): Step => {
      const pairs = named.map(([participant]) => ({ participant, plan }));
      return {
        ...step,
        says: `assign ${plan}`,
        by: OPS,
        action: { do: 'assign', plans: pairs, from: day, to: null, reason: WHY },
      };
    });
    return [step, ...extra];
  });
}
