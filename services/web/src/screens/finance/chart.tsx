import { Group, Text } from '@mantine/core';
import { useId } from 'react';
import classes from './chart.module.css';

/** A bar in parts that stand one after the other. */
export interface Bar {
  readonly name: string;
  /** How long each part is, and how it reads: `paid 1,200.00 USD`. */
  readonly parts: readonly { readonly of: string; readonly length: number; readonly says: string }[];
}

/**
 * Bars as a drawing with words: its title and description say what the table beside it says in figures, each part says what it is.
 * Lengths are for the eye alone; figures are exact texts.
 */
export function Bars({
  title,
  says,
  kinds,
  bars,
}: {
  readonly title: string;
  readonly says: string;
  readonly kinds: readonly string[];
  readonly bars: readonly Bar[];
}) {
  const id = useId();
  const longest = Math.max(
    1e-9,
    ...bars.map(({ parts }) => parts.reduce((sum, { length }) => sum + Math.max(0, length), 0)),
  );
  const height = bars.length * ROW;
  return (
    <figure className={classes.figure}>
      <svg
        role="img"
        aria-labelledby={`${id}-title ${id}-says`}
        viewBox={`0 0 ${WIDTH} ${height}`}
        className={classes.chart}
        preserveAspectRatio="xMinYMin meet"
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-says`}>{says}</desc>
        {bars.map((bar, row) => (
          <BarAt key={bar.name} bar={bar} kinds={kinds} row={row} scale={(WIDTH - NAMES) / longest} />
        ))}
      </svg>
      {kinds.length < 2 ? null : (
        <Group component="figcaption" gap="md">
          {kinds.map((kind, at) => (
            <Text key={kind} size="xs" component="span">
              <span className={classes.key} data-part={at} aria-hidden /> {kind}
            </Text>
          ))}
        </Group>
      )}
    </figure>
  );
}

const WIDTH = 640;
const NAMES = 150;
const ROW = 28;

function BarAt({
  bar: { name, parts },
  kinds,
  row,
  scale,
}: {
  readonly bar: Bar;
  readonly kinds: readonly string[];
  readonly row: number;
  readonly scale: number;
}) {
  let x = NAMES;
  return (
    <g transform={`translate(0 ${row * ROW})`}>
      <text className={classes.name} x={NAMES - 8} y={ROW / 2} textAnchor="end" dominantBaseline="central">
        {name.length > 20 ? `${name.slice(0, 19)}…` : name}
      </text>
      {parts.map(({ of, length, says }) => {
        const width = Math.max(0, length) * scale;
        const at = x;
        x += width;
        return width === 0 ? null : (
          <rect
            key={of}
            className={classes.part}
            data-part={kinds.indexOf(of)}
            x={at}
            y={4}
            width={Math.max(1, width)}
            height={ROW - 8}
          >
            <title>{says}</title>
          </rect>
        );
      })}
      <line className={classes.axis} x1={NAMES} x2={NAMES} y1={0} y2={ROW} />
    </g>
  );
}
