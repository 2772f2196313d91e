import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, type Paths, type Problem } from '../api/client.ts';
import { answered, asItIs, named } from '../api/send.ts';
import { problemOf } from './states.tsx';

type Defined = Paths['/v1/definitions']['post']['responses'][200]['content']['application/json'];
export type Proof = Defined['cases'][number];

/** Something about a place of the text, in the API's own sentence. */
export interface Remark {
  readonly says: string;
  readonly isError: boolean;
  /** From 1; `undefined`: it is about the text as a whole. */
  readonly line: number | undefined;
  readonly column: number;
}

export interface DefinitionCheck {
  /** `waits`: for the end of typing, or for the answer. */
  readonly state: 'empty' | 'waits' | 'accepted' | 'refused' | 'unanswered';
  readonly remarks: readonly Remark[];
  readonly cases: readonly Proof[];
  /** Names of the requests that would wait for somebody. */
  readonly waiting: readonly string[];
  /** How many events would be recorded; none: the ledger says all of it already. */
  readonly events: number;
  /** What it says is right, and somebody else has to ask for it. */
  readonly isForOthers: boolean;
}

/** How long somebody has to stop typing for. */
const PAUSE_MS = 300;

/** JSON begins like nothing that people write in YAML. */
function mediaTypeOf(text: string): 'application/json' | 'application/yaml' {
  return /^\s*[[{]/.test(text) ? 'application/json' : 'application/yaml';
}

/** How a text is sent as it is. */
export function asText(text: string) {
  return asItIs(text, mediaTypeOf(text));
}

const NOTHING = { remarks: [], cases: [], waiting: [], events: 0, isForOthers: false };

/**
 * What the API says of a definition as it is typed: all that is wrong, what its worked cases come to, what would wait. Nothing is
 * recorded. While it is looked at, what was said last stays.
 */
export function useDefinitionCheck(text: string): DefinitionCheck {
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const last = useRef<DefinitionCheck>({ state: 'waits', ...NOTHING });
  const isEmpty = text.trim() === '';
  const found = useQuery({
    queryKey: ['check of a definition', settled],
    enabled: !isEmpty && settled === text,
    retry: (count, thrown) => count < 3 && isBusy(thrown),
    gcTime: 30_000,
    queryFn: async ({ signal }) =>
      answered(
        await api.POST('/v1/definitions', {
          params: { query: { dryRun: 'true' }, header: named(crypto.randomUUID()) },
          ...asText(settled),
          signal,
        }),
      ),
  });
  if (isEmpty) return { state: 'empty', ...NOTHING };
  const isSettled = settled === text && !found.isFetching && !found.isPending;
  if (!isSettled) return { ...last.current, state: 'waits' };
  last.current = found.data === undefined ? refusedFor(found.error) : acceptedAs(found.data);
  return last.current;
}

function refusedFor(thrown: unknown): DefinitionCheck {
  const { code } = problemOf(thrown);
  if (code === 'network' || isBusy(thrown)) return { ...NOTHING, state: 'unanswered' };
  return {
    ...NOTHING,
    state: 'refused',
    remarks: remarksOf(thrown as Problem),
    isForOthers: code === 'role_forbidden',
  };
}

function acceptedAs({ warnings, cases, waiting, outcomes }: Defined): DefinitionCheck {
  return {
    state: 'accepted',
    remarks: warnings.map((each) => remark({ ...each, detail: each.message }, false)),
    cases,
    waiting,
    events: outcomes.reduce((sum, { events }) => sum + events.length, 0),
    isForOthers: false,
  };
}

/** What says nothing of the text, and something else in a moment. */
function isBusy(thrown: unknown): boolean {
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
  return status === 429 || status === 503;
}

interface Told {
  readonly detail: string;
  readonly line?: number | undefined;
  readonly column?: number | string | undefined;
}

function remarksOf({ errors = [], detail }: Problem): readonly Remark[] {
  return errors.length === 0 ? [remark({ detail: detail ?? '' }, true)] : errors.map((each) => remark(each, true));
}

/** The file that the API names is the text that one looks at. */
function remark({ detail, line, column }: Told, isError: boolean): Remark {
  const says = detail.replace(/^body\.(?:yaml|json)(?::\d+)*:?\s*/, '');
  return { says, isError, line, column: typeof column === 'number' ? column : 1 };
}
