import { type Ledger, refresh } from '@ledger/application';
import { ROLES } from '@ledger/decisions';
import { fields } from '@ledger/events';
import { isProblem, ProblemError, problem } from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import { z } from 'zod';
import { personasOf } from '../demo.ts';
import { type Route, route } from '../route.ts';

const GROUP = 'service';

const view = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'stopped']),
  position: fields.position.describe('What the view has folded.'),
});

function isDemo(ledger: Ledger): boolean {
  return 'demo' in ledger && ledger.demo === true;
}

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
    path: '/v1/sign-in',
    name: 'howToSignIn',
    group: GROUP,
    says: 'How people sign in here with a browser: as a persona of a demo, or with the identity provider (authorization code with PKCE).',
    may: 'anybody',
    answer: {
      status: 200,
      schema: z.strictObject({
        ledger: z.string(),
        demo: z.boolean(),
        personas: z
          .array(z.strictObject({ role: z.enum(ROLES), id: z.string(), name: z.string().nullable() }))
          .describe('Of a ledger made for demonstration: whom one may be. Empty on every other.'),
        provider: z
          .strictObject({
            issuer: z.string(),
            authorization: z.string(),
            token: z.string(),
            endSession: z.string().nullable(),
            clientId: z.string(),
            audience: z.string(),
          })
          .nullable(),
      }),
      says: 'The ways in.',
    },
    async run({ ledger, signIn }) {
      const demo = isDemo(ledger);
      const provider = await signIn?.();
      if (isProblem(provider)) return provider;
      return {
        ledger: ledger.store.ledger,
        demo,
        personas: demo ? await personasOf(ledger) : [],
        provider: provider === undefined ? null : { ...provider, endSession: provider.endSession ?? null },
      };
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
        demo: isDemo(ledger),
      };
    },
  }),
];
