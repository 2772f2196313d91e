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

/** What the client of EventStoreDB understands; it would only print a warning on others. */
const OPTIONS = new Set(
  [
    'tls',
    'tlsVerifyCert',
    'tlsCAFile',
    'userCertFile',
    'userKeyFile',
    'connectionName',
    'maxDiscoverAttempts',
    'discoveryInterval',
    'gossipTimeout',
    'nodePreference',
    'keepAliveInterval',
    'keepAliveTimeout',
    'defaultDeadline',
  ].map((name) => name.toLowerCase()),
);

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?tls=false&ledger=<name>&files=<folder>]`: the connection string of EventStoreDB, in
 * which `ledger` and `files` are ours. Throws store_address.
 */
export function parseAddress(where: string): Address {
  const [, scheme = '', rest = ''] = /^(esdb(?:\+discover)?:\/\/)(.*)$/su.exec(where.trim()) ?? [];
  const [before = '', query = ''] = split(rest, '?');
  const hosts = before.replace(/^[^@]*@/, '').replace(/\/+$/, '');
  if (scheme === '' || !/^[A-Za-z0-9.-]+(?::\d{1,5})?(?:,[A-Za-z0-9.-]+(?::\d{1,5})?)*$/.test(hosts)) {
    throw wrong(`${scheme}${hosts}`, 'write it as esdb://<host>:<port>?tls=false&ledger=<name>');
  }
  const shown = `${scheme}${hosts}`;
  const kept: string[] = [];
  let ledger: string | undefined;
  let files = '.ledger';
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = split(pair, '=');
    if (name === 'ledger') ledger = nameOf(shown, decode(shown, value));
    else if (name === 'files' && value !== '') files = decode(shown, value);
    else if (value !== '' && OPTIONS.has(name.toLowerCase())) kept.push(pair);
    // Never the value: it could be a secret that somebody has put in the wrong place.
    else throw wrong(shown, `"${name.slice(0, 40)}" is no option of a connection; leave it out`);
  }
  const credentials = before.includes('@') ? `${before.replace(/@[^@]*$/, '')}@` : '';
  const options = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return { connection: `${scheme}${credentials}${hosts}${options}`, shown, ledger, files };
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
    throw wrong(shown, 'an option is not encoded as in an address of the web; write % as %25');
  }
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function wrong(shown: string, remedy: string): ProblemError {
  return new ProblemError(problem('store_address', `The address ${shown} of a store cannot be used: ${remedy}.`));
}
