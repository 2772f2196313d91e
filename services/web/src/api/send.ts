import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { problemOf } from '../parts/states.tsx';

/** A call of the API as it comes back. */
export type Called<Answer> = Promise<{ readonly data?: Answer; readonly error?: unknown }>;

/** What a call came to: its answer, or its refusal thrown. */
export function answered<Answer>({ data, error }: Awaited<Called<Answer>>): Answer {
  if (error !== undefined) throw error;
  return data as Answer;
}

export interface Sending {
  /** Does something that writes, and has everything on the page asked for again. `undefined`: it was refused. */
  readonly send: <Answer>(call: (key: string) => Called<Answer>) => Promise<Answer | undefined>;
  readonly refused: unknown;
  readonly isSending: boolean;
  /** What was refused is no longer what is on the page. */
  readonly forget: () => void;
}

/**
 * Sends what a form or a button has, under a name: sent twice it is done once. What is done or refused is over, and the next is another
 * request; what nobody has answered may have been recorded, and keeps its name. `onlyAsks`: nothing is recorded by it.
 */
export function useSending({ onlyAsks = false }: { readonly onlyAsks?: boolean } = {}): Sending {
  const queries = useQueryClient();
  const key = useRef<string>(crypto.randomUUID());
  const [refused, refuse] = useState<unknown>();
  const [isSending, setSending] = useState(false);
  return {
    refused,
    isSending,
    forget: () => refuse(undefined),
    async send(call) {
      setSending(true);
      try {
        const answer = answered(await call(key.current));
        key.current = crypto.randomUUID();
        refuse(undefined);
        // What is done is done, however long the page takes to be read again.
        if (!onlyAsks) void queries.invalidateQueries();
        return answer;
      } catch (thrown) {
        if (isRefused(thrown)) key.current = crypto.randomUUID();
        refuse(thrown);
        return undefined;
      } finally {
        setSending(false);
      }
    },
  };
}

/** What the log did not answer in time (503) may have been recorded, as what the network lost. */
function isRefused(thrown: unknown): boolean {
  const isFailed = typeof thrown === 'object' && thrown !== null && 'status' in thrown && Number(thrown.status) >= 500;
  return !isFailed && problemOf(thrown).code !== 'network';
}

/** A text or a file as the body of a request as it is; the description calls each of them text. */
export function asItIs(body: string | Blob, type: string) {
  return {
    body: body as string,
    bodySerializer: (given: unknown) => given as BodyInit,
    headers: { 'content-type': type },
  };
}

/** The header that names a request. */
export function named(key: string): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key };
}
