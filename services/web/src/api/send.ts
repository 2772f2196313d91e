import { useQueryClient } from '@tanstack/react-query';

/** What a call of the API came to: its answer, or its refusal thrown. */
export function answered<T>({ data, error }: { readonly data?: T; readonly error?: unknown }): T {
  if (error !== undefined) throw error;
  return data as T;
}

/** Does something that writes, and has everything on the page asked for again. */
export function useWrite(): <T>(call: Promise<{ readonly data?: T; readonly error?: unknown }>) => Promise<T> {
  const queries = useQueryClient();
  return async (call) => {
    const answer = answered(await call);
    await queries.invalidateQueries();
    return answer;
  };
}

/** The header that names a request: sent twice it is done once. */
export function named(key: string): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key };
}
