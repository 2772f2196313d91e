import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useId } from 'react';
import { sumText } from '../../parts/exact.ts';
import { signedText } from '../../parts/money.tsx';
import classes from './replay.module.css';

/** A step of the way from what was frozen to what it would be. */
export interface Step {
  readonly name: string;
  readonly delta: string;
}

/** Steps that are drawn one by one; the others are one step together. */
const MOST = 14;
const ROW = 30;

/**
 * How the difference comes together, step by step, each beginning where the one before ended. A drawing with words: its description says
 * in figures what the table beside it says, each step says what it is, and which way it goes is said by its sign and not by colour alone.
 * Lengths are for the eye; figures are exact.
 */
export function Waterfall({
  title,
  currency,
  steps,
  total,
}: {
  readonly title: string;
  readonly currency: string;
  /** The largest first. */
  readonly steps: readonly Step[];
  readonly total: string;
}) {
  const id = useId();
  const { ref, width: measured } = useElementSize();
  // Drawn in the pixels that there are, so that words are as large as everywhere else.
  const width = Math.min(Math.max(measured, 280), 1040);
  const shown = together(steps);
  const names = width < 520 ? 84 : 150;
  const figures = width < 520 ? 96 : 120;
  const placed = placedOf(shown);
  const ends = placed.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const scale = (width - names - figures) / Math.max(1e-9, high - low);
  const x = (value: number) => names + (value - low) * scale;
  const says = [...shown, { name: 'together', delta: total }]
    .map(({ name, delta }) => `${name}: ${signedText(delta, currency)}`)
    .join('; ');
  const height = (shown.length + 1) * ROW;
  return (
    <figure className={classes.figure} ref={ref}>
      <svg
        role="img"
        aria-labelledby={`${id}-title ${id}-says`}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        className={classes.chart}
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-says`}>{says}</desc>
        <line className={classes.axis} x1={x(0)} x2={x(0)} y1={0} y2={height} />
        {placed.map(({ name, delta, from, to }, row) => (
          <g key={name} transform={`translate(0 ${row * ROW})`}>
            <Label x={names - 8} text={shortened(name, names)} />
            <rect
              className={classes.step}
              data-down={to < from ? true : undefined}
              x={Math.min(x(from), x(to))}
              y={5}
              width={Math.max(2, Math.abs(x(to) - x(from)))}
              height={ROW - 10}
            >
              <title>{`${name}: ${signedText(delta, currency)} ${currency}`}</title>
            </rect>
            {/* From where this one ends, the next one goes on. */}
            <line className={classes.tie} x1={x(to)} x2={x(to)} y1={ROW - 5} y2={ROW + 5} />
            <Label x={width - 2} text={signedText(delta, currency)} />
          </g>
        ))}
        <g transform={`translate(0 ${shown.length * ROW})`}>
          <Label x={names - 8} text="Together" isTotal />
          <rect
            className={classes.total}
            x={Math.min(x(0), x(Number(total)))}
            y={5}
            width={Math.max(2, Math.abs(Number(total)) * scale)}
            height={ROW - 10}
          >
            <title>{`together: ${signedText(total, currency)} ${currency}`}</title>
          </rect>
          <Label x={width - 2} text={signedText(total, currency)} isTotal />
        </g>
      </svg>
      <Text component="figcaption" size="xs" c="dimmed">
        Each step begins where the one before it ended. To the right: would be owed. To the left: would owe. In{' '}
        {currency}.
      </Text>
    </figure>
  );
}

/** A word or a figure of a row, that ends at `x`. */
function Label({ x, isTotal, text }: { readonly x: number; readonly isTotal?: boolean; readonly text: string }) {
  return (
    <text className={classes.name} data-total={isTotal} x={x} y={ROW / 2} textAnchor="end" dominantBaseline="central">
      {text}
    </text>
  );
}

/** As much of a name as there is room for. */
function shortened(name: string, width: number): string {
  const most = Math.floor(width / 7.5);
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function together(steps: readonly Step[]): readonly Step[] {
  if (steps.length <= MOST) return steps;
  const rest = steps.slice(MOST - 1);
  return [
    ...steps.slice(0, MOST - 1),
    { name: `${rest.length} others`, delta: sumText(rest.map(({ delta }) => delta)) },
  ];
}

/** Where each step begins and ends. */
function placedOf(steps: readonly Step[]): readonly (Step & { readonly from: number; readonly to: number })[] {
  let at = 0;
  return steps.map((step) => {
    const from = at;
    at += Number(step.delta);
    return { ...step, from, to: at };
  });
}
