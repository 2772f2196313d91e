import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

/** Where a page begins: the first one at a moment, each other one where the one before said. A cursor goes on as of the same position. */
export type PageAt = { readonly asOf?: string | undefined } | { readonly cursor: string };

/** Pages of a list, one after the other: `more` asks for the next one, where there is one and none is under way. */
export function usePages<Page extends { readonly next: string | null }>(
  name: readonly unknown[],
  asOf: string | undefined,
  pageAt: (at: PageAt, signal: AbortSignal) => Promise<Page>,
  { keeps = false }: { readonly keeps?: boolean } = {},
) {
  const found = useInfiniteQuery({
    queryKey: [...name, asOf ?? 'now'],
    queryFn: ({ pageParam: at, signal }) => pageAt(at, signal),
    initialPageParam: { asOf } as PageAt,
    getNextPageParam: ({ next }): PageAt | undefined => (next === null ? undefined : { cursor: next }),
    // What was shown stays until what is asked for instead has come.
    ...(keeps ? { placeholderData: keepPreviousData } : {}),
  });
  const { data, error, refetch, hasNextPage, isFetching, isPlaceholderData, isPending, fetchNextPage } = found;
  return {
    data: data?.pages,
    error,
    refetch,
    /** What is shown is not what was asked for last. */
    isAwaited: isFetching && (isPending || isPlaceholderData),
    more: hasNextPage && !isFetching ? () => void fetchNextPage() : undefined,
  };
}
