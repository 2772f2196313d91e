import { refresh } from '@ledger/application';
import { ROLES } from '@ledger/decisions';
import { fields } from '@ledger/events';
import { ProblemError, problem } from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import { z } from 'zod';
import { type Route, route } from '../route.ts';

const GROUP = 'service';

const view = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'stopped']),
  position: fields.position.describe('What the view has folded.'),
});

/** Whether the server is there, whether it can answer, and who one is to it. */
export const serviceRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/healthz',
    name: 'health',
    group: GROUP,
    says: 'Whether the process is alive.',
    may: 'anybody',
    answer: { status: 200, schema: z.strictObject({ status: z.literal('ok') }), says: 'It is.' },
    run: async () => ({ status: 'ok' }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    name: 'readiness',
    group: GROUP,
    says: 'Whether this node has caught up with the log and can answer.',
    may: 'anybody',
    answer: {
      status: 200,
      schema: z.strictObject({ status: z.literal('ready'), position: fields.position, views: z.array(view) }),
      says: 'It has.',
    },
    async run({ ledger }) {
      try {
        const position = String(await refresh(ledger));
        const views = await Promise.all(
          VIEWS.map(async ({ name, version }) => {
            const { state, checkpoint } = await ledger.views.state({ name, version });
            return { name, state, position: String(checkpoint) };
          }),
        );
        return { status: 'ready', position, views };
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        // Which view stopped before which event is for the log of this process, not for whoever asks.
        return problem(error.problem.code, 'This node cannot answer now; its log says why.');
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/me',
    name: 'whoAmI',
    group: GROUP,
    says: 'Who one is to this ledger, and in which roles.',
    may: 'signed-in',
    answer: {
      status: 200,
      schema: z.strictObject({
        id: z.string(),
        name: z.string().nullable(),
        role: z.string().describe('The role in which this request acts.'),
        roles: z.array(z.enum(ROLES)),
        scopes: z.array(z.string()).nullable().describe('What a key may do; null for people.'),
        ledger: z.string(),
        demo: z.boolean(),
      }),
      says: 'The signed-in principal.',
    },
    async run({ ledger, principal, actor }) {
      const person = await ledger.directory.get(principal.id);
      return {
        id: principal.id,
        name: person?.name ?? null,
        role: actor.role,
        roles: principal.roles,
        scopes: principal.scopes ?? null,
        ledger: ledger.store.ledger,
        demo: 'demo' in ledger && ledger.demo === true,
      };
    },
  }),
];
