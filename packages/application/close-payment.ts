import { requestName } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { grouped } from '@ledger/money';
import type { Blocker } from './blockers.ts';
import { done, later, type Matter, type StepMade, who } from './close-matter.ts';
import { roleLeft } from './demands.ts';
import { requestSeen } from './lapses.ts';
import { type PayoutStanding, payoutsAt } from './payouts.ts';

/** How many statements stand where, and what they come to, in words. */
async function moneyOf(
  { ledger, period, asOf }: Matter,
  states: readonly PayoutStanding[],
): Promise<{ readonly count: number; readonly says: string; readonly of: readonly string[] }> {
  const answer = await payoutsAt(ledger, period, asOf);
  const found = isProblem(answer) ? [] : answer.payouts.filter(({ state }) => states.includes(state));
  const sums = isProblem(answer)
    ? []
    : states.flatMap((state) =>
        Object.entries(answer.totals[state] ?? {}).map(([currency, sum]) => `${currency} ${grouped(sum)}`),
      );
  const says = `${found.length} ${found.length === 1 ? 'statement' : 'statements'}, ${sums.join(' and ') || 'nothing'}`;
  return { count: found.length, says, of: found.map(({ participant }) => participant) };
}

export async function payRun(matter: Matter): Promise<StepMade> {
  const { period, life } = matter;
  const title = 'Release the pay run';
  if (life.frozen === null) return later('pay-run', title, 'Comes when the period is frozen.');
  const payable = await moneyOf(matter, ['frozen', 'returned']);
  if (payable.count === 0) {
    const released = await moneyOf(matter, ['in-run', 'paid']);
    const says = released.count === 0 ? 'Nothing is to be paid.' : `Released: ${released.says}.`;
    return done('pay-run', title, says);
  }
  return {
    step: 'pay-run',
    title,
    state: 'now',
    says: `Payable and in no run, or returned: ${payable.says}. The run is a file for payroll, with its total and digest.`,
    missing: await reopening(matter),
    who: await who(
      matter,
      'pay-run',
      'record',
      'PayRunReleased',
      life.requested === null ? [] : [life.requested.meta.actor.id],
    ),
    command: `ledger --as finance:<you> pay-run ${period} --out <file>`,
  };
}

/** Whether somebody has asked that the period be closed again: once money went to payroll, it no longer can be. */
async function reopening({ ledger, period, asOf, asked }: Matter): Promise<readonly Blocker[]> {
  const about = requestName.reopen(period);
  const request = await requestSeen(ledger, about, asOf, asked);
  if (request?.state !== 'waiting') return [];
  const says = `${request.requestedBy} has asked that ${period} be reopened, which can no longer be done once a run is released; decide that first.`;
  const mend = `ledger --as ${await roleLeft(ledger, request, asked)}:<you> approve ${about}`;
  return [{ code: 'request_waiting', about, says, cause: says, mend, overridable: true }];
}

export async function paid(matter: Matter): Promise<StepMade> {
  const { period, life } = matter;
  const title = 'Record what payroll paid';
  if (life.frozen === null) return later('paid', title, 'Comes when the period is frozen.');
  const away = await moneyOf(matter, ['in-run']);
  if (away.count > 0) {
    return {
      step: 'paid',
      title,
      state: 'now',
      says: `With payroll, and not said to be paid: ${away.says} (${away.of.slice(0, 10).join(', ')}${away.of.length > 10 ? ', …' : ''}).`,
      missing: [],
      who: await who(matter, 'payment', 'record', 'PayoutPaid'),
      command: `ledger --as finance:<you> payments <file of payroll>`,
    };
  }
  const payable = await moneyOf(matter, ['frozen', 'returned']);
  if (payable.count > 0) return later('paid', title, 'The pay run has to be released first.');
  const negative = await moneyOf(matter, ['negative']);
  const back = negative.count === 0 ? '' : ` ${negative.says} take money back, which no payment can.`;
  return done('paid', title, `Everything that was payable is paid; \`ledger payouts ${period}\` says when.${back}`);
}
