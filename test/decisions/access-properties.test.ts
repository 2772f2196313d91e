import {
  type AccessCommand,
  type AccessEvent,
  type AccessState,
  accessDecider,
  INCOMPATIBLE,
  isWriteScope,
  ROLES,
  SCOPES,
} from '@ledger/decisions';
import { type Actor, isProblem } from '@ledger/kernel';
import { type AccessRow, accessKey, accessView, type PrincipalRow } from '@ledger/projections';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TODAY } from './scenario.ts';

/** Whatever anybody tries, in whatever order: nobody comes to more than two people gave them. */

const PEOPLE = ['zoe', 'adam', 'abby', 'finn', 'fay'];
const who = fc.constantFrom(...PEOPLE);
/** Mostly somebody whose role may; as often as not alone. */
const actorOf = (type: AccessCommand['type']): fc.Arbitrary<Actor> => {
  const may = /^(?:Approve|Decline)/.test(type) ? 'finance' : 'admin';
  const acts = fc.oneof({ weight: 9, arbitrary: fc.constant(may) }, fc.constantFrom(...ROLES));
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ id: who, role: acts }) },
    { weight: 1, arbitrary: fc.record({ id: who, role: acts, onBehalfOf: who }) },
  );
};
const role = fc.constantFrom('ops', 'finance', 'auditor', 'ops', 'finance', 'auditor', ...ROLES);
const key = fc.constantFrom('K1', 'K2');
const why = { reason: 'x', evidence: [] };
const hash = fc.constantFrom('a', 'b').map((letter) => letter.repeat(64));

function commands(principal: string): fc.Arbitrary<AccessCommand> {
  const of = fc.constant(principal);
  const decides = { requestHash: fc.constant(undefined) };
  return fc.oneof(
    fc.record({
      type: fc.constant('RegisterPrincipal' as const),
      principal: of,
      kind: fc.constantFrom('person' as const, 'machine' as const),
      identity: fc.option(hash),
    }),
    fc.record({
      type: fc.constant('GrantFirstRole' as const),
      principal: of,
      role,
      reason: fc.constant('x'),
      atConsole: fc.boolean(),
      holders: fc.constantFrom([], ['adam']),
    }),
    fc.record({ type: fc.constant('RequestGrant' as const), principal: of, role, ...constants(why) }),
    fc.record({ type: fc.constant('ApproveGrant' as const), principal: of, role, ...decides }),
    fc.record({
      type: fc.constant('DeclineGrant' as const),
      principal: of,
      role,
      reason: fc.constant('x'),
      ...decides,
    }),
    fc.record({ type: fc.constant('RevokeRole' as const), principal: of, role, reason: fc.constant('x') }),
    fc.record({
      type: fc.constantFrom('DisablePrincipal' as const, 'EnablePrincipal' as const),
      principal: of,
      reason: fc.constant('x'),
    }),
    fc.record({
      type: fc.constant('IssueKey' as const),
      principal: of,
      key,
      secretHash: hash,
      scopes: fc.subarray([...SCOPES], { minLength: 1, maxLength: 3 }),
      expiresOn: fc.constantFrom('2026-12-31', TODAY, '2029-01-01'),
      ...constants(why),
    }),
    fc.record({ type: fc.constant('ApproveKey' as const), principal: of, key, ...decides }),
    fc.record({ type: fc.constant('DeclineKey' as const), principal: of, key, reason: fc.constant('x'), ...decides }),
    fc.record({ type: fc.constant('RevokeKey' as const), principal: of, key, reason: fc.constant('x') }),
  );
}

function constants<T extends object>(values: T): { [Name in keyof T]: fc.Arbitrary<T[Name]> } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.constant(value)])) as {
    [Name in keyof T]: fc.Arbitrary<T[Name]>;
  };
}

interface Told {
  readonly event: AccessEvent;
  readonly by: Actor;
}

/** What comes of commands of which most are refused. */
function tell(steps: readonly (readonly [AccessCommand, Actor])[], check: (state: AccessState, last: Told) => void) {
  let state = accessDecider.initial;
  const told: Told[] = [];
  for (const [command, by] of steps) {
    const answer = accessDecider.decide(command, state, { actor: by, today: TODAY });
    if (isProblem(answer)) continue;
    for (const event of answer) {
      state = accessDecider.evolve(state, event);
      told.push({ event, by });
      check(state, { event, by });
    }
    // The same again has nothing to add, or is refused.
    const again = accessDecider.decide(command, state, { actor: by, today: TODAY });
    if (!isProblem(again)) expect(again).toEqual([]);
  }
  return { state, told };
}

type About = 'roles' | 'keys' | 'both';
const IS_ABOUT: Readonly<Record<About, (type: AccessCommand['type']) => boolean>> = {
  roles: (type) => !type.endsWith('Key'),
  keys: (type) => !/Grant|Role$/.test(type),
  both: () => true,
};
const PERSON = { kind: 'person', identity: 'a'.repeat(64) } as const;
const MACHINE = { kind: 'machine', identity: null } as const;

/** Begins with somebody who is known: most of what follows would be refused otherwise. */
const steps = (principal: string, about: About) => {
  const kind = about === 'roles' ? PERSON : about === 'keys' ? MACHINE : undefined;
  const first = (kind === undefined ? fc.constantFrom(PERSON, MACHINE) : fc.constant(kind)).map(
    (of): readonly [AccessCommand, Actor] => [
      { type: 'RegisterPrincipal', principal, ...of },
      { id: 'adam', role: 'admin' },
    ],
  );
  const step = commands(principal)
    .filter(({ type }) => IS_ABOUT[about](type))
    .chain((command) => fc.tuple(fc.constant(command), actorOf(command.type)));
  return fc
    .tuple(first, fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }))
    .map(([begin, rest]) => [begin, ...rest]);
};
const peopleOf = ({ id, onBehalfOf }: Actor) => (onBehalfOf === undefined ? [id] : [id, onBehalfOf]);

test('no role comes from fewer than two people, nor from its holder; no two that clash are held at once', () => {
  let given = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('zoe', 'finn').chain((principal) => steps(principal, 'roles')),
      (tried) => {
        let identity: string | null = null;
        tell(tried, (state, { event, by }) => {
          for (const [a, b] of INCOMPATIBLE) expect(state.roles.includes(a) && state.roles.includes(b)).toBe(false);
          expect(new Set(state.roles).size).toBe(state.roles.length);
          if (state.known?.kind === 'machine') expect(state.roles).toEqual([]);
          if (event.type === 'PrincipalRegistered' && event.data.identity !== identity) {
            expect(state.roles).toEqual([]);
            identity = event.data.identity;
          }
          if (event.type === 'RoleGranted') {
            given += 1;
            const { principal, requestedBy, approvedBy } = event.data;
            expect(by).toMatchObject({ id: approvedBy, role: 'finance' });
            expect(peopleOf(by)).not.toContain(requestedBy);
            expect(peopleOf(by)).not.toContain(principal);
            expect(requestedBy).not.toBe(principal);
            expect(event.data.identity).toBe(identity);
          }
        });
      },
    ),
    { numRuns: 500 },
  );
  // Not because nothing ever came of it.
  expect(given).toBeGreaterThan(50);
});

test('no key writes that one person made, none outlives its revocation, none is of a person', () => {
  let issued = 0;
  fc.assert(
    fc.property(steps('zoe', 'keys'), (tried) => {
      const revoked = new Set<string>();
      tell(tried, (state, { event, by }) => {
        if (event.type === 'KeyIssued') expect(event.data.scopes.some(isWriteScope)).toBe(false);
        if (event.type === 'KeyApproved') {
          expect(by).toMatchObject({ id: event.data.approvedBy, role: 'finance' });
          expect(peopleOf(by)).not.toContain(event.data.requestedBy);
        }
        if (event.type === 'KeyApproved' || event.type === 'KeyIssued') {
          issued += 1;
          expect(state.known?.kind).toBe('machine');
        }
        if (event.type === 'KeyRevoked') revoked.add(event.data.key);
        for (const each of state.keys.issued) expect(each.revoked).toBe(revoked.has(each.key));
      });
    }),
    { numRuns: 500 },
  );
  expect(issued).toBeGreaterThan(50);
});

test('the view says of everybody what their stream says', () => {
  fc.assert(
    fc.property(steps('zoe', 'both'), (tried) => {
      const { state, told } = tell(tried, () => undefined);
      const rows = new Map<string, AccessRow | undefined>();
      for (const [index, { event, by }] of told.entries()) {
        const recorded = {
          event,
          id: `E${index}`,
          stream: 'access-zoe',
          revision: index + 1,
          position: BigInt(index + 1),
          recordedAt: '2026-01-05T09:00:00.000000Z',
          hash: '',
          meta: { actor: by, commandId: '', commandHash: '', correlationId: '', causationId: null },
        };
        for (const name of accessView.keys(recorded)) {
          rows.set(name, accessView.evolve(rows.get(name), recorded, name));
        }
      }
      const row = rows.get(accessKey.principal('zoe')) as PrincipalRow | undefined;
      expect(row === undefined).toBe(state.known === null);
      if (row === undefined) return;
      expect(row).toMatchObject({ kind: state.known?.kind, identity: state.known?.identity, disabled: state.disabled });
      expect(row.roles.map((held) => held.role)).toEqual(state.roles);
      const keys = row.keys.map(({ key: name, revoked, scopes }) => ({ key: name, revoked, scopes }));
      expect(keys).toEqual(state.keys.issued.map(({ key: name, revoked, scopes }) => ({ key: name, revoked, scopes })));
      for (const letter of ['a', 'b']) {
        const isTheirs = state.known?.identity === letter.repeat(64);
        expect(rows.get(accessKey.identity(letter.repeat(64)))).toEqual(isTheirs ? { principal: 'zoe' } : undefined);
      }
    }),
    { numRuns: 300 },
  );
});
