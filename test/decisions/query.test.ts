import { type FoundCorrection, type QueryCommand, queryClocksDecider, queryDecider } from '@ledger/decisions';
import { describe, test } from 'vitest';
import { QUERY } from './samples.ts';
import { ADMIN, FINANCE, given, MANAGER, OPS, OTHER_OPS, REP } from './scenario.ts';

const managers = ['mona'];
const OF = { query: 'ada.1', managers };
const post = (says: string, asks = false): QueryCommand => ({ type: 'PostMessage', ...OF, says, asks });
const resolve = (...corrections: readonly FoundCorrection[]): QueryCommand => ({
  type: 'ResolveQuery',
  ...OF,
  reason: 'As the order form says.',
  corrections,
});
const reopen = (until: string | null = null): QueryCommand => ({ type: 'ReopenQuery', ...OF, reason: 'Still.', until });
const withdraw: QueryCommand = { type: 'WithdrawQuery', ...OF, reason: 'My mistake.' };
const assign = (to: string, knownAs: readonly string[] | null = ['ops']): QueryCommand => ({
  ...{ type: 'AssignQuery', ...OF, to, knownAs, reason: 'To answer it.' },
});
const escalate = (to: string, knownAs: readonly string[] | null = ['finance']): QueryCommand => ({
  ...{ type: 'EscalateQuery', ...OF, to, knownAs, reason: 'Needs finance.' },
});

const CORRECTION: FoundCorrection = {
  event: '01KNKP4Y808G78WMGJA569X30B',
  type: 'SplitExceptionApproved',
  position: '40',
  approvedBy: 'finn',
  recordedBy: 'finn',
  isAfterOpening: true,
  moved: [{ period: '2026-Q2', before: '0.00', after: '12.50', difference: '12.50', components: [] }],
};
const AMENDED: FoundCorrection = { ...CORRECTION, type: 'DealAmended', approvedBy: null, recordedBy: 'olga' };

const opened = () => given(queryDecider).when(QUERY, REP).records({ type: 'QueryOpened' });
const resolved = () => opened().when(resolve(), OPS).records({ type: 'QueryResolved' });

describe('a query is opened', () => {
  test('by the participant, by whoever they report to, and by nobody else', () => {
    opened();
    given(queryDecider)
      .when(QUERY, MANAGER)
      .records({ type: 'QueryOpened', data: { openedBy: 'mona' } });
    const none = given(queryDecider);
    none
      .when({ ...QUERY, managers: [] }, MANAGER)
      .refuses('role_forbidden', /"mona" may not ask about the pay of "ada"/);
    none.when(QUERY, { id: 'ben', role: 'rep' }).refuses('role_forbidden', /"ben"/);
    none.when(QUERY, { ...REP, onBehalfOf: 'ben' }).refuses('role_forbidden');
    none.when(QUERY, OPS).refuses('role_forbidden', /Role "ops" may not request a query/);
    none.when(QUERY, ADMIN).refuses('role_forbidden');
  });

  test('once: the same question again is the same query, another one under its name is refused', () => {
    opened().when(QUERY, REP).recordsNothing();
    opened()
      .when({ ...QUERY, says: 'Another.' }, REP)
      .refuses('already_exists', /query reply ada\.1/, '/query');
  });

  test('with words and an amount that the currency can hold', () => {
    const none = given(queryDecider);
    none.when({ ...QUERY, says: ' ' }, REP).refuses('field_invalid', /says/, '/says');
    none.when({ ...QUERY, expects: '1.005' }, REP).refuses('amount_invalid', /1\.005/, '/expects');
    none.when({ ...QUERY, query: 'ada' }, REP).refuses('field_invalid', /ada\.3/, '/query');
  });
});

describe('who sees a query', () => {
  test('for everybody else it is as if it did not exist', () => {
    for (const actor of [{ id: 'ben', role: 'rep' }, { id: 'max', role: 'manager' }, ADMIN] as const) {
      for (const command of [post('Hm.'), resolve(), reopen(), withdraw, assign('olga'), escalate('finn')]) {
        opened()
          .when(command, actor)
          .refuses('not_found', /no query "ada\.1" that you may see/);
        given(queryDecider)
          .when(command, actor)
          .refuses('not_found', /no query "ada\.1" that you may see/);
      }
    }
  });
});

describe('the thread', () => {
  test('the participant and the desk speak; the desk may ask', () => {
    opened()
      .when(post('Which one?', true), OPS)
      .records({ type: 'QueryMessagePosted', data: { side: 'desk', asks: true, postedBy: 'olga' } })
      .when(post('That one.'), REP)
      .records({ type: 'QueryMessagePosted', data: { side: 'participant', asks: false } })
      .when(post('That one.'), REP)
      .recordsNothing();
    opened()
      .when(post('Well?', true), REP)
      .refuses('field_invalid', /without --ask/, '/asks');
    opened().when(post(''), OPS).refuses('field_invalid', /says/);
    opened().when(post('Yes.'), { id: 'ana', role: 'auditor' }).refuses('role_forbidden');
  });

  test('is handed on, to somebody who exists and may answer, and never to somebody whom the query names', () => {
    for (const to of [assign, escalate]) {
      opened()
        .when(to('nobody', null), OTHER_OPS)
        .refuses('principal_unknown', /knows nobody "nobody"; name somebody with role ops or finance/, '/to');
      opened()
        .when(to('zoe', ['rep']), OTHER_OPS)
        .refuses('field_invalid', /"zoe" may not answer queries/, '/to');
    }
    opened()
      .when(assign('olga'), OTHER_OPS)
      .records({ type: 'QueryAssigned', data: { to: 'olga', assignedBy: 'oskar' } })
      .when(assign('olga'), OPS)
      .recordsNothing();
    opened()
      .when(assign('ada'), OPS)
      .refuses('own_pay', /"ada" is named in query ada\.1/, '/to');
    opened()
      .when(assign('ben'), OPS)
      .refuses('own_pay', /"ben" is named/);
    opened()
      .when(escalate('finn'), OPS)
      .records({ type: 'QueryEscalated', data: { to: 'finn' } });
    opened()
      .when(escalate('olga'), OPS)
      .refuses('field_invalid', /somebody else/, '/to');
    opened().when(assign('olga'), REP).refuses('role_forbidden');
  });

  test('nobody works on a query that names them', () => {
    for (const id of ['ada', 'ben']) {
      const actor = { id, role: 'ops' };
      for (const command of [post('Hm.'), resolve(), assign('olga'), escalate('finn')]) {
        opened().when(command, actor).refuses('own_pay');
      }
    }
  });
});

describe('a resolution', () => {
  test('without money says why', () => {
    opened()
      .when(resolve(), OPS)
      .records({ type: 'QueryResolved', data: { corrections: [], amount: '0.00' } })
      .when(resolve(), OPS)
      .recordsNothing();
    opened()
      .when({ ...OF, type: 'ResolveQuery', reason: ' ', corrections: [] }, OPS)
      .refuses('reason_required');
    opened().when(resolve(), REP).refuses('role_forbidden');
  });

  test('that moves money names an event that did, and comes after the question', () => {
    opened()
      .when(resolve(CORRECTION), OPS)
      .records({ type: 'QueryResolved', data: { amount: '12.50' } });
    opened()
      .when(resolve({ ...CORRECTION, isAfterOpening: false }), OPS)
      .refuses('correction_invalid', /before query ada\.1 was opened/);
    opened()
      .when(resolve({ ...CORRECTION, moved: [] }), FINANCE)
      .refuses('correction_invalid', /moved nothing in the statements of ada/);
  });

  test('by an event that nobody approved is for finance, and not for whoever recorded it', () => {
    opened()
      .when(resolve(AMENDED), OPS)
      .refuses('role_forbidden', /ask somebody with role finance/);
    opened().when(resolve(AMENDED), FINANCE).records({ type: 'QueryResolved' });
    opened()
      .when(resolve({ ...AMENDED, recordedBy: 'finn' }), FINANCE)
      .refuses('own_request', /"finn" recorded/);
  });
});

describe('a query that is closed', () => {
  test('takes nothing more until it is reopened, within its time', () => {
    resolved()
      .when(post('And?'), REP)
      .refuses('query_closed', /query reopen ada\.1/);
    resolved().when(assign('oskar'), OPS).refuses('query_closed');
    resolved()
      .when(reopen('2026-04-01'), REP)
      .refuses('reopen_too_late', /until 2026-04-01/);
    const again = resolved().when(reopen('2026-04-02'), REP).records({ type: 'QueryReopened' });
    again.when(reopen('2026-04-02'), REP).recordsNothing();
    again.when(resolve(), OPS).records({ type: 'QueryResolved' });
    opened()
      .when(reopen(), REP)
      .refuses('nothing_to_record', /is open/);
  });

  test('withdrawn by whoever opened it, for good', () => {
    const gone = opened().when(withdraw, REP).records({ type: 'QueryWithdrawn' });
    gone.when(withdraw, REP).recordsNothing();
    gone.when(reopen(), REP).refuses('query_closed', /open another one/);
    gone.when(post('Hm.'), REP).refuses('query_closed');
    opened()
      .when(withdraw, MANAGER)
      .refuses('role_forbidden', /was opened by "ada"/);
    opened().when(withdraw, OPS).refuses('role_forbidden');
  });
});

test('clocks are set by day, and the same again is nothing new', () => {
  const set = {
    type: 'SetQueryClocks',
    effectiveFrom: '2026-01-01',
    clocks: [{ clock: 'resolution', days: 10 }],
    reason: 'Service level.',
  } as const;
  const clocks = given(queryClocksDecider)
    .when({ ...set, clocks: [...set.clocks] }, OPS)
    .records({ type: 'QueryClocksSet' });
  clocks.when({ ...set, clocks: [...set.clocks], reason: 'Again.' }, OPS).recordsNothing();
  clocks.when({ ...set, clocks: [{ clock: 'resolution', days: 5 }] }, OPS).records({ type: 'QueryClocksSet' });
  clocks.when({ ...set, clocks: [] }, MANAGER).refuses('role_forbidden');
  clocks.when({ ...set, clocks: [{ clock: 'reopen', days: 0 }] }, OPS).refuses('field_invalid');
});
