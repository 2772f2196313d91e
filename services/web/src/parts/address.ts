import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';

/** What the address says after `?`: filters, what is open, as of when. Everything is text. */
export type Search = Readonly<Record<string, string | undefined>>;

/** Reads the address, and changes parts of it: `undefined` takes one out. What is in the address can be sent to somebody. */
export function useAddress(): readonly [Search, (changes: Search, how?: { readonly replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  return [
    search,
    (changes, { replace = true } = {}) => {
      const next = (before: Search) =>
        Object.fromEntries(
          Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined && value !== ''),
        );
      void navigate({ to: '.', search: next as never, replace });
    },
  ];
}

/** The moment that the whole application speaks of: a position or an instant; `undefined` is now. To be given to every read. */
export function useAsOf(): string | undefined {
  // Whoever asks for the moment alone is not made again for every letter of a filter.
  return useSearch({ strict: false, select: (search) => (search as Search).asOf });
}

/** A part of the path, as `{period}` of `/periods/{period}`. */
export function usePart(name: string): string {
  const parts = useParams({ strict: false }) as Search;
  const part = parts[name];
  if (part === undefined) throw new Error(`The address has no ${name}.`);
  return part;
}

/** Goes somewhere, keeping the moment. */
export function useGo(): (to: string, search?: Search) => void {
  const router = useRouter();
  const asOf = useAsOf();
  return (to, search = {}) => void router.navigate({ to, search: { asOf, ...search } as never });
}

/** The one event at a position, in the words of the trail. */
export function onlyAt(position: string): Search {
  return { since: position, until: String(BigInt(position) + 1n) };
}

/** A deal by its key, `crm.D-1`: the name of a source has no point in it. */
export function dealNamed(key: string): { readonly source: string; readonly deal: string } {
  const at = key.indexOf('.');
  return { source: key.slice(0, at), deal: key.slice(at + 1) };
}

/** Where a deal is seen. */
export function dealPath({ source, deal }: { readonly source: string; readonly deal: string }): string {
  return `/deals/${source}/${encodeURIComponent(deal)}`;
}
