import { NativeSelect } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { newestFirst } from './newest.ts';

/** Periods that were opened, the newest first; `undefined`: not known yet. */
export function useOpened() {
  const asOf = useAsOf();
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf } } });
  return periods.data === undefined ? undefined : newestFirst(periods.data.periods);
}

/** Their names. */
export function usePeriods(): readonly string[] | undefined {
  return useOpened()?.map(({ period }) => period);
}

/** Days of the newest period. */
export function usePeriodDays(): { readonly from: string; readonly to: string } | undefined {
  return useOpened()?.[0];
}

/** The position that the last freeze pinned; the beginning of the log where nothing is frozen. `undefined`: not known yet. */
export function useLastFreeze(): string | undefined {
  const opened = useOpened();
  // Periods are frozen one after the other, so that the last one was frozen last.
  return opened === undefined ? undefined : (opened.find(({ frozenAsOf }) => frozenAsOf !== null)?.frozenAsOf ?? '0');
}

/** The period of the address; the newest one where it names none. */
export function usePeriod(): { readonly period: string | undefined; readonly periods: readonly string[] | undefined } {
  const periods = usePeriods();
  const [{ period }] = useAddress();
  return { period: period ?? periods?.[0], periods };
}

export function PeriodSelect({
  periods,
  period,
  choose,
}: {
  readonly periods: readonly string[];
  readonly period: string;
  readonly choose: (period: string) => void;
}) {
  return (
    <NativeSelect
      size="xs"
      w={130}
      aria-label="Period"
      data={[...new Set([period, ...periods])]}
      value={period}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    />
  );
}
