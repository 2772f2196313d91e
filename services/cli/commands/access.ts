import {
  changeAccess,
  grantFirstRole,
  type Identity,
  issueKey,
  listAccess,
  registerPrincipal,
  SCOPES,
  showAccess,
} from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { renderAccess, renderAccessTrail, renderNewKey } from '../render/access.ts';
import { outcomeText, saidOf } from './said.ts';
import { action, type Exit } from './shape.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Who may come in by the doors that check it, as the API does; on the command line roles are believed. */
export function accessCommands(program: Command, io: Io, exit: Exit): void {
  const access = program
    .command('access')
    .description('who may come in, in which roles and with which keys: register, grant, revoke, list');
  people(access, io, exit);
  roles(access, io, exit);
  keys(access.command('keys').description('keys by which programs come in: issue, revoke'), io, exit);
  reading(access, io, exit);
}

const WRITING = { writes: true };

interface Person {
  readonly issuer?: string;
  readonly subject?: string;
  readonly name?: string;
  readonly email?: string;
}

function withPerson(command: Command): Command {
  return command
    .option('--issuer <url>', 'address of the identity provider, as its tokens have it (iss)')
    .option('--subject <text>', 'who they are there, as its tokens have it (sub)')
    .option('--name <text>', 'their name; kept in the directory, not in the log')
    .option('--email <address>', 'their address; kept there, too');
}

/** The identity that the options name; `undefined`: none. */
function identityOf({ issuer, subject }: Person): Identity | undefined | Problem {
  if (issuer !== undefined && subject !== undefined) return { issuer, subject };
  if (issuer === undefined && subject === undefined) return undefined;
  return problem('argument_missing', '--issuer and --subject name somebody together; give both.');
}

function people(access: Command, io: Io, exit: Exit): void {
  withPerson(
    access
      .command('init <principal>')
      .description('make the first admin, or the first of finance; only here, and only while there is none')
      .addOption(new Option('--role <role>', 'what they are').choices(['admin', 'finance']).makeOptionMandatory())
      .option('--reason <text>', 'why', 'The ledger goes into service.'),
  ).action(
    action(
      io,
      exit,
      WRITING,
      async (work, principal: string, options: Person & { readonly role: string; readonly reason: string }) => {
        const identity = identityOf(options);
        if (isProblem(identity)) return identity;
        return saidOf(work, await grantFirstRole(work.ledger, { ...options, principal, identity }, work.by));
      },
    ),
  );

  withPerson(
    access
      .command('register <principal>')
      .description('make somebody known, by the id that facts name them by; they may do nothing yet')
      .option('--machine', 'a program, which comes with a key instead of signing in'),
  ).action(
    action(io, exit, WRITING, async (work, principal: string, options: Person & { readonly machine?: true }) => {
      const identity = identityOf(options);
      if (isProblem(identity)) return identity;
      const isMachine = options.machine === true;
      if (isMachine === (identity !== undefined)) {
        return problem('argument_missing', 'Give --issuer and --subject for a person, or --machine for a program.');
      }
      const ask = { ...options, principal, identity: identity ?? null };
      return saidOf(work, await registerPrincipal(work.ledger, ask, work.by));
    }),
  );

  for (const [word, type, says] of [
    ['disable', 'DisablePrincipal', 'let somebody in no more, neither them nor their keys'],
    ['enable', 'EnablePrincipal', 'let them in again, with the roles and keys that they have'],
  ] as const) {
    access
      .command(`${word} <principal>`)
      .description(says)
      .requiredOption('--reason <text>', 'why')
      .action(
        action(io, exit, WRITING, async (work, principal: string, { reason }: { readonly reason: string }) =>
          saidOf(work, await changeAccess(work.ledger, { type, principal, reason }, work.by)),
        ),
      );
  }
}

interface Why {
  readonly reason: string;
  readonly evidence?: readonly string[];
}

function roles(access: Command, io: Io, exit: Exit): void {
  access
    .command('grant <principal> <role>')
    .description('ask that somebody may act in a role; somebody of finance has to approve it')
    .requiredOption('--reason <text>', 'why')
    .option('--evidence <text>', 'a link or a short text; may be given several times', collect)
    .action(
      action(io, exit, WRITING, async (work, principal: string, role: string, { reason, evidence = [] }: Why) => {
        const command = { type: 'RequestGrant', principal, role, reason, evidence } as const;
        return saidOf(work, await changeAccess(work.ledger, command, work.by));
      }),
    );

  access
    .command('revoke <principal> <role>')
    .description('take a role away, at once')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, WRITING, async (work, principal: string, role: string, { reason }: Why) =>
        saidOf(work, await changeAccess(work.ledger, { type: 'RevokeRole', principal, role, reason }, work.by)),
      ),
    );
}

function keys(group: Command, io: Io, exit: Exit): void {
  group
    .command('issue <machine>')
    .description(
      'make a key; it is shown once. One that writes opens nothing until somebody of finance has approved it',
    )
    .requiredOption('--scope <scope>', `one of ${SCOPES.join(', ')}; may be given several times`, collect)
    .requiredOption('--expires <date>', 'day from which it opens nothing, within a year')
    .requiredOption('--reason <text>', 'why')
    .option('--evidence <text>', 'a link or a short text; may be given several times', collect)
    .action(
      action(
        io,
        exit,
        WRITING,
        async (
          work,
          principal: string,
          options: Why & { readonly scope: readonly string[]; readonly expires: string },
        ) => {
          const { scope: scopes, expires: expiresOn, reason, evidence = [] } = options;
          const made = await issueKey(work.ledger, { principal, scopes, expiresOn, reason, evidence }, work.by);
          if (isProblem(made)) return made;
          work.print(made, () => outcomeText(work, [made.outcome]) + renderNewKey(work.paint, made));
          return undefined;
        },
      ),
    );

  group
    .command('revoke <machine> <key>')
    .description('let a key open nothing any more, at once')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, WRITING, async (work, principal: string, key: string, { reason }: Why) =>
        saidOf(work, await changeAccess(work.ledger, { type: 'RevokeKey', principal, key, reason }, work.by)),
      ),
    );
}

interface Reading {
  readonly asOf?: string;
}

function reading(access: Command, io: Io, exit: Exit): void {
  const reads = { writes: false };
  access
    .command('list')
    .description('everybody, with roles and keys and who gave them: what a review of access needs')
    .option('--as-of <position|instant>', 'as it was then')
    .action(
      action(io, exit, reads, async (work, { asOf }: Reading) => {
        const people = await listAccess(work.ledger, { asOf });
        if (isProblem(people)) return people;
        work.print(people, () => renderAccess(work.paint, people, io.columns));
        return undefined;
      }),
    );

  access
    .command('show <principal>')
    .description('one of them, with everything that was decided about it')
    .option('--as-of <position|instant>', 'as it was then')
    .action(
      action(io, exit, reads, async (work, principal: string, { asOf }: Reading) => {
        const seen = await showAccess(work.ledger, { principal, asOf });
        if (isProblem(seen)) return seen;
        work.print(seen, () => renderAccessTrail(work.paint, seen, io.columns));
        return undefined;
      }),
    );
}
