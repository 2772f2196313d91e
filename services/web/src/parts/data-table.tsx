import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { amountText, Money, type MoneyProps } from './money.tsx';
import classes from './parts.module.css';

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  /** Of the grid: `minmax(8rem, 1fr)`. */
  readonly width: string;
  /** Amounts and counts. */
  readonly right?: boolean;
  /** How many letters stand in a cell that is never cut off, as a figure: the column is as wide as the longest, and `width` at least. */
  readonly letters?: (row: Row) => number;
  readonly cell: (row: Row) => ReactNode;
  /** The server sorts by it. */
  readonly sortable?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table is of, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly open?: (row: Row) => void;
  /** Name of a column, with a minus in front for the largest first. */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  /** Asks for the next page when the end comes into sight. */
  readonly more?: (() => void) | undefined;
  readonly height?: number | string;
  /** Of a row in pixels, where it has more than a line. */
  readonly rowHeight?: number;
}

const ROW = 38;

/** A column of amounts, none of which is cut off: half of a figure would be another one. `none` is said where there is none. */
export function moneyColumn<Row>(
  { none = '–', ...column }: Pick<Column<Row>, 'name' | 'title' | 'width' | 'sortable'> & { readonly none?: string },
  of: (row: Row) => MoneyProps | null,
): Column<Row> {
  return {
    ...column,
    right: true,
    letters: (row) => {
      const money = of(row);
      if (money === null) return none.length;
      const { amount, currency = '', bare = false } = money;
      return amountText(amount, currency).length + (bare || currency === '' ? 1 : currency.length + 2);
    },
    cell: (row) => {
      const money = of(row);
      return money === null ? none : <Money {...money} />;
    },
  };
}

/**
 * A table of any length: only what is in sight is in the page, the next page of the server is asked for when its end comes near, sorting
 * and filtering are the server's. It can be scrolled and read by keyboard.
 */
export function DataTable<Of>(props: DataTableProps<Of>) {
  const { label, columns, rows, keyOf, open, sort, onSort, more, height = 'min(65vh, 640px)', rowHeight = ROW } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more !== undefined && last >= rows.length - 20) more();
  }, [more, last, rows.length]);
  const template = useMemo(() => columns.map((column) => widthOf(column, rows)).join(' '), [columns, rows]);
  // The same function for ever, so that rows that stay as they are need not be made again.
  const latest = useRef(open);
  latest.current = open;
  const opened = useCallback((row: Of) => latest.current?.(row), []);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={{ maxHeight: height }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div role="table" aria-label={label} aria-rowcount={more === undefined ? rows.length + 1 : -1}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template }}>
            {columns.map((column) => (
              <Heading key={column.name} column={column} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <Row
                key={keyOf(row)}
                row={row}
                index={index}
                start={start}
                height={rowHeight}
                columns={columns}
                template={template}
                open={open === undefined ? undefined : opened}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Of the grid. What is beside the letters is the space around a cell. */
function widthOf<Row>({ width, letters }: Column<Row>, rows: readonly Row[]): string {
  if (letters === undefined) return width;
  const most = rows.reduce((longest, row) => Math.max(longest, letters(row)), 0);
  const [, least = width, grows] = /^minmax\((.+), (.+)\)$/.exec(width) ?? [];
  const whole = `max(${least}, ${most}ch + 1.2rem)`;
  return grows === undefined ? whole : `minmax(${whole}, ${grows})`;
}

/** Letters that fit into every column. */
const SHORT = 12;

interface RowProps<Of> {
  readonly row: Of;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly columns: readonly Column<Of>[];
  readonly template: string;
  readonly open: ((row: Of) => void) | undefined;
}

/** One row. Whoever types into a filter sees dozens of them stay: each is made again only where it is another one. */
const Row = memo(function Row<Of>({ row, index, start, height, columns, template, open }: RowProps<Of>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      data-href={open === undefined ? undefined : true}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }}
      onClick={open === undefined ? undefined : () => open(row)}
    >
      {columns.map(({ name, right, cell }) => {
        const shown = cell(row);
        // What is longer than its column is read by pointing at it.
        const title = typeof shown === 'string' && shown.length > SHORT ? shown : undefined;
        return (
          <div role="cell" key={name} className={classes.cell} data-right={right ? true : undefined} title={title}>
            {shown}
          </div>
        );
      })}
    </div>
  );
}) as <Of>(props: RowProps<Of>) => ReactNode;

function Heading<Of>({
  column: { name, title, right, sortable },
  sort,
  onSort,
}: { readonly column: Column<Of> } & Pick<DataTableProps<Of>, 'sort' | 'onSort'>) {
  const isDown = sort === `-${name}`;
  const isSorted = sort === name || isDown;
  return (
    <div
      role="columnheader"
      className={classes.cell}
      data-right={right ? true : undefined}
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}
    >
      {sortable === true && onSort !== undefined ? (
        <button type="button" className={classes.sort} onClick={() => onSort(isSorted && !isDown ? `-${name}` : name)}>
          {title}
          <Text span inherit aria-hidden>
            {isSorted ? (isDown ? ' ↓' : ' ↑') : ''}
          </Text>
        </button>
      ) : (
        title
      )}
    </div>
  );
}
