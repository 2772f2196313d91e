import { Alert, ScrollArea, Table, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../api/client.ts';
import { type Head, type Row, rowsWith } from './file.ts';
import classes from './import.module.css';

export interface RowError {
  readonly row: number;
  readonly column: string | undefined;
  readonly detail: string;
}

/** What is wrong with rows of the file; nothing where a refusal is about something else. */
export function rowErrorsIn(thrown: unknown): readonly RowError[] {
  if (typeof thrown !== 'object' || thrown === null || !('errors' in thrown)) return [];
  const { errors = [] } = thrown as Problem;
  return errors.flatMap(({ row, column, detail }) =>
    row === undefined ? [] : [{ row, column: typeof column === 'string' ? column : undefined, detail }],
  );
}

/** The rows that were refused, as they stand in the file, with the cell that is wrong and what to do. */
export function RefusedRows({
  file,
  head,
  errors,
  says,
}: {
  readonly file: File;
  readonly head: Head;
  readonly errors: readonly RowError[];
  readonly says: string;
}) {
  const [rows, setRows] = useState<ReadonlyMap<number, Row>>();
  useEffect(() => {
    let isCurrent = true;
    void rowsWith(
      file,
      head,
      errors.map(({ row }) => row),
    ).then((found) => isCurrent && setRows(found));
    return () => {
      isCurrent = false;
    };
  }, [file, head, errors]);
  const byRow = Map.groupBy(errors, ({ row }) => row);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title="Nothing was recorded"
    >
      <Text size="sm" mb="xs">
        {says}
      </Text>
      <ScrollArea.Autosize
        mah={480}
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Table of the rows that are wrong' }}
      >
        <Table aria-label="Rows that are wrong" miw={600} bg="var(--mantine-color-body)">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Row</Table.Th>
              {head.columns.map((name, at) => (
                <Table.Th key={`${at} ${name}`}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          {[...byRow].map(([number, wrong]) => (
            <Wrong key={number} number={number} wrong={wrong} row={rows?.get(number)} columns={head.columns} />
          ))}
        </Table>
      </ScrollArea.Autosize>
    </Alert>
  );
}

function Wrong({
  number,
  wrong,
  row,
  columns,
}: {
  readonly number: number;
  readonly wrong: readonly RowError[];
  /** Nothing: it cannot be taken apart, or lies too far in the file. */
  readonly row: Row | undefined;
  readonly columns: Row;
}) {
  const width = Math.max(columns.length, 1);
  return (
    <Table.Tbody>
      {row === undefined ? null : (
        <Table.Tr>
          <Table.Th scope="row">{number}</Table.Th>
          {columns.map((name, at) => {
            const isWrong = wrong.some(({ column }) => column === name);
            return (
              <Table.Td key={`${at} ${name}`} className={classes.cell} data-wrong={isWrong ? true : undefined}>
                {isWrong ? <mark>{row[at] === '' ? 'empty' : row[at]}</mark> : row[at]}
              </Table.Td>
            );
          })}
        </Table.Tr>
      )}
      {wrong.map(({ detail }) => (
        <Table.Tr key={detail}>
          <Table.Td colSpan={width + 1} className={classes.says}>
            {detail}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}
