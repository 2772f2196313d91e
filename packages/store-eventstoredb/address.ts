import { LEDGER_ID, ProblemError, problem } from '@ledger/kernel';

/** Where a ledger lives on EventStoreDB. */
export interface Address {
  /** For the client: everything that is not ours. It may hold a password and is never shown. */
  readonly connection: string;
  /** For people: without credentials and options. */
  readonly shown: string;
  /** Name of the ledger; `undefined` where the address does not say. */
  readonly ledger: string | undefined;
  /** Folder of the files of this node: views, and the index of positions. */
  readonly files: string;
}

type Check = readonly [fits: (value: string) => boolean, remedy: string];

const SWITCH: Check = [(value) => value === 'true' || value === 'false', 'true or false'];
const WHOLE: Check = [(value) => /^[1-9]\d{0,8}$/.test(value), 'a whole number'];
const PULSE: Check = [(value) => /^(?:-1|\d{1,9})$/.test(value), 'milliseconds, or -1 for never'];
const NODES: Check = [
  (value) => /^(?:leader|follower|read_?only_?replica|random)$/i.test(value),
  'leader, follower, readOnlyReplica or random',
];
const TEXT: Check = [() => true, ''];

/** What the client of EventStoreDB understands: it would only print a warning on others, and ends with an exception at other values. */
const OPTIONS: ReadonlyMap<string, Check> = new Map(
  Object.entries({
    tls: SWITCH,
    // The client ignores `false`, in words in which it prints the whole connection string.
    tlsVerifyCert: [
      (value) => value === 'true',
      'true: certificates are always looked at; name who signed them by tlsCAFile',
    ] as Check,
    tlsCAFile: TEXT,
    userCertFile: TEXT,
    userKeyFile: TEXT,
    connectionName: TEXT,
    maxDiscoverAttempts: WHOLE,
    discoveryInterval: WHOLE,
    gossipTimeout: WHOLE,
    nodePreference: NODES,
    keepAliveInterval: PULSE,
    keepAliveTimeout: PULSE,
    defaultDeadline: WHOLE,
  }).map(([name, check]) => [name.toLowerCase(), check]),
);

const HOSTS = /^[A-Za-z0-9.-]+(?::\d{1,5})?(?:,[A-Za-z0-9.-]+(?::\d{1,5})?)*$/;

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?tls=false&ledger=<name>&files=<folder>]`: the connection string of EventStoreDB, in
 * which `ledger` and `files` are ours. Throws store_address.
 */
export function parseAddress(where: string): Address {
  const [, scheme = '', rest = ''] = /^(esdb(?:\+discover)?:\/\/)(.*)$/su.exec(where.trim()) ?? [];
  const [before = '', query = ''] = split(rest, '?');
  const at = before.lastIndexOf('@');
  const hosts = before.slice(at + 1).replace(/\/+$/, '');
  // An @ behind the first ? may be the end of a password with a ? in it: then nothing here is known to be no secret.
  const shown = query.includes('@') ? scheme : `${scheme}${hosts}`;
  if (scheme === '' || !HOSTS.test(hosts)) {
    throw wrong(shown, 'write it as esdb://<host>:<port>?tls=false&ledger=<name>, a user and password percent-encoded');
  }
  const credentials = at === -1 ? '' : `${credentialsOf(shown, before.slice(0, at))}@`;
  const kept: string[] = [];
  let ledger: string | undefined;
  let files = '.ledger';
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = split(pair, '=');
    if (name === 'ledger') ledger = nameOf(shown, decode(shown, value));
    else if (name === 'files' && value !== '') files = decode(shown, value);
    else kept.push(`${name}=${optionOf(shown, name, value)}`);
  }
  const options = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return {
    connection: `${scheme}${credentials}${hosts}${options}`,
    shown: `${scheme}${hosts}`,
    ledger,
    files,
  };
}

/** Encoded anew: of a password with a colon the client would take the beginning. */
function credentialsOf(shown: string, given: string): string {
  const [user = '', password = ''] = split(given, ':').map((part) => decode(shown, part));
  if (user !== '' && password !== '') return `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  throw wrong(shown, 'before the host stands <user>:<password>@, or nothing');
}

/** The value of an option of the client, as it reads it. Never shown: it could be a secret that somebody has put in the wrong place. */
function optionOf(shown: string, name: string, value: string): string {
  const check = OPTIONS.get(name.toLowerCase());
  if (check === undefined || value === '') {
    const isClear = /^\w{1,40}$/.test(name) && !shown.endsWith('//');
    const what = isClear ? `"${name}"` : 'what stands behind the ?';
    throw wrong(shown, `${what} is no option of a connection; leave it out`);
  }
  const [fits, remedy] = check;
  if (!fits(value)) throw wrong(shown, `${name} has to be ${remedy}`);
  return encodeURIComponent(decode(shown, value));
}

function nameOf(shown: string, name: string): string {
  if (LEDGER_ID.test(name)) return name;
  const remedy = 'use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter';
  throw wrong(shown, `ledger cannot be ${JSON.stringify(name.slice(0, 60))}: ${remedy}`);
}

function decode(shown: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw wrong(shown, 'it is not encoded as an address of the web; write % as %25');
  }
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

export function wrong(shown: string, remedy: string, cause?: unknown): ProblemError {
  const which = shown === '' ? '' : ` ${shown}`;
  return new ProblemError(problem('store_address', `The address${which} of a store cannot be used: ${remedy}.`), {
    cause,
  });
}
