import type { AnswerOf, Paths, Problem } from './client.ts';
import { credentialsOf, signInAgain } from './session.ts';
import { hearStale } from './stale.ts';
import { refuseOthers } from './unreached.ts';

/** Where something is read: an address of the API, with its parts and what stands after `?`. */
interface Init {
  readonly params: {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string | undefined>>;
  };
}

/** Something that was asked for before the application could ask. */
export interface Asked {
  readonly path: string;
  readonly init: Init | undefined;
  readonly answer: Promise<unknown>;
}

export type Read = <Path extends keyof Paths>(path: Path, init?: Init) => Promise<AnswerOf<Path>>;

const asked: Asked[] = [];
let takes: ((asked: Asked) => void) | undefined;

/** Asks for something that the first screen reads; a refusal is thrown as the API says it. */
export const early: Read = async (path, init) => {
  const answer = read(path, init);
  // Whoever reads it says what is wrong; it is no defect of the page that nobody has yet.
  answer.catch(() => undefined);
  const each: Asked = { path, init, answer };
  if (takes === undefined) asked.push(each);
  else takes(each);
  return answer as Promise<AnswerOf<typeof path>>;
};

/** Hands over what was asked for, and whatever is from now on. */
export function takeEarly(take: (asked: Asked) => void): void {
  takes = take;
  for (const each of asked.splice(0)) take(each);
}

async function read(path: string, init: Init | undefined): Promise<unknown> {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(init?.params.path?.[name] ?? ''),
  );
  const given = Object.entries(init?.params.query ?? {}).filter(
    (each): each is [string, string] => each[1] !== undefined,
  );
  const text = new URLSearchParams(given).toString();
  const response = await fetch(text === '' ? address : `${address}?${text}`, { headers: credentialsOf() });
  refuseOthers(response);
  const answer: unknown = await response.json();
  if (response.status === 401) signInAgain((answer as Problem).code);
  if (!response.ok) throw answer;
  hearStale(response);
  return answer;
}
