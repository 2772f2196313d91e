import { Code, List, Text } from '@mantine/core';
import { asSaid } from '../../parts/moment.tsx';
import type { Trace as Step } from './answers.ts';
import classes from './me.module.css';

/** How a line came about, step by step in words; beside each its formula with its figures, for whoever wants to do the sum. */
export function Trace({ step }: { readonly step: Step }) {
  return (
    <div>
      <Text size="sm">{asSaid(step.says)}</Text>
      <Steps of={step} />
    </div>
  );
}

function Steps({ of: { steps = [] } }: { readonly of: Step }) {
  if (steps.length === 0) return null;
  return (
    <List size="sm" type="ordered" className={classes.steps}>
      {steps.map((each, at) => (
        // Steps have no other name, and never move.
        <List.Item key={at}>
          {asSaid(each.says)}
          <Sum step={each} />
          <Steps of={each} />
        </List.Item>
      ))}
    </List>
  );
}

/** A formula that says more than its one figure. */
function Sum({ step: { formula, inputs = {}, result } }: { readonly step: Step }) {
  if (formula === undefined || result === undefined || !/[-+*/(]/.test(formula)) return null;
  const figures = Object.entries(inputs)
    .filter(([name]) => formula.includes(name))
    .map(([name, value]) => `${name} = ${value}`);
  return (
    <details className={classes.sum}>
      <summary>The sum</summary>
      <Code block>
        {`${formula} = ${result}`}
        {figures.length === 0 ? '' : `\n${figures.join('\n')}`}
      </Code>
    </details>
  );
}
