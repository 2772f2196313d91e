import { Text } from '@mantine/core';
import { Fragment } from 'react';
import { GoTo } from '../../parts/go-to.tsx';

interface ReopenedProps {
  readonly participant: string;
  readonly period: string;
  /** Positions at which the period was opened again. */
  readonly reopenings: readonly string[];
  readonly isFrozen: boolean;
}

/** That what was final once is not in force any more: where it is still read, and why it is otherwise now. */
export function Reopened({ participant, period, reopenings, isFrozen }: ReopenedProps) {
  const freeze = reopenings.length;
  if (freeze === 0) return null;
  const since = { from: `freeze:${freeze}`, ...(isFrozen ? { to: `freeze:${freeze + 1}` } : {}) };
  return (
    <Text size="sm">
      {period} was frozen before, and opened again. As it was frozen then:{' '}
      {reopenings.map((position, index) => (
        <Fragment key={position}>
          {index === 0 ? '' : ', '}
          <GoTo to={`/statements/${period}/${participant}`} search={{ asOf: String(BigInt(position) - 1n) }} size="sm">
            statement of freeze {index + 1}
          </GoTo>
        </Fragment>
      ))}
      .{' '}
      <GoTo to="/why" search={{ participant, period, ...since }} size="sm">
        What is otherwise?
      </GoTo>
    </Text>
  );
}
