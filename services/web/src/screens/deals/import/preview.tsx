import { Badge, ScrollArea, Table, Text, Title } from '@mantine/core';
import { Day } from '../../../parts/moment.tsx';
import { Money } from '../../../parts/money.tsx';
import { type AsRead, asRead, type Cell } from './as-read.ts';
import type { Head } from './file.ts';
import classes from './import.module.css';
import type { Mapping } from './mapping.ts';

const SHOWN = 8;

/** What would the first rows be read as? */
export function Preview({ head, mapping }: { readonly head: Head; readonly mapping: Mapping }) {
  const rows = asRead(head, mapping, SHOWN);
  if (rows.length === 0) return null;
  return (
    <section aria-label="First rows as they would be read">
      <Title order={2} size="h4">
        First rows, as they would be read
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {head.isWhole ? `${head.rows.length} rows in the file.` : 'The beginning of a large file.'} A dry run says what
        the ledger makes of all of them.
      </Text>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Table of the first rows' }}>
        <Table aria-label="First rows" striped="odd" miw={720}>
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
            {rows.map((row) => (
              <Read key={row.number} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </section>
  );
}

function Read({
  row: { number, isLeftOut, deal, account, amount, currency, closedOn, credited, state },
}: {
  readonly row: AsRead;
}) {
  return (
    <Table.Tr>
      <Table.Td>{number}</Table.Td>
      <Shown cell={deal} />
      <Shown cell={account} />
      <Shown cell={closedOn} as={(day) => <Day day={day} />} />
      <Shown
        cell={amount.isWrong === true || currency.isWrong !== true ? amount : { ...currency, text: 'no currency' }}
        as={(text) => (text === '' ? '' : <Money amount={text} currency={currency.text} />)}
        right
      />
      <Shown cell={credited} />
      <Table.Td>
        {isLeftOut ? (
          <Badge size="sm" variant="default" tt="none">
            left out
          </Badge>
        ) : (
          <Mark cell={state} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Shown({
  cell,
  as,
  right = false,
}: {
  readonly cell: Cell;
  readonly as?: (text: string) => React.ReactNode;
  readonly right?: boolean;
}) {
  return (
    <Table.Td
      ta={right ? 'end' : undefined}
      data-wrong={cell.isWrong === true ? true : undefined}
      className={classes.cell}
    >
      {cell.isWrong === true || as === undefined ? <Mark cell={cell} /> : as(cell.text)}
    </Table.Td>
  );
}

function Mark({ cell: { text, isWrong = false } }: { readonly cell: Cell }) {
  return isWrong ? <strong title="Cannot be read like this">{text}?</strong> : text;
}
