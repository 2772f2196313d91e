import type { Case, Definition, Step } from '@ledger/connectors';
import { dealDecider, participantDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { type Actor, isProblem, type Problem } from '@ledger/kernel';
import { assignPlan } from './assignments.ts';
import { openPeriod, requestFreeze, requestReopen } from './close.ts';
import { recordOnDeal } from './deals.ts';
import { approve, decline } from './decide.ts';
import { define, requestsIn } from './define.ts';
import { given, handle, handleAll, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { recordOnParticipant } from './people.ts';
import { requestRelief, requestSplit } from './request-departure.ts';
import { requests, revoke } from './requests.ts';

/** Whoever keeps the ledger of a case where no step says who. */
const OPS: By = { actor: { id: 'case-ops', role: 'ops' } };
const FINANCE: Actor = { id: 'case-finance', role: 'finance' };

/** What is there before the first step: the calendar, implicit people and metrics, open periods. */
export async function prepare(ledger: Ledger, { calendar, implicit, periods }: Case): Promise<Problem | undefined> {
  const defined = await define(ledger, [calendar, ...implicit], OPS);
  if (isProblem(defined)) return defined;
  const approved = await approveEach(ledger, defined.waiting, FINANCE);
  if (approved !== undefined) return approved;
  for (const period of periods) {
    const opened = await openPeriod(ledger, period, OPS);
    if (isProblem(opened)) return opened;
  }
  return undefined;
}

/** People are assigned to plans that are approved, so they come after the plans that are defined with them. */
function inStages(documents: readonly Definition[], approver: Actor | null): readonly (readonly Definition[])[] {
  const isLater = ({ kind }: Definition) => kind === 'participants' || kind === 'quotas' || kind === 'exception';
  const stages = [documents.filter((each) => !isLater(each)), documents.filter(isLater)];
  return approver === null ? [documents] : stages.filter(({ length }) => length > 0);
}

/** Gives the commands of a step, one after the other; the first refusal ends it. What a definition is warned about is told to `warn`. */
export async function perform(
  ledger: Ledger,
  step: Step,
  warn: (warning: Problem) => void = () => undefined,
): Promise<Problem | undefined> {
  const by: By = { actor: step.by };
  const { action } = step;
  switch (action.do) {
    case 'define':
      return inTurn(inStages(action.documents, action.approver), async (documents) => {
        const defined = await define(ledger, documents, by);
        if (isProblem(defined)) return defined;
        defined.warnings.forEach(warn);
        return action.approver === null ? undefined : approveEach(ledger, defined.waiting, action.approver);
      });
    case 'assign': {
      const { plans, from, to, reason } = action;
      return inTurn(plans, (each) => assignPlan(ledger, { ...each, from, to, reason }, by));
    }
    case 'unassign': {
      const { plans, from: effectiveFrom, reason } = action;
      return inTurn(plans, ({ participant, plan }) =>
        onParticipant(ledger, { type: 'UnassignPlan', participant, plan, effectiveFrom, reason }, by),
      );
    }
    case 'deal': {
      const { do: _, ...terms } = action;
      const { source, deal } = terms.snapshot;
      await refresh(ledger);
      const command = { type: 'RecordDeal', ...terms } as const;
      return refusal(await handle(ledger, given(streamOf.deal(source, deal), dealDecider, command), by));
    }
    case 'cancel': {
      const { do: _, isWithdrawn, ...terms } = action;
      const type = isWithdrawn ? 'WithdrawCancellation' : 'CancelDeal';
      return refusal(await recordOnDeal(ledger, { type, ...terms }, by));
    }
    case 'milestone': {
      const { do: _, withdrawn: reason, amount, ...of } = action;
      const command =
        reason === null
          ? ({ type: 'ReachMilestone', ...of, amount } as const)
          : ({ type: 'WithdrawMilestone', ...of, reason } as const);
      return refusal(await recordOnDeal(ledger, command, by));
    }
    case 'split': {
      const { do: _, approver, ...ask } = action;
      const scope = `deal ${ask.source}.${ask.deal}`;
      return approved(ledger, await requestSplit(ledger, { ...ask, scope }, by), approver);
    }
    case 'relief': {
      const { do: _, approver, ...ask } = action;
      const scope = `quota of ${ask.participant} for ${ask.metric} in ${ask.year}`;
      return approved(ledger, await requestRelief(ledger, { ...ask, scope }, by), approver);
    }
    case 'freeze': {
      const { do: _, approver, ...ask } = action;
      return approved(ledger, await requestFreeze(ledger, ask, by), approver);
    }
    case 'reopen': {
      const { do: _, approvers, ...ask } = action;
      const asked = await requestReopen(ledger, ask, by);
      if (isProblem(asked)) return asked;
      return inTurn(approvers, (actor) => approve(ledger, `reopen/${ask.period}`, { actor }));
    }
    case 'approve':
      return refusal(await approve(ledger, await nameOf(ledger, action, 'waiting'), by));
    case 'decline':
      return refusal(await decline(ledger, await nameOf(ledger, action, 'waiting'), action.reason, by));
    case 'revoke':
      return refusal(await revoke(ledger, await nameOf(ledger, action, 'approved'), action.reason, by));
    case 'leave': {
      const { do: _, ...terms } = action;
      return onParticipant(ledger, { type: 'RecordLeave', ...terms }, by);
    }
    case 'offboard': {
      const { do: _, ...terms } = action;
      return onParticipant(ledger, { type: 'OffboardParticipant', ...terms }, by);
    }
    case 'report': {
      const { lines, from: effectiveFrom, reason } = action;
      return inTurn(lines, (line) =>
        recordOnParticipant(ledger, { type: 'ChangeReportingLine', ...line, effectiveFrom, reason }, by),
      );
    }
    default:
      return action satisfies never;
  }
}

async function onParticipant(
  ledger: Ledger,
  command: Parameters<typeof participantDecider.decide>[0],
  by: By,
): Promise<Problem | undefined> {
  await refresh(ledger);
  const stream = streamOf.participant(command.participant);
  return refusal(await handleAll(ledger, [given(stream, participantDecider, command)], by));
}

function refusal(answer: unknown): Problem | undefined {
  return isProblem(answer) ? answer : undefined;
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<Problem | undefined> {
  for (const item of items) {
    const answer = await work(item);
    if (isProblem(answer)) return answer;
  }
  return undefined;
}

async function approved(
  ledger: Ledger,
  asked: Outcome | Problem,
  approver: Actor | null,
): Promise<Problem | undefined> {
  if (isProblem(asked)) return asked;
  return approver === null ? undefined : approveEach(ledger, requestsIn(asked), approver);
}

const FIRST = ['metric/', 'plan/', 'quota/'];

/** What others rest on first. */
function approveEach(ledger: Ledger, names: readonly string[], actor: Actor): Promise<Problem | undefined> {
  const rank = (name: string) => FIRST.findIndex((kind) => name.startsWith(kind));
  return inTurn(
    names.toSorted((a, b) => rank(a) - rank(b)),
    (name) => approve(ledger, name, { actor }),
  );
}

/** `split D-1` as the newest such request in the state is called; a full name as it is. */
async function nameOf(
  ledger: Ledger,
  asked: { readonly request: string; readonly kind: string | null; readonly about: string },
  state: 'waiting' | 'approved',
): Promise<string> {
  if (asked.kind === null) return asked.request;
  const prefix = `${asked.kind}/${asked.about}`;
  const own = (await requests(ledger, { all: true })).filter(
    ({ name }) => name === prefix || ['@', '.', '/'].some((mark) => name.startsWith(`${prefix}${mark}`)),
  );
  const found = own.findLast((row) => row.state === state) ?? own.at(-1);
  return found?.name ?? asked.request;
}
