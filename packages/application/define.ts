import { type Checked, checkCrediting, checkMetric, checkPlan } from '@ledger/calculation';
import {
  casesAsData,
  type Definition,
  type MetricDefinition,
  type ParticipantEntry,
  type QuotaEntry,
  titledTwice,
  titlesIn,
} from '@ledger/connectors';
import {
  APPROVALS,
  approvalsDecider,
  CORRECTION_POLICY,
  checkApprovals,
  correctionDecider,
  creditingDecider,
  exceptionDecider,
  fxDecider,
  jurisdictionDecider,
  metricDecider,
  participantDecider,
  planDecider,
  policyDecider,
  QUERY_CLOCKS,
  queryClocksDecider,
  quotaDecider,
} from '@ledger/decisions';
import { type MetricDocument, streamOf } from '@ledger/events';
import { type Actor, isProblem, type Person, type Problem, problem } from '@ledger/kernel';
import { isAsking, requestOf } from '@ledger/projections';
import { assignment, unpaidBy } from './assignments.ts';
import { participantEntry } from './entries.ts';
import { isForgotten } from './erasure.ts';
import { checkException, checkNamed, freeName } from './exception-checks.ts';
import { warnedOfException } from './exception-warnings.ts';
import { type Given, given, handleAll, type Outcome } from './handle.ts';
import { checkInForce, checkPlace } from './in-force-checks.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { earning } from './paid-by.ts';
import { metricDocument, metricsOf, type PlanCases, provePlan } from './plan-cases.ts';
import { checkTotal } from './quota-total.ts';
import { unseenBy } from './reach.ts';

export interface Defined {
  /** One for each stream that the documents concern, with the events written; none where nothing was new. */
  readonly outcomes: readonly Outcome[];
  /** Names of the requests that now wait for somebody's approval. */
  readonly waiting: readonly string[];
  /** What may not be meant: a gap in a table, a cap that another one reaches first. Nothing was refused for it. */
  readonly warnings: readonly Problem[];
  /** What the cases came to that proposed plans carry. Nothing was refused for it: an approval will be. */
  readonly cases: readonly PlanCases[];
}

/**
 * Records what definition files say. Metrics, plans and quotas are proposed and wait for approval; people, rates and the calendar
 * take effect. Either everything is recorded or, where anything is wrong, nothing. The same files again write nothing. `dryRun`: says
 * what would be recorded, with everything that is checked, and records nothing.
 */
export async function define(
  ledger: Ledger,
  documents: readonly Definition[],
  by: By,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Defined | Problem> {
  const hidden = hiddenIn(documents, by);
  if (hidden !== undefined) return hidden;
  await refresh(ledger);
  const { problems, warnings, cases } = await checkDocuments(ledger, documents);
  const refused = refusedFor(problems);
  if (refused !== undefined) return refused;
  const commands: Given[] = [];
  const names = new Set<string>();
  const people: Person[] = [];
  for (const document of documents) {
    commands.push(...(await commandsOf(ledger, document, { names, actor: by.actor })));
    if (document.kind === 'participants') people.push(...document.participants.map(personOf));
  }
  const outcomes = await handleAll(ledger, commands, by, { dryRun });
  if (isProblem(outcomes)) return outcomes;
  if (!dryRun) await ledger.directory.put(await toName(ledger, people, outcomes));
  return { outcomes, waiting: outcomes.flatMap(requestsIn), warnings, cases };
}

/** Before anything is looked up about whom somebody does not see. */
function hiddenIn(documents: readonly Definition[], by: By): Problem | undefined {
  for (const document of documents) {
    const people =
      document.kind === 'quotas'
        ? document.quotas.map(({ participant }) => participant)
        : document.kind === 'exception'
          ? [document.participant]
          : [];
    for (const name of people) {
      const hidden = unseenBy(by, { thing: 'participant', name, people: [name] });
      if (hidden !== undefined) return hidden;
    }
  }
  return undefined;
}

/** Names that are told; of a command that is repeated only those that are missing, since others may have been told differently after it. */
async function toName(
  { directory, views }: Ledger,
  told: readonly Person[],
  outcomes: readonly Outcome[],
): Promise<readonly Person[]> {
  const gone = await Promise.all(told.map(({ id }) => isForgotten({ views }, id)));
  const people = told.filter((_, index) => gone[index] !== true);
  if (!outcomes.some(({ repeated }) => repeated)) return people;
  const known = await Promise.all(people.map(({ id }) => directory.get(id)));
  return people.filter((_, index) => known[index] === undefined);
}

/** Several things that are wrong with documents, as one problem that carries them all. */
export function refusedFor(problems: readonly Problem[]): Problem | undefined {
  const [first] = problems;
  return first === undefined || problems.length === 1 ? first : { ...first, errors: problems };
}

/** What records a document. `names`: of exceptions that the same files have named already. `actor`: who would record it. */
export async function commandsOf(
  ledger: Ledger,
  document: Definition,
  { names, actor }: { readonly names: Set<string>; readonly actor: Actor },
): Promise<readonly Given[]> {
  switch (document.kind) {
    case 'calendar': {
      const { kind: _, written: _written, ...terms } = document;
      const command = { type: 'SetCloseCalendar', ...terms, beneficiaries: await earning(ledger, actor) } as const;
      return [given(streamOf.policy('close-calendar'), policyDecider, command, terms)];
    }
    case 'queries': {
      const { kind: _, written: _written, ...terms } = document;
      return [given(streamOf.policy(QUERY_CLOCKS), queryClocksDecider, { type: 'SetQueryClocks', ...terms })];
    }
    case 'corrections': {
      const { policy, waiveUnder, from: effectiveFrom, reason } = document;
      const beneficiaries = await earning(ledger, actor);
      const terms = { policy, effectiveFrom, reason, ...(waiveUnder === undefined ? {} : { waiveUnder }) };
      const command = { type: 'SetCorrectionPolicy', ...terms, beneficiaries } as const;
      return [given(streamOf.policy(CORRECTION_POLICY), correctionDecider, command, terms)];
    }
    case 'metric': {
      const { from: effectiveFrom, to: effectiveTo, reason, evidence, document: metric } = document;
      const command = {
        type: 'ProposeMetric',
        document: metric,
        effectiveFrom,
        effectiveTo,
        reason,
        evidence,
      } as const;
      return [given(streamOf.metric(metric.metric), metricDecider, command)];
    }
    case 'plan': {
      const { from: effectiveFrom, to: effectiveTo, reason, evidence, document: plan } = document;
      const cases = document.cases === null ? {} : { cases: casesAsData(document.cases) };
      const terms = { effectiveFrom, effectiveTo, reason, evidence, ...cases };
      const command = { type: 'ProposePlan', document: plan, ...terms } as const;
      return [given(streamOf.plan(plan.plan), planDecider, command)];
    }
    case 'crediting': {
      const { from: effectiveFrom, to: effectiveTo, reason, evidence, document: rules } = document;
      const terms = { document: rules, effectiveFrom, effectiveTo, reason, evidence };
      return [given(streamOf.crediting(rules.crediting), creditingDecider, { type: 'ProposeCrediting', ...terms })];
    }
    case 'jurisdiction': {
      const { from: effectiveFrom, to: effectiveTo, reason, evidence, document: law } = document;
      const command = {
        type: 'ProposeJurisdiction',
        document: law,
        effectiveFrom,
        effectiveTo,
        reason,
        evidence,
      } as const;
      return [given(streamOf.jurisdiction(law.jurisdiction), jurisdictionDecider, command)];
    }
    case 'approvals': {
      const { from: effectiveFrom, to: effectiveTo, reason, evidence, document: rules } = document;
      const terms = { document: rules, effectiveFrom, effectiveTo, reason, evidence };
      return [given(streamOf.policy(APPROVALS), approvalsDecider, { type: 'ProposeApprovals', ...terms })];
    }
    case 'participants':
      return (await Promise.all(document.participants.map((entry) => onboarding(ledger, entry)))).flat();
    case 'quotas':
      return document.quotas.map(quotaCommand);
    case 'rates': {
      const beneficiaries = await earning(ledger, actor);
      return document.rates.map((rate) => {
        const command = { type: 'RecordExchangeRate', ...rate, beneficiaries } as const;
        return given(streamOf.fx(rate.base, rate.quote, rate.on.slice(0, 4)), fxDecider, command, rate);
      });
    }
    case 'exception': {
      const { kind: _, written: _written, placeOf: _placeOf, isNamed: _isNamed, ...terms } = document;
      const exception = await freeName(ledger, document, names);
      const stream = streamOf.exception(document.participant, exception);
      return [given(stream, exceptionDecider, { type: 'RequestException', ...terms, exception })];
    }
    default:
      return document satisfies never;
  }
}

async function onboarding(ledger: Ledger, entry: ParticipantEntry): Promise<readonly Given[]> {
  const { participant, startsOn, currency, manager, jobTitle } = entry;
  const stream = streamOf.participant(participant);
  const onboard = { type: 'OnboardParticipant', participant, startsOn, currency, manager, jobTitle } as const;
  const assignments = await Promise.all(
    entry.plans.map((plan) =>
      assignment(ledger, { participant, ...plan, reason: plan.reason ?? 'Assigned when the participant joined.' }),
    ),
  );
  return [given(stream, participantDecider, onboard), ...assignments];
}

function quotaCommand({ participant, metric, year, quota, reason, evidence }: QuotaEntry): Given {
  const why = reason ?? `Quota of ${year}.`;
  const command = { type: 'ProposeQuota', participant, metric, year, quota, reason: why, evidence } as const;
  return given(streamOf.quota(participant, metric, year), quotaDecider, command);
}

function personOf({ participant, name, email }: ParticipantEntry): Person {
  return { id: participant, name, email };
}

/** What only the ledger can say of the documents: do expressions compile, is what they name there? */
export async function checkDocuments(
  ledger: Ledger,
  documents: readonly Definition[],
): Promise<Checked & { readonly cases: readonly PlanCases[] }> {
  const metrics = new Map<string, MetricDocument>();
  const people = new Map<string, string>();
  for (const document of documents) {
    if (document.kind === 'metric') metrics.set(document.document.metric, document.document);
    if (document.kind === 'participants')
      for (const { participant, currency } of document.participants) people.set(participant, currency);
  }
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const cases: PlanCases[] = [];
  for (const document of documents) {
    if (document.kind === 'metric') problems.push(...placed(document, checkMetric(document.document)));
    if (document.kind === 'plan') {
      const named = await metricsOf(ledger, document.document, metrics);
      const checked = checkPlan(document.document, named);
      problems.push(...placed(document, checked.problems));
      warnings.push(...placed(document, checked.warnings));
      const dated = await checkInForce(ledger, document, documents);
      problems.push(...placed(document, dated.problems));
      warnings.push(...placed(document, dated.warnings));
      if (document.cases !== null) warnings.push(...titledTwice(titlesIn(document.cases)).values());
      const proved =
        checked.problems.length + dated.problems.length > 0 ? null : await provePlan(ledger, document, named);
      if (proved !== null && isProblem(proved)) problems.push(...(proved.errors ?? [proved]));
      else if (proved !== null) cases.push(proved);
    }
    if (document.kind === 'participants') {
      for (const entry of document.participants) {
        for (const plan of entry.plans) warnings.push(...(await unpaidBy(ledger, plan, entry)));
      }
    }
    if (document.kind === 'exception') {
      const wrong = await checkException(ledger, document, people);
      const plans = documents.flatMap((each) => (each.kind === 'plan' ? [each.document] : []));
      const holds = documents.flatMap((each) =>
        each.kind === 'exception' && each.terms.kind === 'hold' ? [`${each.participant}.${each.exception}`] : [],
      );
      const draws = documents.flatMap((each) =>
        each.kind === 'exception' && each.terms.kind === 'draw' ? [`${each.participant}.${each.terms.draw.name}`] : [],
      );
      const calendar = documents.find((each) => each.kind === 'calendar');
      const given = { plans, holds: new Set(holds), draws: new Set(draws), calendar };
      const named = await checkNamed(ledger, document.participant, document.terms, given);
      const place = await checkPlace(ledger, document, documents);
      problems.push(...placed(document, [...wrong, ...named, ...place.problems]));
      const warned = await warnedOfException(ledger, document);
      warnings.push(...placed(document, [...warned, ...place.warnings]));
    }
    if (document.kind === 'approvals') {
      problems.push(...placed(document, checkApprovals(document.document)));
    }
    if (document.kind === 'crediting') {
      problems.push(...placed(document, checkCrediting(document.document)));
    }
    if (document.kind === 'quotas') {
      const apart = checkTotal(document);
      if (apart !== undefined) warnings.push(...placed(document, [apart]));
      for (const [index, quota] of document.quotas.entries()) {
        const wrong = await checkQuota(ledger, quota, { metrics, people, field: `/quotas/${index}` });
        problems.push(...placed(document, wrong));
      }
    }
  }
  return { problems, warnings, cases };
}

/** Problems of a document with the places in the file where their fields were written, in the order of the file. */
function placed(
  document: Pick<MetricDefinition, 'placeOf' | 'written'>,
  found: readonly Problem[],
): readonly Problem[] {
  return found
    .map((each) => ({ each, ...document.placeOf(each.field ?? '') }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ each, line, column }) => ({
      ...each,
      line,
      column,
      message: `${document.written.file}:${line}:${column}: ${each.message}`,
    }));
}

async function checkQuota(
  ledger: Ledger,
  { participant, metric, quota }: QuotaEntry,
  told: {
    readonly metrics: ReadonlyMap<string, MetricDocument>;
    readonly people: ReadonlyMap<string, string>;
    readonly field: string;
  },
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  if (!told.people.has(participant) && (await participantEntry(ledger, participant)) === undefined) {
    problems.push(
      problem(
        'participant_unknown',
        `quota of "${participant}": nobody has that id; onboard them first, or correct the id.`,
        `${told.field}/participant`,
      ),
    );
  }
  const document = told.metrics.get(metric) ?? (await metricDocument(ledger, metric));
  if (document === undefined) {
    problems.push(
      problem(
        'metric_unknown',
        `quota of "${participant}": there is no metric "${metric}"; define it first, or correct its id.`,
        `${told.field}/metric`,
      ),
    );
  } else if ((document.unit === 'money') !== (quota.currency !== null)) {
    const remedy = document.unit === 'money' ? 'give the currency' : 'leave the currency out';
    problems.push(
      problem(
        'quota_currency',
        `quota of "${participant}": metric "${metric}" is counted in ${document.unit}; ${remedy}.`,
        `${told.field}/currency`,
      ),
    );
  }
  return problems;
}

/** Names of the requests that an outcome made. */
export function requestsIn({ events }: Pick<Outcome, 'events'>): readonly string[] {
  return events.flatMap((event) => (isAsking(event) ? (requestOf({ event }) ?? []) : []));
}
