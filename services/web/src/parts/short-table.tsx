import { Table, type TableProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** A short table in a frame that scrolls by itself where the screen is narrow, also by keyboard. Long ones are a `DataTable`. */
export function Framed({
  label,
  from = 480,
  children,
  ...props
}: {
  readonly label: string;
  /** Width below which it scrolls. */
  readonly from?: number;
  readonly children: ReactNode;
} & TableProps) {
  return (
    <Table.ScrollContainer minWidth={from} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={label} {...props}>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}

/** A title of a column; `end` for figures, `whole` for what is not broken into lines. */
type Title = string | { readonly title: string; readonly end?: true; readonly whole?: true };

/** The same of rows that are lists of cells. */
export function Rows({
  label,
  head,
  rows,
  from = 560,
}: {
  readonly label: string;
  readonly head: readonly Title[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly from?: number;
}) {
  const columns = head.map((each) => (typeof each === 'string' ? { title: each } : each));
  const align = (at: number) => (columns[at]?.end === true ? { ta: 'end' as const } : {});
  const kept = (at: number) => (columns[at]?.whole === true ? { style: { whiteSpace: 'nowrap' } as const } : {});
  return (
    <Framed label={label} from={from} verticalSpacing={4} tabularNums>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title }, at) =>
            title === '' ? (
              <Table.Td key="none" />
            ) : (
              <Table.Th key={title} {...align(at)}>
                {title}
              </Table.Th>
            ),
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((cells, row) => (
          <Table.Tr key={row}>
            {cells.map((cell, at) => (
              <Table.Td key={columns[at]?.title ?? at} {...align(at)} {...kept(at)}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Framed>
  );
}
