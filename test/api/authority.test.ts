import { ROUTES, type Route } from '@ledger/api';
import { extentOf, ROLES, rolesAtMost } from '@ledger/decisions';
import { expect, test } from 'vitest';
import { type Answered, codeOf, makeApi } from './given.ts';

const PEOPLE = ROLES.filter((role) => role !== 'integration');

/** A path that reads: names that nothing has, and what has to be a number or a period is one. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'period' ? '2026-Q1' : 'nobody'));
}

/** What the tables say of a role on a route; row by row they are held to the company's own in test/decisions. */
function isRefused({ may }: Route, role: (typeof ROLES)[number]): boolean {
  if (may === 'anybody' || may === 'signed-in') return false;
  if ('reads' in may) return extentOf(may.reads, { role }) === 'none';
  const allowed = [may.writes].flat().flatMap((kind) => [may.step].flat().flatMap((step) => rolesAtMost(kind, step)));
  return !allowed.includes(role);
}

const isForbidden = (answer: Answered) => answer.status === 403 && answer.text.includes('role_forbidden');

test('every route is closed to whoever the table of authority names for nothing there, and open to the others', async () => {
  const api = await makeApi();
  const before = await api.ledger.store.head();
  for (const route of ROUTES) {
    if (route.answer.type === 'text/event-stream') continue;
    for (const role of PEOPLE) {
      const answer = await api.call(route.method, pathOf(route), { as: `${role}:nobody` });
      const where = `${role} ${route.method} ${route.path}`;
      // Some are asked further down, with what the request is about: those refuse on, never less.
      if (isRefused(route, role)) expect([where, isForbidden(answer)]).toEqual([where, true]);
      expect([where, answer.status < 500]).toEqual([where, true]);
    }
  }
  // Not one of them knew enough to write anything.
  expect(await api.ledger.store.head()).toBe(before);
});

test('nobody gets an answer without saying who they are, but to what is open', async () => {
  const api = await makeApi();
  for (const route of ROUTES) {
    if (route.may === 'anybody') continue;
    const answer = await api.call(route.method, pathOf(route));
    expect([route.path, codeOf(answer)]).toEqual([route.path, '401 unauthenticated']);
  }
});

test('what is hidden is to its reader as what does not exist, on every route that names a person', async () => {
  const api = await makeApi();
  const about = ROUTES.filter(({ method, path }) => method === 'GET' && /\{(?:participant|person)\}/.test(path));
  expect(about.length).toBeGreaterThan(2);
  for (const route of about) {
    if (route.answer.type === 'text/event-stream') continue;
    const of = (person: string) =>
      api.call('GET', pathOf(route).replace('nobody', person), { as: 'rep:ada' }).then(({ status, text, headers }) => ({
        status,
        text: text.replaceAll(person, '').replace(/"requestId":"[^"]*"/, ''),
        headers: [...headers.keys()].filter((name) => name !== 'date').sort(),
      }));
    const [hidden, missing] = [await of('ben'), await of('eve')];
    expect([route.path, hidden]).toEqual([route.path, missing]);
    // 400: the path alone is not yet a question.
    expect([404, 400]).toContain(hidden.status);
  }
});
