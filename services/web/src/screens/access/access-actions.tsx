import { api, type Paths, type Schemas } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useGo } from '../../parts/address.ts';
import { EVIDENCE, type Field, linesOf, REASON } from '../../parts/field.tsx';

type Principal = Schemas['Principal'];
type Body<Path extends '/v1/access/{principal}/grants' | '/v1/access/{principal}/keys'> =
  Paths[Path]['post']['requestBody']['content']['application/json'];
type Role = Body<'/v1/access/{principal}/grants'>['role'];
type Scope = Body<'/v1/access/{principal}/keys'>['scopes'][number];
/** A key as it is answered once, with the text that opens the ledger. */
export type NewKey = Paths['/v1/access/{principal}/keys']['post']['responses'][201]['content']['application/json'];

/** What each role may, in a few words. */
const ROLES: Readonly<Record<Exclude<Role, 'integration'>, string>> = {
  rep: 'rep: sees their own pay, and asks about it',
  manager: 'manager: sees their team, and asks for exceptions',
  ops: 'ops: runs the close, imports, asks for everything',
  finance: 'finance: approves, releases pay',
  auditor: 'auditor: sees everything, changes nothing',
  admin: 'admin: gives access, sees nobody’s pay',
};

/** What a key opens. */
const SCOPES: Readonly<Record<Scope, string>> = {
  'payouts:read': 'reads pay of everybody',
  'deals:read': 'reads deals',
  'plans:read': 'reads plans',
  'quotas:read': 'reads quotas',
  'events:read': 'reads the log and its proofs',
  'exports:read': 'fetches exports',
  'deals:write': 'tells deals, as their source does',
  'payroll:write': 'tells what payroll has paid',
  'fx:write': 'tells exchange rates',
};

const is = (kind: string) => (typed: Readonly<Record<string, string>>) => typed.kind === kind;
const PRINCIPAL: readonly Field[] = [
  {
    ...{ name: 'principal', label: 'Id', is: 'id' },
    empty: 'Name them by an id, as ada.',
    says: 'By which facts name them: whoever signs in as ada sees the pay of ada.',
    required: true,
  },
  {
    ...{ name: 'kind', label: 'Who it is', as: 'choice', value: 'person', required: true },
    options: [
      { value: 'person', label: 'A person, who signs in' },
      { value: 'machine', label: 'A program, which has a key' },
    ],
  },
  {
    ...{
      name: 'issuer',
      label: 'Identity provider',
      is: 'label',
      says: 'iss of its tokens, an address.',
      required: true,
    },
    when: is('person'),
  },
  {
    ...{ name: 'subject', label: 'Who they are there', is: 'label', says: 'sub of its tokens.', required: true },
    when: is('person'),
  },
  { name: 'name', label: 'Name', is: 'label', says: 'Kept beside the log, never in it.' },
  { name: 'email', label: 'E-mail', is: 'label', says: 'Kept there, too.', when: is('person') },
];

/** Leads to whom it has made known. */
export function RegisterAction() {
  const go = useGo();
  return (
    <Action
      label="Register somebody"
      says="They may do nothing until they hold a role or a key."
      button={{ variant: 'filled', size: 'sm' }}
      fields={PRINCIPAL}
      send={async ({ principal = '', kind = '', ...told }, key) => {
        const more = Object.fromEntries(Object.entries(told).filter(([, text]) => text.trim() !== ''));
        const { data, error } = await api.POST('/v1/access/{principal}/registration', {
          params: { path: { principal }, header: named(key) },
          body: { kind: kind === 'machine' ? 'machine' : 'person', ...more },
        });
        return error === undefined ? { data: { ...data, principal } } : { error };
      }}
      done={({ principal }) => go(`/access/${encodeURIComponent(principal)}`)}
    />
  );
}

export function GrantAction({ principal }: { readonly principal: string }) {
  const options = Object.entries(ROLES).map(([value, label]) => ({ value, label }));
  return (
    <Action
      label="Ask for a role"
      says="Somebody of finance has to approve it. Nobody asks for a role for themselves."
      button={{ variant: 'filled', size: 'sm' }}
      fields={[
        { name: 'role', label: 'Role', as: 'choice', required: true, empty: 'No role is chosen; choose one.', options },
        REASON,
        EVIDENCE,
      ]}
      send={({ role = '', reason = '', evidence }, key) =>
        api.POST('/v1/access/{principal}/grants', {
          params: { path: { principal }, header: named(key) },
          // Whether it is one is for the API to say.
          body: { role: role as Role, reason, evidence: linesOf(evidence) },
        })
      }
    />
  );
}

export function KeyAction({
  principal,
  done,
}: {
  readonly principal: string;
  readonly done: (issued: NewKey) => void;
}) {
  const options = Object.entries(SCOPES).map(([value, says]) => ({ value, label: `${value}: ${says}` }));
  return (
    <Action
      label="Make a key"
      says="It is shown once. One that writes opens nothing until somebody of finance has approved it."
      button={{ variant: 'filled', size: 'sm' }}
      fields={[
        {
          name: 'scopes',
          label: 'What it opens',
          as: 'choices',
          required: true,
          empty: 'It opens nothing; choose what it is for.',
          options,
        },
        { name: 'expiresOn', label: 'Opens nothing from', says: 'Within a year.', as: 'date', required: true },
        REASON,
        EVIDENCE,
      ]}
      send={({ scopes, expiresOn = '', reason = '', evidence }, key) =>
        api.POST('/v1/access/{principal}/keys', {
          params: { path: { principal }, header: named(key) },
          body: { scopes: linesOf(scopes) as Scope[], expiresOn, reason, evidence: linesOf(evidence) },
        })
      }
      done={done}
    />
  );
}

/** What takes effect at once, by one admin, and needs a reason. */
export function DisableAction({ of: { principal, disabled } }: { readonly of: Principal }) {
  const path = disabled ? '/v1/access/{principal}/enable' : '/v1/access/{principal}/disable';
  return (
    <Action
      label={disabled ? 'Let in again' : 'Let in no more'}
      says={
        disabled
          ? 'With the roles and keys that they still have.'
          : 'At once: neither them nor their keys. What they have open is closed.'
      }
      button={{ size: 'sm' }}
      fields={[REASON]}
      send={({ reason = '' }, key) =>
        api.POST(path, { params: { path: { principal }, header: named(key) }, body: { reason } })
      }
    />
  );
}

/** For whoever comes in no more. */
export function ForgetAction({ principal }: { readonly principal: string }) {
  return (
    <Action
      label="Ask to forget the name"
      says="Name and address leave the directory when somebody of finance has approved it; the id and every amount stay."
      button={{ size: 'sm' }}
      fields={[
        {
          ...{ name: 'keptUntil', label: 'No law asks for the name from', as: 'date', required: true },
          says: 'Today, or a day before. Whoever approves it confirms that.',
          empty: 'No day is given; give the first one on which no law asks for the name any more.',
        },
        REASON,
        EVIDENCE,
      ]}
      send={({ keptUntil = '', reason = '', evidence }, key) =>
        api.POST('/v1/access/{principal}/erasure', {
          params: { path: { principal }, header: named(key) },
          body: { keptUntil, reason, evidence: linesOf(evidence) },
        })
      }
    />
  );
}

export function RevokeRoleAction({ principal, role }: { readonly principal: string; readonly role: Role }) {
  return (
    <Action
      label={`Take ${role} away`}
      says="At once. They may do what their other roles let them."
      fields={[REASON]}
      send={({ reason = '' }, key) =>
        api.POST('/v1/access/{principal}/roles/{role}/revoke', {
          params: { path: { principal, role }, header: named(key) },
          body: { reason },
        })
      }
    />
  );
}

export function RevokeKeyAction({ principal, name }: { readonly principal: string; readonly name: string }) {
  return (
    <Action
      label={`End …${name.slice(-4)}`}
      says={`The key ${name} opens nothing any more, at once.`}
      fields={[REASON]}
      send={({ reason = '' }, key) =>
        api.POST('/v1/access/{principal}/keys/{key}/revoke', {
          params: { path: { principal, key: name }, header: named(key) },
          body: { reason },
        })
      }
    />
  );
}
