import { dealDecider, type RequestSplit } from '@ledger/decisions';
import type { DealSnapshot } from '@ledger/events';
import { describe, test } from 'vitest';
import { DEAL, OF_DEAL, RECORD_DEAL, REQUEST_SPLIT } from './samples.ts';
import { ADMIN, FEED, FINANCE, given, MANAGER, OPS, REP } from './scenario.ts';

const none = given(dealDecider);
const told = (change: Partial<DealSnapshot>) => ({ ...RECORD_DEAL, snapshot: { ...DEAL, ...change } });
const CANCELLED = { ...RECORD_DEAL, status: 'cancelled', cancelledOn: '2026-03-20' } as const;
const closed = none.when(RECORD_DEAL, FEED).records({ type: 'DealClosed', data: { amount: '1000.00' } });
const VANISHED = {
  type: 'NoticeVanished',
  ...OF_DEAL,
  noticedOn: '2026-03-01',
  evidence: 'export of 1 March',
} as const;
const BOB = { id: 'bob', role: 'ops' } as const;
const CANCEL = { type: 'CancelDeal', ...OF_DEAL, cancelledOn: '2026-03-15', reason: 'Fraud.' } as const;

describe('a deal as its source tells it', () => {
  test('the same again writes nothing, however numbers and order are written', () => {
    closed.when(RECORD_DEAL, OPS).recordsNothing();
    closed
      .when(
        told({
          amount: '1000',
          credits: [...DEAL.credits]
            .reverse()
            .map((credit) => ({ ...credit, share: `${credit.share}${credit.share.includes('.') ? '0' : '.0'}` })),
          lines: [...DEAL.lines].reverse(),
          attributes: { score: { decimal: '7.5' }, type: 'expansion' },
        }),
        OPS,
      )
      .recordsNothing();
  });

  test('told differently, it is amended, and the reason names the fields', () => {
    const amended = closed
      .when(told({ account: 'Globex', owner: 'bob' }), FEED)
      .records({ type: 'DealAmended', data: { reinstated: false, reason: 'The source changed: account, owner' } });
    amended.when(told({ account: 'Globex', owner: 'bob' }), FEED).recordsNothing();
    amended.when(RECORD_DEAL, FEED).records({ type: 'DealAmended' });
    closed
      .when(told({ attributes: {} }), FEED)
      .records({ type: 'DealAmended', data: { reason: 'The source changed: attributes' } });
  });

  test('cancelled by the source, and brought back by it', () => {
    none
      .when(CANCELLED, FEED)
      .records({ type: 'DealClosed' }, { type: 'DealCancelled', data: { cancelledOn: '2026-03-20' } });
    const cancelled = closed.when(CANCELLED, FEED).records({ type: 'DealCancelled' });
    cancelled.when(CANCELLED, FEED).recordsNothing();
    cancelled.when({ ...CANCELLED, cancelledOn: '2026-03-21' }, FEED).records({ type: 'DealCancelled' });
    const back = cancelled
      .when(RECORD_DEAL, FEED)
      .records({ type: 'DealAmended', data: { reinstated: true, reason: 'The source changed: status' } });
    back.when(RECORD_DEAL, FEED).recordsNothing();
    closed
      .when({ ...CANCELLED, snapshot: { ...DEAL, account: 'X' } }, FEED)
      .records({ type: 'DealAmended' }, { type: 'DealCancelled' });
  });

  test('vanished from the source, and brought back by it', () => {
    const vanished = closed.when(VANISHED, FEED).records({ type: 'DealVanished' });
    vanished.when(VANISHED, FEED).recordsNothing();
    vanished
      .when(RECORD_DEAL, FEED)
      .records({ type: 'DealAmended', data: { reinstated: true } })
      .when(RECORD_DEAL, FEED)
      .recordsNothing();
    none.when(VANISHED, FEED).refuses('not_found', /crm\.D-1/);
    closed.when({ ...VANISHED, evidence: '' }, FEED).refuses('evidence_required');
    closed.when(CANCELLED, FEED).records({ type: 'DealCancelled' }).when(VANISHED, FEED).recordsNothing();
  });

  test("a person's cancellation stands while the source repeats itself", () => {
    const cancelled = closed.when(CANCEL, OPS).records({ type: 'DealCancelled', data: { reason: 'Fraud.' } });
    cancelled.when(RECORD_DEAL, FEED).recordsNothing();
    cancelled.when(told({ account: 'Globex' }), FEED).records({ type: 'DealAmended', data: { reinstated: false } });
    cancelled.when(CANCEL, OPS).recordsNothing();
    cancelled.when({ ...CANCEL, cancelledOn: '2026-03-16' }, OPS).refuses('deal_cancelled');
    none.when(CANCEL, OPS).refuses('not_found');
    closed.when({ ...CANCEL, reason: '' }, OPS).refuses('reason_required');
  });

  test("a person's cancellation is taken back by day; a source takes back its own", () => {
    const withdraw = { ...CANCEL, type: 'WithdrawCancellation', reason: 'Another customer.' } as const;
    const back = closed
      .when(CANCEL, OPS)
      .records({ type: 'DealCancelled' })
      .when(withdraw, OPS)
      .records({
        type: 'DealAmended',
        data: { ...RECORD_DEAL.snapshot, reinstated: true, reason: 'Another customer.' },
      });
    back.when(RECORD_DEAL, FEED).recordsNothing();
    back.when(withdraw, OPS).refuses('not_found', /is not cancelled/);
    back.when(CANCEL, OPS).records({ type: 'DealCancelled' });
    const cancelled = closed.when(CANCEL, OPS).records({ type: 'DealCancelled' });
    cancelled.when({ ...withdraw, cancelledOn: '2026-03-16' }, OPS).refuses('not_found', /cancelled on 2026-03-15/);
    cancelled.when({ ...withdraw, reason: ' ' }, OPS).refuses('reason_required');
    cancelled.when(withdraw, BOB).refuses('own_pay');
    const told = closed.when(CANCELLED, FEED).records({ type: 'DealCancelled' });
    told.when({ ...withdraw, cancelledOn: '2026-03-20' }, OPS).refuses('deal_cancelled', /its source says so/);
    none.when(withdraw, OPS).refuses('not_found');
  });

  test('zeros beyond the minor unit are dropped', () => {
    const lines = [{ line: '1', product: 'Seats', category: null, quantity: null, amount: '5000.00', cost: '1.0' }];
    none
      .when(told({ currency: 'JPY', amount: '5000.00', lines }), FEED)
      .records({ type: 'DealClosed', data: { amount: '5000', lines: [{ amount: '5000', cost: '1' }] } });
  });
});

describe('a deal that does not hold together', () => {
  const refused = (change: Partial<DealSnapshot>) => none.when(told(change), FEED);
  const primary = (...shares: readonly (readonly [string, string])[]) =>
    shares.map(([participant, share]) => ({ participant, pool: 'primary' as const, share }));

  test('primary shares add up to exactly 1, or there are none', () => {
    refused({ credits: primary(['ada', '0.6999'], ['bob', '0.3']) }).refuses(
      'shares_not_whole',
      /add up to 99\.99 %, not 100 %/,
      '/credits',
    );
    refused({ credits: primary(['ada', '0.7'], ['bob', '0.300000000001']) }).refuses(
      'shares_not_whole',
      /100\.0000000001 %/,
    );
    refused({ credits: [] }).records({ type: 'DealClosed' });
    refused({ credits: DEAL.credits.filter(({ pool }) => pool === 'overlay') }).records({ type: 'DealClosed' });
  });

  test('nobody is twice in a pool; in both pools is fine', () => {
    refused({ credits: primary(['ada', '0.5'], ['ada', '0.5']) }).refuses(
      'field_invalid',
      /ada is twice among the primary/,
    );
    refused({ credits: [...primary(['ada', '1']), { participant: 'ada', pool: 'overlay', share: '2' }] }).records({
      type: 'DealClosed',
    });
    const overlay = { participant: 'ada', pool: 'overlay', share: '1' } as const;
    refused({ credits: [overlay, overlay] }).refuses('field_invalid', /overlay/);
  });

  test('lines add up to the amount and have names of their own', () => {
    refused({ amount: '1000.01' }).refuses(
      'lines_not_whole',
      /2 lines add up to 1000 USD, not to the amount 1000\.01/,
      '/lines',
    );
    const [first] = DEAL.lines;
    if (first === undefined) throw new TypeError('the sample deal has lines');
    refused({ amount: '1400', lines: [first, first] }).refuses(
      'field_invalid',
      /Two lines are named 1/,
      '/lines/1/line',
    );
    refused({ lines: [{ ...first, amount: '999.999' }] }).refuses('amount_invalid', /USD has 2/, '/lines/0/amount');
    refused({ lines: [{ ...first, cost: '0.001' }] }).refuses('amount_invalid', /./, '/lines/0/cost');
  });

  test('what comes back gives its cost back; what is sold has none below 0', () => {
    const [first] = DEAL.lines;
    if (first === undefined) throw new TypeError('the sample deal has lines');
    refused({ amount: '-500', lines: [{ ...first, amount: '-500', cost: '-300' }] }).records({ type: 'DealClosed' });
    refused({ amount: '0', lines: [{ ...first, amount: '0', cost: '-300' }] }).records({ type: 'DealClosed' });
    refused({ amount: '500', lines: [{ ...first, amount: '500', cost: '-300' }] }).refuses(
      'amount_invalid',
      /Line 1 is sold for 500 and has a cost of -300; .*give 0 or more/,
      '/lines/0/cost',
    );
    refused({ amount: '-500', lines: [{ ...first, amount: '-500', cost: '-0.001' }] }).refuses(
      'amount_invalid',
      /USD has 2/,
    );
  });

  test.each(['1e999999999', 'NaN', '١٢٣', '1,234.5', '', '-0', '1.005', '12345678901234567'])('amount %j', (amount) => {
    refused({ amount, lines: [] }).refuses('amount_invalid', /./, '/amount');
  });

  test('currency, dates, status', () => {
    refused({ currency: 'XXQ' }).refuses('currency_unknown');
    refused({ currency: 'usd' }).refuses('currency_unknown', /usd/, '/currency');
    refused({ attributes: { type: 'x\ud800' } }).refuses('field_invalid', /lone surrogate/, '/attributes/type');
    refused({ closedOn: '2026-02-29' }).refuses('date_invalid', /./, '/closedOn');
    none.when({ ...RECORD_DEAL, status: 'cancelled' }, FEED).refuses('field_missing', /cancelledOn/);
    none.when({ ...RECORD_DEAL, cancelledOn: '2026-03-01' }, FEED).refuses('field_invalid', /closed and as cancelled/);
    none.when({ ...CANCELLED, cancelledOn: 'x' }, FEED).refuses('date_invalid');
  });

  test('everything that is wrong is told', () => {
    const { errors } = firstRefusal();
    if (errors?.length !== 2) throw new Error(JSON.stringify(errors));
  });

  function firstRefusal() {
    const answer = dealDecider.decide(told({ amount: 'x', closedOn: 'y' }), dealDecider.initial, {
      actor: FEED,
      today: '2026-04-02',
    });
    if (!('code' in answer)) throw new Error('not refused');
    return answer;
  }

  test('by ops and integrations, and by nobody whom it credits', () => {
    for (const actor of [REP, MANAGER, FINANCE, ADMIN]) none.when(RECORD_DEAL, actor).refuses('role_forbidden');
    for (const id of ['ada', 'bob', 'cleo']) none.when(RECORD_DEAL, { id, role: 'ops' }).refuses('own_pay');
    closed.when(told({ credits: [], owner: null }), { id: 'bob', role: 'ops' }).refuses('own_pay');
    closed.when(CANCEL, { id: 'bob', role: 'ops' }).refuses('own_pay');
  });

  test('whom it credits tells again what is known, and nothing else', () => {
    closed.when(RECORD_DEAL, BOB).recordsNothing();
    closed.when({ ...RECORD_DEAL, snapshot: { ...RECORD_DEAL.snapshot, amount: '1000' } }, BOB).recordsNothing();
    closed.when(told({ amount: '1000.01' }), BOB).refuses('own_pay');
    closed.when(told({ amount: 'x' }), BOB).refuses('own_pay');
    closed.when(RECORD_DEAL, { ...BOB, role: 'rep' }).refuses('role_forbidden');
    const cancelled = closed.when(CANCEL, OPS).records({ type: 'DealCancelled' });
    cancelled.when(CANCEL, BOB).recordsNothing();
    cancelled.when({ ...CANCEL, cancelledOn: '2026-03-16' }, BOB).refuses('own_pay');
    const reach = {
      type: 'ReachMilestone',
      ...OF_DEAL,
      milestone: 'paid',
      reachedOn: '2026-03-10',
      amount: null,
    } as const;
    closed.when(reach, BOB).refuses('own_pay');
    closed.when(reach, FEED).records({ type: 'DealMilestoneReached' }).when(reach, BOB).recordsNothing();
    const gone = { type: 'NoticeVanished', ...OF_DEAL, noticedOn: '2026-04-01', evidence: 'Not in deals.csv' } as const;
    closed.when(gone, BOB).refuses('own_pay');
    closed.when(gone, OPS).records({ type: 'DealVanished' }).when(gone, BOB).recordsNothing();
  });
});

describe('milestones', () => {
  const PAID = {
    type: 'ReachMilestone',
    ...OF_DEAL,
    milestone: 'paid',
    reachedOn: '2026-03-10',
    amount: null,
  } as const;

  test('are reached once, or in instalments', () => {
    const paid = closed.when(PAID, FEED).records({ type: 'DealMilestoneReached' });
    paid.when(PAID, FEED).recordsNothing();
    paid.when({ ...PAID, reachedOn: '2026-03-11' }, FEED).refuses('already_exists', /on 2026-03-10 already/);
    const half = closed.when({ ...PAID, amount: '500' }, FEED).records({ type: 'DealMilestoneReached' });
    half.when({ ...PAID, amount: '500.00' }, FEED).recordsNothing();
    half.when({ ...PAID, amount: '400' }, FEED).refuses('already_exists', /with 500/);
    half.when({ ...PAID, amount: '500', reachedOn: '2026-04-10' }, FEED).records({ type: 'DealMilestoneReached' });
  });

  test('what cannot be', () => {
    none.when(PAID, FEED).refuses('not_found');
    closed.when({ ...PAID, amount: '1.001' }, FEED).refuses('amount_invalid');
    const cancelled = closed.when(CANCELLED, FEED).records({ type: 'DealCancelled' });
    cancelled.when({ ...PAID, reachedOn: '2026-03-20' }, FEED).refuses('deal_cancelled');
    cancelled.when(PAID, FEED).records({ type: 'DealMilestoneReached' });
  });

  test('that were not reached are withdrawn, once, and may be reached again', () => {
    const { amount: _, ...of } = PAID;
    const WITHDRAW = { ...of, type: 'WithdrawMilestone', reason: 'Another customer.' } as const;
    const paid = closed.when(PAID, FEED).records({ type: 'DealMilestoneReached' });
    closed.when(WITHDRAW, FEED).refuses('not_found', /is not recorded at all/);
    paid.when({ ...WITHDRAW, reachedOn: '2026-03-02' }, FEED).refuses('not_found', /is recorded on/, '/reachedOn');
    paid.when({ ...WITHDRAW, reason: '' }, FEED).refuses('reason_required');
    const withdrawn = paid.when(WITHDRAW, FEED).records({ type: 'DealMilestoneWithdrawn' });
    withdrawn.when(WITHDRAW, FEED).refuses('not_found');
    withdrawn.when({ ...PAID, amount: '7.00' }, FEED).records({ type: 'DealMilestoneReached' });
  });
});

describe('split exceptions', () => {
  const NAMED = { ...OF_DEAL, exception: 'split-1', alsoPaid: ['mona'] } as const;
  const APPROVE = { type: 'ApproveSplit', ...NAMED } as const;
  const REVOKE = { type: 'RevokeSplit', ...NAMED, reason: 'Agreed otherwise.' } as const;
  const requested = closed
    .when(REQUEST_SPLIT, MANAGER)
    .records({ type: 'SplitExceptionRequested', data: { exception: 'split-1' } });
  const approved = requested
    .when(APPROVE, FINANCE)
    .records({ type: 'SplitExceptionApproved', data: { requestRevision: 2 } });
  const bent = (change: Partial<RequestSplit>) => closed.when({ ...REQUEST_SPLIT, ...change }, MANAGER);

  test('are requested, approved, revoked, each once', () => {
    requested.when(REQUEST_SPLIT, OPS).recordsNothing();
    approved.when(REQUEST_SPLIT, OPS).recordsNothing();
    approved.when(APPROVE, FINANCE).refuses('already_decided');
    const revoked = approved.when(REVOKE, FINANCE).records({ type: 'SplitExceptionRevoked' });
    revoked.when(REVOKE, FINANCE).refuses('already_decided');
    revoked.when(REQUEST_SPLIT, OPS).records({ type: 'SplitExceptionRequested', data: { exception: 'split-2' } });
    requested.when({ ...REVOKE, type: 'DeclineSplit' }, FINANCE).records({ type: 'SplitExceptionDeclined' });
    approved
      .when({ ...REQUEST_SPLIT, exception: 'split-1', shares: [{ participant: 'ada', share: '1' }] }, OPS)
      .refuses('already_exists');
  });

  test('count in the order of their approvals: what was agreed last is in force', () => {
    const even = { ...REQUEST_SPLIT, shares: ['ada', 'bob'].map((participant) => ({ participant, share: '0.5' })) };
    const second = requested
      .when(even, MANAGER)
      .records({ type: 'SplitExceptionRequested', data: { exception: 'split-2' } })
      .when({ ...APPROVE, exception: 'split-2' }, FINANCE)
      .records({ type: 'SplitExceptionApproved' });
    const both = second.when(APPROVE, FINANCE).records({ type: 'SplitExceptionApproved' });
    second.when(even, OPS).recordsNothing();
    // The first one was approved after the second one: to share evenly again is another wish.
    both.when(REQUEST_SPLIT, OPS).recordsNothing();
    both.when(even, OPS).records({ type: 'SplitExceptionRequested', data: { exception: 'split-3' } });
    both.when(REVOKE, FINANCE).records({ type: 'SplitExceptionRevoked' }).when(even, OPS).recordsNothing();
  });

  test('are decided by nobody who gains or loses, by a split that was agreed before too', () => {
    const shares = ['ada', 'cid'].map((participant) => ({ participant, share: '0.5' }));
    const next = { exception: 'split-2' } as const;
    // Bob has a share of the deal by the first split, and none by the next.
    const asked = approved.when({ ...REQUEST_SPLIT, shares }, MANAGER).records({ type: 'SplitExceptionRequested' });
    for (const id of ['ada', 'bob', 'cid'])
      asked.when({ ...APPROVE, ...next }, { id, role: 'finance' }).refuses('own_pay');
    const both = asked.when({ ...APPROVE, ...next }, FINANCE).records({ type: 'SplitExceptionApproved' });
    both.when({ ...REVOKE, ...next }, { id: 'bob', role: 'finance' }).refuses('own_pay');
  });

  test('add up to exactly 1, with nobody twice', () => {
    const shares = (...list: readonly (readonly [string, string])[]) => ({
      shares: list.map(([participant, share]) => ({ participant, share })),
    });
    bent(shares(['ada', '0.6999'], ['bob', '0.3'])).refuses(
      'shares_not_whole',
      /add up to 99\.99 %, not 100 %/,
      '/shares',
    );
    bent(shares(['ada', '1/3'], ['bob', '1/3'])).refuses('shares_not_whole', /add up to about 66\.67 %, not 100 %/);
    bent(shares(['ada', '60'], ['bob', '40'])).refuses('shares_not_whole', /not 100 %; write 60% instead of 60/);
    bent(shares(['ada', '1/3'], ['bob', '2/3'])).records({ type: 'SplitExceptionRequested' });
    bent(shares(['ada', '0.5'], ['ada', '0.5'])).refuses('field_invalid', /twice/);
    bent(shares(['ada', '0'], ['bob', '1'])).refuses('amount_invalid', /more than 0/, '/shares/0/share');
    bent(shares()).refuses('field_invalid', /./, '/shares');
  });

  test('have reason and evidence', () => {
    bent({ reason: '' }).refuses('reason_required');
    bent({ evidence: [] }).refuses('evidence_required');
    bent({ expiresOn: '2026-13-01' }).refuses('date_invalid', /./, '/expiresOn');
  });

  test('may expire, after the deal has closed; the same shares for longer are another split', () => {
    bent({ expiresOn: DEAL.closedOn }).refuses(
      'interval_invalid',
      new RegExp(`closed on ${DEAL.closedOn}`),
      '/expiresOn',
    );
    const asked = bent({ expiresOn: '2027-01-01' }).records({ type: 'SplitExceptionRequested' });
    asked.when({ ...REQUEST_SPLIT, expiresOn: '2027-01-01' }, OPS).recordsNothing();
    const longer = { ...REQUEST_SPLIT, expiresOn: '2028-01-01' };
    asked.when(longer, OPS).records({ type: 'SplitExceptionRequested', data: { exception: 'split-2' } });
    const granted = asked.when(APPROVE, FINANCE).records({ type: 'SplitExceptionApproved' });
    granted.when(longer, OPS).records({ type: 'SplitExceptionRequested', data: { exception: 'split-2' } });
  });

  test('need a deal that stands', () => {
    none.when(REQUEST_SPLIT, MANAGER).refuses('not_found');
    const gone = requested.when(CANCELLED, FEED).records({ type: 'DealCancelled' });
    gone.when(APPROVE, FINANCE).refuses('deal_cancelled', /cancelled on 2026-03-20/);
    gone.when({ ...REVOKE, type: 'DeclineSplit' }, FINANCE).records({ type: 'SplitExceptionDeclined' });
    gone.when({ ...REQUEST_SPLIT, shares: [{ participant: 'ada', share: '1' }] }, OPS).refuses('deal_cancelled');
  });

  test('are decided by finance: not by requester, gainer, loser, or whose override they move', () => {
    for (const actor of [REP, MANAGER, OPS, ADMIN, FEED]) requested.when(APPROVE, actor).refuses('role_forbidden');
    requested.when(APPROVE, { ...FINANCE, onBehalfOf: 'mona' }).refuses('own_request');
    requested.when({ ...APPROVE, alsoPaid: [] }, { id: 'mona', role: 'finance' }).refuses('own_request');
    for (const id of ['ada', 'bob', 'cleo']) requested.when(APPROVE, { id, role: 'finance' }).refuses('own_pay');
    requested.when({ ...APPROVE, alsoPaid: ['finn'] }, FINANCE).refuses('own_pay');
    approved.when({ ...REVOKE, alsoPaid: [] }, { id: 'mona', role: 'finance' }).refuses('own_request');
    for (const actor of [REP, FINANCE, ADMIN, FEED]) closed.when(REQUEST_SPLIT, actor).refuses('role_forbidden');
  });
});
