import { Badge, ScrollArea, Table, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../../api/client.ts';
import { answered, asItIs, named } from '../../../api/send.ts';
import { Day } from '../../../parts/moment.tsx';
import { Money, percentText } from '../../../parts/money.tsx';
import { ProblemNote } from '../../../parts/states.tsx';
import type { Head } from './file.ts';
import classes from './import.module.css';

type RowRead = Schemas['RowRead'];
type Read = RowRead['deal'];

/** Rows that are shown. */
const SHOWN = 8;
/** Bytes of the file that are sent to be looked at: more than so many rows have. */
const LOOK = 1 << 16;
/** How long somebody has to stop typing for. */
const PAUSE_MS = 300;

/** The first rows as the ledger reads them by a mapping: the import itself looks at them, and nothing is recorded. */
export function useFirstRows(file: File | undefined, head: Head | undefined, mapping: string) {
  const [settled] = useDebouncedValue(mapping, PAUSE_MS);
  return useQuery({
    queryKey: ['first rows', file?.name, file?.size, file?.lastModified, settled],
    enabled: settled === mapping && file !== undefined && head !== undefined && head.rows.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const begin = (file ?? new Blob()).slice(0, LOOK);
      // Where the text was cut within a row, that row is not asked for.
      const whole = (await begin.text()).split('\n').length - 2;
      const isCut = (file?.size ?? 0) > LOOK;
      const rows = isCut ? Math.max(1, Math.min(SHOWN, whole)) : SHOWN;
      return answered(
        await api.POST('/v1/deals/csv/rows', {
          params: {
            header: named(crypto.randomUUID()),
            query: { rows: String(rows), ...(settled.trim() === '' ? {} : { mapping: settled }) },
          },
          ...asItIs(begin, 'text/csv'),
          signal,
        }),
      );
    },
  });
}

/** What would the first rows be read as, and what is wrong with them? */
export function Preview({
  head,
  of: { data, error },
}: {
  readonly head: Head;
  readonly of: { readonly data: { readonly rows: readonly RowRead[] } | undefined; readonly error: unknown };
}) {
  if (head.rows.length === 0) return null;
  return (
    <section aria-label="First rows as they would be read">
      <Title order={2} size="h4">
        First rows, as they would be read
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {head.isWhole ? `${head.rows.length} rows in the file.` : 'The beginning of a large file.'} The ledger reads
        them as you say; a dry run looks at all of them.
      </Text>
      {error !== null && error !== undefined ? (
        <ProblemNote problem={error} />
      ) : data === undefined ? (
        <Text size="sm" c="dimmed" role="status">
          Reading the first rows …
        </Text>
      ) : (
        <ScrollArea
          type="auto"
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Table of the first rows' }}
        >
          <Table aria-label="First rows" miw={720}>
            <Table.Thead>
              <Table.Tr>
                {['Row', 'Deal', 'Account', 'Closed on'].map((title) => (
                  <Table.Th key={title}>{title}</Table.Th>
                ))}
                <Table.Th ta="end">Amount</Table.Th>
                <Table.Th>Credited</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.rows.map((row) => (
                <RowShown key={row.row} row={row} cells={head.rows[row.row - 1] ?? []} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      )}
    </section>
  );
}

function RowShown({
  row: { row, state, deal, errors },
  cells,
}: {
  readonly row: RowRead;
  readonly cells: readonly string[];
}) {
  if (deal !== null) {
    return (
      <Table.Tr>
        <Table.Td>{row}</Table.Td>
        <DealCells of={deal} />
        <Table.Td>{state}</Table.Td>
      </Table.Tr>
    );
  }
  return (
    <Table.Tr data-refused={state === 'refused' ? true : undefined} className={classes.unread}>
      <Table.Td>{row}</Table.Td>
      <Table.Td colSpan={5}>
        {errors.length === 0 ? (
          <Text size="sm" c="dimmed" className={classes.raw}>
            {cells.join(' · ')}
          </Text>
        ) : (
          errors.map(({ detail }) => (
            <Text size="sm" key={detail}>
              {detail}
            </Text>
          ))
        )}
      </Table.Td>
      <Table.Td>
        <Badge size="sm" variant={state === 'refused' ? 'filled' : 'default'} color="red.9" tt="none">
          {state}
        </Badge>
      </Table.Td>
    </Table.Tr>
  );
}

function DealCells({ of: { deal, account, closedOn, amount, currency, credits } }: { readonly of: NonNullable<Read> }) {
  return (
    <>
      <Table.Td className={classes.cell}>{deal}</Table.Td>
      <Table.Td className={classes.cell}>{account ?? ''}</Table.Td>
      <Table.Td>
        <Day day={closedOn} />
      </Table.Td>
      <Table.Td ta="end">{amount === null ? '' : <Money amount={amount} currency={currency} />}</Table.Td>
      <Table.Td>{creditsText(credits)}</Table.Td>
    </>
  );
}

/** `ada`, or `ada 70%, ben 30%`; who is credited beside them is said so. */
function creditsText(credits: NonNullable<Read>['credits']): string {
  if (credits.length === 0) return 'nobody';
  const [only] = credits;
  if (credits.length === 1 && only?.share === '1') return only.participant;
  return credits
    .map(({ participant, pool, share }) => `${participant} ${percentText(share)}${pool === 'primary' ? '' : ' beside'}`)
    .join(', ');
}
